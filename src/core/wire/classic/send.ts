import { isTextFormat } from '../../codecs/formats';
import { encryptTokenText } from '../../crypto/fernet';
import { CancelledError, PicklepostError } from '../../errors';
import { readAnswer, refusal } from '../answers';
import { ByteReader } from '../byteReader';
import type { Channel } from '../channel';
import { encodePacket, END, PIECE_SIZE, type TransferHead } from './packets';
import type { SendContext } from '../dialect';
import { UncarriedError } from '../dialectErrors';
import { ContentDigest } from '../digest';
import type { OutgoingItem, Receipt } from '../../item/item';
import { cutPieces, type Piece } from '../pieces';
import { writeUnlessRefused } from '../stalledWrite';
import { Utf8Check } from '../utf8';
import { say } from '../../text';

/**
 * Sends one item after another on one connection, each only after the previous one has been confirmed, since several answers
 * would merge. Ends with END in any case: a peer of the original that misses it waits forever.
 */
export async function sendClassic(items: readonly OutgoingItem[], context: SendContext): Promise<void> {
  let session: Session | undefined;
  try {
    for (const item of items) {
      const head = transferHead(item, context);
      if (item.kind !== 'dictionary') await checkText(item);
      session = await readySession(session, context);
      context.reports.onSent(item, await sendTransfer(item, head, session, context));
    }
  } finally {
    await session?.leave();
  }
}

class Session {
  readonly reader: ByteReader;
  /** Whether the peer no longer reads, so that not even END can be sent. */
  hasStalled = false;

  constructor(
    readonly channel: Channel,
    { limits }: SendContext,
  ) {
    this.reader = new ByteReader(channel, limits.answerTime);
  }

  /**
   * Checks that nothing has happened since the last answer. Some peers close after each transfer; one that sends without
   * being asked is out of step.
   */
  async isReady(): Promise<boolean> {
    const got = await this.reader.fill(0).catch(() => 'end');
    return got === 'quiet';
  }

  /** Either the peer has everything, or the error that follows says more than one here could. */
  async leave(): Promise<void> {
    if (!this.hasStalled) await this.channel.end(END).catch(() => undefined);
  }
}

async function readySession(session: Session | undefined, context: SendContext): Promise<Session> {
  if (session && (await session.isReady())) return session;
  await session?.leave();
  return new Session(await context.connect(), context);
}

function transferHead(item: OutgoingItem, context: SendContext): TransferHead {
  const encrypted = context.key !== undefined;
  if (item.kind !== 'dictionary') return { encrypted };
  if (item.format === undefined) throw new TypeError('a dictionary goes out in a format');
  return { format: item.format, encrypted };
}

/**
 * The classic dialect carries only texts and dictionaries. Checked before anything is sent, since half a text is of no use.
 */
async function checkText(item: OutgoingItem): Promise<void> {
  const check = new Utf8Check();
  for await (const bytes of item.open()) {
    check.update(bytes);
    if (!check.isValidSoFar) break;
  }
  if (check.isWhole) return;
  throw new UncarriedError(
    item,
    say`"${item.name}" is not UTF-8 text, and the classic protocol carries only text and dictionaries. Send it with the raw protocol.`,
  );
}

async function sendTransfer(
  item: OutgoingItem,
  head: TransferHead,
  session: Session,
  context: SendContext,
): Promise<Receipt> {
  const digest = new ContentDigest();
  let first: TransferHead | undefined = head;
  for await (const piece of cutPieces(
    item.open(),
    PIECE_SIZE,
    head.format === undefined || isTextFormat(head.format) ? 'characters' : 'bytes',
  )) {
    await sendPiece(piece, first, item, session, context);
    first = undefined;
    digest.update(piece.bytes);
    context.reports.onProgress(item, digest.size);
  }
  await awaitConfirmation(item, session.reader, context);
  return { confirmed: true, ...digest.finish() };
}

async function sendPiece(
  { bytes, isLast }: Piece,
  first: TransferHead | undefined,
  item: OutgoingItem,
  session: Session,
  context: SendContext,
): Promise<void> {
  const { channel, reader } = session;
  const chunk = context.key ? Buffer.from(encryptTokenText(context.key, bytes)) : bytes;
  const packet = encodePacket(chunk, isLast, first);
  try {
    // An answer before the last packet can only be a refusal.
    const isOut = await writeUnlessRefused(channel, reader, packet, () => reader.buffered > 0);
    session.hasStalled = !isOut;
    if (!isOut) {
      await awaitConfirmation(item, reader, context);
      return;
    }
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    // Often the peer has sent the reason before it closed.
    await awaitConfirmation(item, reader, context);
    throw error;
  }
  const got = isLast ? 'quiet' : await reader.fill(0).catch(() => 'end');
  if (got !== 'quiet') await awaitConfirmation(item, reader, context);
}

async function awaitConfirmation(
  item: OutgoingItem,
  reader: ByteReader,
  { limits }: SendContext,
): Promise<void> {
  const start = performance.now();
  const answer = await readAnswer(reader, limits.answerTime).catch((error: unknown) => {
    if (error instanceof CancelledError) throw error;
    throw notConfirmed(item, error);
  });
  if (answer === '') {
    const isSilent = performance.now() - start >= limits.answerTime;
    throw isSilent ? notConfirmedWithin(limits.answerTime, item) : notConfirmed(item);
  }
  if (!/^(OK\s*)+$/.test(answer)) throw refusal(item, answer);
}

/** For a receiver that closes the connection instead, as the original does if it has another key. */
function notConfirmed(item: OutgoingItem, cause?: unknown): PicklepostError {
  return new PicklepostError(
    'not-confirmed',
    say`The receiver closed the connection and did not confirm "${item.name}"; check the key and the format on both sides, then send it again.`,
    { cause },
  );
}

/** The receiver may also be busy, and store the item later. */
function notConfirmedWithin(milliseconds: number, item: OutgoingItem): PicklepostError {
  return new PicklepostError(
    'not-confirmed',
    say`The receiver did not confirm "${item.name}" within ${milliseconds / 1000} s. See whether it has it, check the key and the format on both sides, then send it again.`,
  );
}
