import type { ByteReader } from './byteReader';
import { classic } from './classic/dialect';
import type { Dialect } from './dialect';
import type { DialectName } from '../item/item';
import type { Limits } from '../limits';
import { PREAMBLE } from './native/session/frames';
import { native } from './native/dialect';
import { raw } from './raw/dialect';

/** Every dialect, in the order in which it is asked whether a connection speaks it. Raw takes whatever is left. */
const dialects: readonly Dialect[] = [native, classic, raw];

export function findDialect(name: DialectName): Dialect {
  return dialects.find((dialect) => dialect.name === name) ?? raw;
}

/**
 * Reads only as much as tells which dialect a peer speaks, and takes nothing of it.
 * @returns undefined for a peer that leaves without a word
 * @throws PicklepostError as {@link ByteReader.fill}
 */
export async function recognizeDialect(
  reader: ByteReader,
  { rawQuietTime }: Pick<Limits, 'rawQuietTime'>,
  candidates: readonly Dialect[] = dialects,
): Promise<Dialect | undefined> {
  if ((await reader.fill()) !== 'data') return undefined;
  for (;;) {
    const start = reader.peek(reader.buffered);
    const candidate = candidates.find((dialect) => dialect.recognizes(start) !== 'no');
    if (candidate?.recognizes(start) === 'yes') return candidate;
    // A start too short to tell and with nothing after it is some raw value, unless no such value begins so.
    if ((await reader.fill(rawQuietTime)) !== 'data')
      return start.equals(PREAMBLE.subarray(0, start.length)) ? native : raw;
  }
}
