import { FernetKey } from '../../crypto/keys';
import { PIECE_SIZE } from '../../crypto/tokenStream';
import { InvalidTokenError, LimitError, PicklepostError, ProtocolError } from '../../errors';
import type { ByteReader } from '../byteReader';
import type { Channel } from '../channel';
import type { ServeContext } from '../dialect';
import type { Arrival } from '../item';
import { SMALL_ITEM, type PieceWriter } from '../transfer';
import { greetClient } from './greetClient';
import type { DeclineCode, End, Message, Offer, Restart } from './messages';
import { declineCode, reasonFor } from './reasons';
import { describeRefusal } from './refusal';
import { changedOnTheWay, type Piece, type Session } from './session';

/** Items that a sender may have under way at once; more is a mistake. */
const ITEMS_AT_ONCE = 256;
/** How often the sender is told, within the time that it bears silence, that this side is still busy. */
const PINGS_PER_IDLE_TIME = 4;

/** Serves a Picklepost sender. What is not whole when the connection ends is kept, to be continued. */
export async function serveNative(
  reader: ByteReader,
  channel: Channel,
  context: ServeContext,
): Promise<void> {
  const session = await greetClient(reader, channel, { ...context, key: context.key });
  const receiver = new Receiver(session, context, channel.peer);
  const pings = setInterval(() => receiver.pingIfBusy(), context.limits.idleTime / PINGS_PER_IDLE_TIME);
  try {
    await receiver.receiveAll();
  } catch (error) {
    await session.send(describeRefusal(error)).catch(() => undefined);
    throw error;
  } finally {
    clearInterval(pings);
    await receiver.close();
  }
}

/** An item that is arriving. */
interface Incoming {
  readonly writer: PieceWriter;
  /** Whether the sender may still say that it is not the one that was cut off. */
  mayRestart: boolean;
}

class Receiver {
  /** Small items whose offer is being answered, by number. */
  private readonly answering = new Map<number, Promise<void>>();
  /** Items that are arriving, by number. */
  private readonly incoming = new Map<number, Incoming>();
  /** Items that have arrived and are being made durable. */
  private readonly finishing = new Set<Promise<void>>();
  private lastItem = -1;
  private isBusy = false;

  constructor(
    private readonly session: Session,
    private readonly context: ServeContext,
    private readonly from: string,
  ) {}

  async receiveAll(): Promise<void> {
    for (;;) {
      const message = await this.session.receive();
      if (message === undefined) return;
      this.isBusy = true;
      await this.take(message);
      this.isBusy = false;
    }
  }

  /** To read what is here of a large item, or to write to a slow disk, may take longer than a sender bears silence. */
  pingIfBusy(): void {
    if (this.isBusy || this.answering.size > 0)
      void this.session.send({ type: 'ping' }).catch(() => undefined);
  }

  /** Waits for what is being made durable; keeps the rest to be continued later. */
  async close(): Promise<void> {
    await Promise.all(this.answering.values());
    await Promise.all(this.finishing);
    await Promise.all([...this.incoming.values()].map(({ writer }) => writer.suspend()));
    this.incoming.clear();
  }

  private async take(message: Message | Piece): Promise<void> {
    if ('item' in message) await this.answering.get(message.item);
    switch (message.type) {
      case 'piece':
        return this.takePiece(message);
      case 'offer':
        return this.takeOffer(message);
      case 'restart':
        return this.restart(message);
      case 'end':
        this.beginToFinish(message);
        return;
      case 'cancel':
        return this.cancel(message.item);
      case 'ping':
        return this.session.send({ type: 'ping' });
      case 'refusal':
        throw new PicklepostError('refused', `The sender gave up: ${message.reason}`);
      default:
        throw new ProtocolError(
          'InvalidMessage',
          `The sender sent a message "${message.type}", which only receivers do.`,
        );
    }
  }

  private async takeOffer(offer: Offer): Promise<void> {
    if (offer.item <= this.lastItem)
      throw new ProtocolError('InvalidMessage', 'The items of a connection are not numbered in order.');
    if (this.answering.size + this.incoming.size + this.finishing.size >= ITEMS_AT_ONCE)
      throw new ProtocolError(
        'InvalidMessage',
        `More than ${String(ITEMS_AT_ONCE)} items are under way at once.`,
      );
    this.lastItem = offer.item;
    const { allowPickle, limits } = this.context;
    if (offer.format === 'binary' && !allowPickle)
      return this.decline(offer.item, pickleDisabled(), 'pickle-disabled');
    if ((offer.size ?? 0) > limits.itemSize) return this.decline(offer.item, this.tooLarge());
    this.checkKey(offer.key, 'An offer');
    if ((offer.size ?? Infinity) > SMALL_ITEM) return this.answer(offer);
    // Meanwhile the next messages are read, so that many wait for the disk together.
    const answered = this.answer(offer)
      // That the connection is gone comes to light where it is read.
      .catch(() => undefined)
      .finally(() => this.answering.delete(offer.item));
    this.answering.set(offer.item, answered);
  }

  private async answer(offer: Offer): Promise<void> {
    try {
      await this.accept(offer);
    } catch (error) {
      await this.decline(offer.item, error);
    }
  }

