import { OverloadedError } from '../accounting/refusals';
import { messageOf, PickleDisabledError, PicklepostError, ProtocolError } from '../errors';
import type { ByteReader } from './byteReader';
import type { OutgoingItem } from '../item/item';
import { plainLine } from './peerText';
import { say, type Words } from '../text';

/*
 * Answers of a receiver to classic peers, and to raw ones that listen: `OK`, or `ERROR: ` and a Python exception, neither
 * with a newline. The original client accepts exactly `OK` and prints anything else.
 */

export const OK = Buffer.from('OK');

/**
 * The part of a sender's waiting time that a receiver may use before it begins to store an item. A sender that has to wait
 * longer gives up without knowing whether its item has arrived, while one that is refused knows what to do.
 */
export const ANSWER_SHARE = 1 / 2;

/** The answer that tells a peer what went wrong, without revealing anything about this machine. */
export function errorAnswer(error: unknown): Buffer {
  const [name, reason] = describe(error);
  return Buffer.from(`ERROR: ${name}('${reason}')`);
}

/**
 * Reads the answer to an item. Nothing marks its end: `OK` is complete at once, anything else after a short silence.
 * @param answerTime milliseconds in which it must arrive
 * @returns one line; empty if the peer ends or stays silent without an answer
 * @throws what the channel throws, if no part of an answer has arrived
 */
export async function readAnswer(reader: ByteReader, answerTime: number): Promise<string> {
  const deadline = performance.now() + answerTime;
  for (;;) {
    const start = reader.peek(ANSWER_LENGTH).toString('latin1');
    const isWhole = start.startsWith('OK') || start.length === ANSWER_LENGTH;
    const left = deadline - performance.now();
    if (isWhole || left <= 0) break;
    const isBegun = start.length >= OK.length;
    const got = await reader.fill(isBegun ? Math.min(left, ANSWER_PAUSE) : left).catch((error: unknown) => {
      if (isBegun) return 'end';
      throw error;
    });
    if (got !== 'data') break;
  }
  return printable(reader.takeBuffered());
}

/** For an item to which the receiver has answered anything but `OK`. */
export function refusal(item: OutgoingItem, answer: string): PicklepostError {
  const name = /^(?:OK\s*)*ERROR:\s*(\w+)/.exec(answer)?.[1] ?? '';
  const advice = ADVICE.get(name) ?? say`Check the key and the format on both sides, then send it again.`;
  return new PicklepostError(
    'refused',
    say`The receiver refused "${item.name}". It said: ${answer.replace(/\.$/, '')}. ${advice}`,
  );
}

/** Advice to the person, by the exception in an answer. */
const ADVICE: ReadonlyMap<string, Words> = new Map([
  ['InvalidToken', say`Compare the keys on both sides.`],
  ['EncryptionRequired', say`Send it encrypted, with the key of the receiver.`],
  ['LimitExceeded', say`Send less at once, or allow larger items at the receiver.`],
  ['UnsupportedTransfer', say`Send it in another format.`],
  ['Refused', say`Send it again later.`],
  ['Timeout', say`Send it again.`],
  ['Incomplete', say`Send it again.`],
  ['Busy', say`Send it again later.`],
  ['ReceiverError', say`The log of the receiver says why.`],
]);

/** More of an answer than this is not shown. */
const ANSWER_LENGTH = 500;
/** Milliseconds of silence after which an answer other than `OK` counts as complete. */
const ANSWER_PAUSE = 200;

function printable(answer: Buffer): string {
  return plainLine(answer.subarray(0, ANSWER_LENGTH).toString());
}

/** In Python's form: the name of the exception, and its text, without quotes. */
function describe(error: unknown): [name: string, reason: string] {
  if (error instanceof ProtocolError) return [error.wireName, error.message];
  if (error instanceof PickleDisabledError)
    return ['UnsupportedTransfer', 'Pickle is disabled at this receiver'];
  // A peer whose dialect is not known yet understands this, too.
  if (error instanceof OverloadedError) return ['Busy', error.message];
  if (error instanceof PicklepostError && error.code === 'refused')
    return ['Refused', error.message.replaceAll("'", '')];
  switch (error instanceof PicklepostError ? error.code : undefined) {
    case 'invalid-key':
      return ['InvalidToken', 'This receiver has no key'];
    case 'invalid-token':
      return ['InvalidToken', 'The data does not open with a key of this receiver'];
    case 'encryption-required':
      return ['EncryptionRequired', 'This receiver accepts only encrypted transfers'];
    case 'limit-exceeded':
      return ['LimitExceeded', 'The transfer is larger than this receiver accepts'];
    case 'timeout':
      return ['Timeout', messageOf(error).replace(/\. Send it again\.$/, '')];
    case 'connection-lost':
      return ['Incomplete', 'The transfer ended before it was whole'];
    default:
      return ['ReceiverError', 'The receiver could not store the transfer'];
  }
}
