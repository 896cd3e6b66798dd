import { isAllowed } from '../../codecs/formats';
import { PickleDisabledError } from '../../errors';
import type { Limits } from '../../limits';
import type { ByteReader } from '../byteReader';
import type { ContentKind, ContentState } from './contentScanner';
import type { ReceiveTerms } from '../dialect';
import type { MeteredWriter } from '../meteredWriter';
import type { ReceivedItem } from '../../item/item';

/**
 * Why a value counts as complete: it says so itself (`ended`), nothing more came for a while (`quiet`) or so long that its
 * sender waits for an answer (`silent`), or nothing more ever will (`end`).
 */
export type Pause = 'ended' | 'quiet' | 'silent' | 'end';

export interface ReceivedValue {
  readonly item: ReceivedItem;
  readonly pause: Pause;
}

/** Finds the end of a value. */
export interface ValueScanner {
  readonly state: ContentState;
  /** @returns how many of the bytes belong to the value */
  update(bytes: Uint8Array): number;
}

/**
 * Moves one value from the connection into the store.
 * @param known the pause that has already been noticed behind the buffered bytes
 * @throws PicklepostError `timeout` if it stops where it cannot end, LimitError
 */
export async function copyValue(
  reader: ByteReader,
  scanner: ValueScanner,
  writer: MeteredWriter,
  limits: Limits,
  known?: Pause,
): Promise<Pause> {
  for (;;) {
    const used = scanner.update(reader.peek(reader.buffered));
    await writer.write(reader.takeBuffered(used));
    if (scanner.state === 'ended') return 'ended';
    const { state } = scanner;
    const got = known ?? (await reader.fill(patience(state, limits)));
    if (got !== 'data') return got === 'quiet' && state === 'endless' ? 'silent' : got;
    await reader.nextTurn();
  }
}

/** @throws PickleDisabledError for a pickle, if pickles are disabled */
export function checkAllowed({ format }: ContentKind, terms: ReceiveTerms): void {
  if (!isAllowed(format, terms)) throw new PickleDisabledError();
}

/** Milliseconds of silence after which a value is accepted; undefined if it cannot be complete. */
function patience(state: ContentState, limits: Limits): number | undefined {
  switch (state) {
    case 'open':
      return undefined;
    case 'endless':
      return limits.rawTextQuietTime;
    default:
      return limits.rawQuietTime;
  }
}
