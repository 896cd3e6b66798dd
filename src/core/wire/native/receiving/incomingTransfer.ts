import { isAllowed } from '../../../codecs/formats';
import { FernetKey } from '../../../crypto/keys';
import { PIECE_SIZE } from '../../../crypto/tokenStream';
import { InvalidTokenError, LimitError, PickleDisabledError, ProtocolError } from '../../../errors';
import type { ServeContext } from '../../dialect';
import type { AnnouncedItem, Arrival } from '../../../item/item';
import { SMALL_ITEM, type ItemWriter } from '../../../item/itemStore';
import { MAXIMUM_PATH, type DeclineCode, type End, type StoredAs, type Offer } from '../session/messages';
import { declineCode, reasonFor } from '../session/reasons';
import { changedOnTheWay, SMALL_PIECE, type Piece, type Session } from '../session/session';
import { say } from '../../../text';

/** The common parts of all items of a connection. */
export interface Connection {
  readonly session: Session;
  readonly context: ServeContext;
  /** Address of the sender, `host:port`. */
  readonly from: string;
  /** Name of the key that the sender has proved to hold. */
  readonly key: string | undefined;
}

/** An incoming item. Methods throw only if the sender breaks a rule, or the connection is gone. */
export class IncomingTransfer {
  /** Set while it arrives; messages at another time are ignored. */
  private writer: ItemWriter | undefined;
  /** Whether the sender may still say that its content is not that of the interrupted item. */
  private mayRestart = false;
  /** Settles when its offer has been answered; undefined then, or if that was waited for. */
  answered: Promise<void> | undefined;
  /** Aborted when its sender no longer wants to send it. */
  private readonly withdrawal = new AbortController();
  /** Settles when it is stored, or has failed; undefined while it arrives. */
  finished: Promise<void> | undefined;
  /** Gives back the memory of its short pieces. */
  private readonly held: (() => void)[] = [];
  private readonly onEnd: () => void;
  /** Whether more than one short piece has arrived. */
  isLarge = false;

  /** @param onEnd called when it has arrived, or will not */
  constructor(
    private readonly connection: Connection,
    private readonly number: number,
    onEnd: () => void,
  ) {
    this.onEnd = () => {
      for (const release of this.held.splice(0)) release();
      onEnd();
    };
  }

  /** Settles when the next message may be read. */
  async takeOffer(offer: Offer): Promise<void> {
    const { context } = this.connection;
    const { limits } = context.terms;
    if (!isAllowed(offer.format, context.terms))
      return this.decline(new PickleDisabledError(), 'pickle-disabled');
    if ((offer.size ?? 0) > limits.itemSize) return this.decline(this.tooLarge());
    // If a person is asked, the next messages are read before the answer; for small items always, so that many wait for the
    // disk together.
    await new Promise<void>((mayGoOn) => {
      this.answered = this.answer(offer, mayGoOn)
        // A lost connection is noticed where it is read.
        .catch(() => undefined)
        .finally(() => {
          this.answered = undefined;
          mayGoOn();
        });
      if ((offer.size ?? Infinity) <= SMALL_ITEM) mayGoOn();
    });
  }

  /** Its sender no longer wants an answer, if there is none yet. */
  withdraw(): void {
    this.withdrawal.abort();
  }

  /** Gives back the memory of the piece once it has been written, or is not needed. */
  async takePiece({ bytes, release = nothing }: Piece): Promise<void> {
    const { writer } = this;
    if (!writer) {
      release();
      return;
    }
    const { account } = this.connection.context;
    account.noteContent(bytes.length);
    this.mayRestart = false;
    const isLarge = bytes.length > SMALL_PIECE;
    this.isLarge ||= isLarge;
    // A short piece is kept until the whole item has arrived.
    if (!isLarge) this.held.push(release);
    try {
      if (writer.pieces * PIECE_SIZE > this.connection.context.terms.limits.itemSize) throw this.tooLarge();
      await writer.writeToken(bytes);
    } catch (error) {
      release();
      return this.giveUp(writer, error);
    }
    const confirmed = this.confirm(writer);
    if (isLarge) void confirmed.finally(release);
  }

  async restart(key: string): Promise<void> {
    const { writer } = this;
    if (!writer) return;
    if (!this.mayRestart)
      throw new ProtocolError('InvalidMessage', say`Cannot restart an item that is not being resumed.`);
    this.mayRestart = false;
    try {
      await writer.restart(FernetKey.parse(key));
    } catch (error) {
      await this.giveUp(writer, error);
    }
  }

  /** Does not wait, so that many small items become durable together. */
  finish(end: End): void {
    const { writer } = this;
    if (!writer) return;
    this.writer = undefined;
    this.finished = this.store(end, writer).finally(this.onEnd);
  }

  async cancel(): Promise<void> {
    const { writer } = this;
    if (!writer) return;
    this.writer = undefined;
    this.onEnd();
    await writer.discard();
  }

