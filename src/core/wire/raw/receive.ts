import { isSpace } from '../../codecs/characterCodes';
import { skipBlank } from '../../codecs/recognize';
import { EncryptionRequiredError } from '../../errors';
import { ANSWER_SHARE, errorAnswer, OK } from '../answers';
import { connectionCut, type ByteReader } from '../byteReader';
import type { Channel } from '../channel';
import { ContentScanner } from './contentScanner';
import type { ServeContext } from '../dialect';
import { MeteredWriter } from '../meteredWriter';
import type { ReceivedItem } from '../../item/item';
import { checkAllowed, copyValue, type Pause, type ReceivedValue } from './value';
import { receiveToken } from './token';
import { sniff, type Start } from './sniff';
import { storeUnwrapped } from './unwrap';

/** Receives one value after another, until the peer ends or has been silent for long. */
export async function serveRaw(reader: ByteReader, channel: Channel, context: ServeContext): Promise<void> {
  context.account.limitPatience(ANSWER_SHARE * context.terms.limits.answerTime);
  const session = new RawSession(reader, channel, context);
  try {
    while (await session.waitForValue()) await session.receiveValue();
  } catch (error) {
    session.announce();
    // The peer may be gone; the first error is the one to report.
    await channel.write(errorAnswer(error)).catch(() => undefined);
    throw error;
  }
}

class RawSession {
  /**
   * The item is stored, but its sender has not been told: it may still be sending, and an answer to one that has left would
   * cut off the rest.
   */
  private untold: ReceivedItem | undefined;
  private isFirst = true;
  /** Whether the peer has already got an answer: if it does not read, another one does no more harm. */
  private hasAnswer = false;
  private hasEnded = false;

  constructor(
    private readonly reader: ByteReader,
    private readonly channel: Channel,
    private readonly context: ServeContext,
  ) {}

  /** @returns whether another value begins; if not, the sender has been told about the last one */
  async waitForValue(): Promise<boolean> {
    const { idleTime, rawQuietTime, rawTextQuietTime } = this.context.terms.limits;
    while (!this.hasEnded) {
      if (!this.isFirst) this.skipSpace();
      if (this.reader.buffered > 0) return true;
      const isOwed = this.untold !== undefined;
      const answerAfter = this.hasAnswer ? rawQuietTime : rawTextQuietTime;
      const got = await this.reader.fill(isOwed ? answerAfter : idleTime);
      if (got === 'data') continue;
      await this.confirm();
      if (got === 'end' || !isOwed) return false;
    }
    return false;
  }

  async receiveValue(): Promise<void> {
    this.announce();
    this.isFirst = false;
    const { start, pause: first } = await this.sniffStart();
    const { item, pause } = start === 'token' ? await this.receiveToken() : await this.receivePlain(first);
    this.untold = item;
    this.hasEnded = pause === 'end';
    if (pause === 'end' || pause === 'silent') await this.confirm();
  }

  /** Reports an item to the server whose sender continues, or fails, without having been told. */
  announce(): void {
    const item = this.untold;
    this.untold = undefined;
    if (item) this.context.reports.onReceived(item);
  }

  private async confirm(): Promise<void> {
    // Most raw peers do not listen, and many have left.
    if (this.untold) {
      await this.channel.write(OK).catch(() => undefined);
      this.hasAnswer = true;
    }
    this.announce();
  }

  /** Such as the newline that a shell puts after a value. */
  private skipSpace(): void {
    const bytes = this.reader.peek(this.reader.buffered);
    const end = bytes.findIndex((byte) => !isSpace(byte));
    this.reader.takeBuffered(end < 0 ? bytes.length : end);
  }

  /** @returns the kind of a value by its start, and the pause after it if that is all of it */
  private async sniffStart(): Promise<{ start: Start; pause?: Pause }> {
    const { reader, context } = this;
    for (;;) {
      const known = sniff(reader.peek(reader.buffered), false);
      if (known !== undefined) return { start: known };
      const pause = await reader.fill(context.terms.limits.rawTextQuietTime);
      if (pause === 'data') continue;
      const start = sniff(reader.peek(reader.buffered), true);
      return { start, pause: pause === 'quiet' ? 'silent' : pause };
    }
  }

  private receiveToken(): Promise<ReceivedValue> {
    this.reader.takeBuffered(skipBlank(this.reader.peek(this.reader.buffered)));
    return receiveToken(this.reader, this.channel.peer, this.context);
  }

  private async receivePlain(first: Pause | undefined): Promise<ReceivedValue> {
    const { reader, context } = this;
    if (context.terms.requireEncryption) throw new EncryptionRequiredError();
    const writer = await MeteredWriter.begin(context, {
      dialect: 'raw',
      from: this.channel.peer,
      encrypted: false,
    });
    try {
      const scanner = new ContentScanner(context.terms.limits.nestingDepth);
      const pause = await copyValue(reader, scanner, writer, context.terms.limits, first);
      const content = scanner.finish();
      if (!content) throw connectionCut();
      checkAllowed(content, context.terms);
      const { peer } = this.channel;
      const inside = content.kind === 'dictionary' ? [] : await storeUnwrapped(writer, peer, context);
      const item = inside.pop() ?? (await writer.finish(content));
      for (const before of inside) context.reports.onReceived(before);
      return { item, pause };
    } finally {
      await writer.end();
    }
  }
}