  private async accept(offer: Offer): Promise<void> {
    const { item, key: keyText, ...about } = offer;
    const arrival: Arrival = { dialect: 'native', from: this.from, encrypted: this.session.isEncrypted };
    const answer = await this.context.store.offer(
      arrival,
      about,
      keyText === undefined ? undefined : FernetKey.parse(keyText),
    );
    if (answer.kind === 'have') {
      const { id, sha256, size } = answer.item;
      await this.session.send({ type: 'have', item, id, sha256, size });
      this.context.onReceived({ ...answer.item, from: this.from, existed: true });
      return;
    }
    const { writer } = answer;
    this.incoming.set(item, { writer, mayRestart: writer.pieces > 0 });
    const resumed = writer.pieces > 0 && {
      sha256: await writer.prefixDigest(),
      ...(this.session.isEncrypted && { key: writer.key.toText() }),
    };
    await this.session.send({ type: 'accept', item, pieces: writer.pieces, ...resumed });
  }

  private async takePiece({ item, bytes }: Piece): Promise<void> {
    const incoming = this.underWay(item);
    if (!incoming) return;
    incoming.mayRestart = false;
    const { writer } = incoming;
    try {
      if (writer.pieces * PIECE_SIZE > this.context.limits.itemSize) throw this.tooLarge();
      if (this.session.isEncrypted) await writer.appendToken(bytes);
      else await writer.appendPlain(bytes);
    } catch (error) {
      await this.giveUp(item, writer, error);
      return;
    }
    void this.confirm(item, writer);
  }

  /** Tells that a piece has been written; meanwhile the next one comes. Never rejects. */
  private async confirm(item: number, writer: PieceWriter): Promise<void> {
    try {
      const pieces = await writer.written();
      if (pieces === 0 || this.incoming.get(item)?.writer !== writer) return;
      await this.session.send({ type: 'progress', item, pieces }).catch(() => undefined);
    } catch (error) {
      // The sender waits for this piece, so that no other one would bring the failure to light.
      if (this.incoming.get(item)?.writer === writer)
        await this.fail(item, writer, error).catch(() => undefined);
    }
  }

  private async restart({ item, key }: Restart): Promise<void> {
    const incoming = this.underWay(item);
    if (!incoming) return;
    this.checkKey(key, 'A restart');
    const { writer, mayRestart } = incoming;
    if (!mayRestart)
      throw new ProtocolError('InvalidMessage', 'An item was begun again that is not being continued.');
    incoming.mayRestart = false;
    try {
      await writer.restart(key === undefined ? undefined : FernetKey.parse(key));
    } catch (error) {
      await this.giveUp(item, writer, error);
    }
  }

  /** Does not wait, so that many small items become durable together. */
  private beginToFinish(end: End): void {
    const writer = this.underWay(end.item)?.writer;
    if (!writer) return;
    this.incoming.delete(end.item);
    const finished = this.finish(end, writer).finally(() => this.finishing.delete(finished));
    this.finishing.add(finished);
  }

  private async finish({ item, size, sha256 }: End, writer: PieceWriter): Promise<void> {
    try {
      if (size > this.context.limits.itemSize) throw this.tooLarge();
      const received = await writer.finish({ size, sha256 });
      const { id } = received;
      // Where the sender cannot be told any more, the item is here all the same.
      await this.session.send({ type: 'stored', item, id, sha256: received.sha256 }).catch(() => undefined);
      this.context.onReceived(received);
    } catch (error) {
      await this.fail(item, writer, error).catch(() => undefined);
    }
  }

  private async cancel(item: number): Promise<void> {
    const writer = this.underWay(item)?.writer;
    this.incoming.delete(item);
    await writer?.discard();
  }

  /**
   * One item has failed; the connection goes on. What had been sent of it meanwhile is passed over.
   * @throws ProtocolError for a damaged piece: those before it are kept, to be continued over another connection
   */
  private async giveUp(item: number, writer: PieceWriter, error: unknown): Promise<void> {
    if (error instanceof InvalidTokenError) throw changedOnTheWay('A piece of the item is damaged', error);
    await this.fail(item, writer, error);
  }

  private async fail(item: number, writer: PieceWriter, error: unknown): Promise<void> {
    this.incoming.delete(item);
    await writer.discard();
    await this.decline(item, error);
  }

  private decline(item: number, error: unknown, code: DeclineCode = declineCode(error)): Promise<void> {
    this.context.onDeclined(error);
    return this.session.send({ type: 'decline', item, code, reason: reasonFor(error) });
  }

  private checkKey(key: string | undefined, what: string): void {
    if ((key !== undefined) !== this.session.isEncrypted)
      throw new ProtocolError('InvalidMessage', `${what} has a key exactly if the session is encrypted.`);
  }

  private tooLarge(): LimitError {
    const advice = 'Send less at once, or allow larger items in the settings of the receiver.';
    return new LimitError('The item', this.context.limits.itemSize, advice);
  }

  /** Undefined for an item that was declined or given up. */
  private underWay(item: number): Incoming | undefined {
    if (item > this.lastItem)
      throw new ProtocolError('InvalidMessage', `There has been no offer for item ${String(item)}.`);
    return this.incoming.get(item);
  }
}

function pickleDisabled(): PicklepostError {
  return new PicklepostError(
    'refused',
    'This receiver does not take pickles. Send the dictionary as JSON or XML.',
  );
}