  /** Waits for items that are being made durable; keeps an incomplete one, to be resumed later. */
  async close(): Promise<void> {
    this.withdraw();
    await this.answered;
    await this.finished;
    await this.writer?.suspend();
    this.writer = undefined;
  }

  /** @param onAsked called if a person is asked */
  private async answer({ item: _item, key, ...about }: Offer, onAsked: () => void): Promise<void> {
    const { session, context, from, key: proved } = this.connection;
    const arrival: Arrival = {
      dialect: 'native',
      from,
      encrypted: true,
      ...(proved !== undefined && { key: proved }),
    };
    try {
      const answer = await context.account.whileWorking((endsEarly) =>
        context.store.offer(arrival, about, FernetKey.parse(key), {
          ...(context.ended && { disconnected: context.ended }),
          withdrawn: this.withdrawal.signal,
          onAsked: () => {
            endsEarly();
            onAsked();
            void session.send({ type: 'asking', item: this.number }).catch(() => undefined);
          },
        }),
      );
      if (answer.kind === 'accepted') await this.accept(answer.writer);
      else await this.sayThatItIsHere(answer.item);
    } catch (error) {
      // Once it is accepted, only the connection can fail; what is here is kept when that ends.
      if (this.writer) throw error;
      await this.decline(error);
    }
  }

  private async accept(writer: ItemWriter): Promise<void> {
    const { session } = this.connection;
    const { pieces } = writer;
    this.writer = writer;
    this.mayRestart = pieces > 0;
    const resumed = pieces > 0 && {
      sha256: await writer.prefixDigest(),
      key: writer.key.toText(),
    };
    await session.send({ type: 'accept', item: this.number, pieces, ...resumed });
  }

  private async sayThatItIsHere(item: AnnouncedItem): Promise<void> {
    const { session, context, from } = this.connection;
    context.account.noteProgress();
    await session.send({ type: 'have', item: this.number, size: item.size, ...storedAs(item) });
    context.reports.onReceived({ ...item, from, existed: true });
    this.onEnd();
  }

  /** Reports that a piece has been written, while the next one arrives. Never rejects. */
  private async confirm(writer: ItemWriter): Promise<void> {
    try {
      const pieces = await writer.written();
      if (pieces === 0 || !this.writer) return;
      await this.connection.session
        .send({ type: 'progress', item: this.number, pieces })
        .catch(() => undefined);
    } catch (error) {
      // The sender waits for this piece, so no other one would reveal the failure.
      if (this.writer) await this.fail(writer, error).catch(() => undefined);
    }
  }

  private async store({ item, size, sha256 }: End, writer: ItemWriter): Promise<void> {
    const { session, context } = this.connection;
    try {
      if (size > context.terms.limits.itemSize) throw this.tooLarge();
      const received = await context.account.whileWorking(() => writer.finish({ size, sha256 }));
      context.account.noteProgress();
      // The item is here, even if the sender can no longer be told.
      await session.send({ type: 'stored', item, ...storedAs(received) }).catch(() => undefined);
      context.reports.onReceived(received);
    } catch (error) {
      await this.fail(writer, error).catch(() => undefined);
    }
  }

  /**
   * This item has failed; the connection continues. What the sender has already sent of it is skipped.
   * @throws ProtocolError for a damaged piece: those before it are kept, to be continued over another connection
   */
  private async giveUp(writer: ItemWriter, error: unknown): Promise<void> {
    if (error instanceof InvalidTokenError) throw changedOnTheWay(say`A piece of the item is damaged`, error);
    await this.fail(writer, error);
  }

  private async fail(writer: ItemWriter, error: unknown): Promise<void> {
    this.writer = undefined;
    await writer.discard();
    await this.decline(error);
  }

  private async decline(error: unknown, code: DeclineCode = declineCode(error)): Promise<void> {
    this.connection.context.reports.onDeclined(error);
    const reason = reasonFor(error);
    await this.connection.session.send({ type: 'decline', item: this.number, code, reason });
    this.onEnd();
  }

  private tooLarge(): LimitError {
    const advice = say`Send less at once, or allow larger items in the settings of the receiver.`;
    return new LimitError(say`The item`, this.connection.context.terms.limits.itemSize, say`bytes`, advice);
  }
}

function nothing(): void {
  // For a session that does not count memory.
}

/** The part of the answer on a stored item that differs from what the sender sent: its name, and its path if it was saved. */
function storedAs({ id, sha256, name, sentName, savedAs, isHashClaimed }: AnnouncedItem): StoredAs {
  return {
    id,
    sha256,
    ...(sentName !== undefined && { name }),
    ...(savedAs !== undefined && savedAs.length <= MAXIMUM_PATH && { path: savedAs }),
    ...(isHashClaimed && { claimed: 1 }),
  };
}
