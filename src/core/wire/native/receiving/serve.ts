import { PicklepostError, ProtocolError } from '../../../errors';
import type { ByteReader } from '../../byteReader';
import type { Channel } from '../../channel';
import type { ServeContext } from '../../dialect';
import { hostPairing } from '../pairing/host';
import { greetClient } from '../handshake/greetClient';
import { IncomingTransfer, type Connection } from './incomingTransfer';
import type { Message, Offer } from '../session/messages';
import { describeRefusal } from '../session/refusal';
import { SMALL_PIECE, type Piece } from '../session/session';
import { say } from '../../../text';

/** Items that a sender may have under way at once; more is an error. */
const ITEMS_AT_ONCE = 256;
/** Among those, items with more than one short piece: each takes memory for some pieces. */
const LARGE_ITEMS_AT_ONCE = 8;

/** Bytes of memory that an item uses before any of it has arrived, and for each byte of its offer. */
const OFFER_COST = 1024;
const COST_OF_BYTE = 3;

/** Serves a Picklepost sender. Items that are incomplete when the connection ends are kept, to be resumed. */
export async function serveNative(
  reader: ByteReader,
  channel: Channel,
  context: ServeContext,
): Promise<void> {
  const { pairing } = context.terms;
  const isPairing = pairing?.code !== undefined;
  const { session, security, key } = await greetClient(reader, channel, { ...context.terms, isPairing });
  context.account.noteGreeting();
  if (security === 'pairing') return hostPairing(session, pairing, channel.peer);
  if (key) context.reports.onKey?.(key);
  return receiveItems({ session, context, from: channel.peer, key: key?.name });
}

/** Handles all messages of a sender after the handshake. */
export async function receiveItems(connection: Connection): Promise<void> {
  const { session, context } = connection;
  session.countMemory((bytes) => context.account.hold(bytes));
  const receiver = new Receiver(connection);
  const endPings = session.keepAlive(context.terms.limits.idleTime);
  try {
    await receiver.receiveAll();
  } catch (error) {
    await session.send(describeRefusal(error)).catch(() => undefined);
    throw error;
  } finally {
    endPings();
    await receiver.close();
  }
}

class Receiver {
  /** Items under way, by number. */
  private readonly transfers = new Map<number, IncomingTransfer>();
  private lastItem = -1;

  constructor(private readonly connection: Connection) {}

  async receiveAll(): Promise<void> {
    for (;;) {
      const message = await this.connection.session.receive();
      if (message === undefined) return;
      await this.take(message);
    }
  }

  /** Waits for items that are being made durable; keeps the others to be resumed later. */
  async close(): Promise<void> {
    await Promise.all([...this.transfers.values()].map((transfer) => transfer.close()));
  }

  private async take(message: Message | Piece): Promise<void> {
    switch (message.type) {
      case 'offer':
        return this.takeOffer(message);
      case 'piece':
        return this.takePiece(message);
      case 'restart':
        return (await this.underWay(message))?.restart(message.key);
      case 'end':
        return (await this.underWay(message))?.finish(message);
      case 'cancel':
        this.transfers.get(message.item)?.withdraw();
        return (await this.underWay(message))?.cancel();
      case 'ping':
        return;
      case 'refusal':
        throw new PicklepostError('refused', say`The sender gave up: ${message.reason}`);
      default:
        throw new ProtocolError(
          'InvalidMessage',
          say`The sender sent a message "${message.type}", which only receivers do.`,
        );
    }
  }

  private async takeOffer(offer: Offer): Promise<void> {
    const { item } = offer;
    if (item <= this.lastItem)
      throw new ProtocolError('InvalidMessage', say`The items of a connection are not numbered in order.`);
    if (this.transfers.size >= ITEMS_AT_ONCE)
      throw new ProtocolError(
        'InvalidMessage',
        say`More than ${String(ITEMS_AT_ONCE)} items are under way at once.`,
      );
    this.lastItem = item;
    const { session, context } = this.connection;
    const forget = await context.account.hold(OFFER_COST + COST_OF_BYTE * session.messageSize);
    const transfer = new IncomingTransfer(this.connection, item, () => {
      this.transfers.delete(item);
      forget();
    });
    this.transfers.set(item, transfer);
    await transfer.takeOffer(offer);
  }

  private async takePiece(piece: Piece): Promise<void> {
    try {
      const transfer = await this.underWay(piece);
      if (!transfer) return piece.release?.();
      if (!transfer.isLarge && piece.bytes.length > SMALL_PIECE) await this.waitForRoom();
      await transfer.takePiece(piece);
    } catch (error) {
      piece.release?.();
      throw error;
    }
  }

  /** Waits until one more large item may arrive, as those before it are still being stored. */
  private async waitForRoom(): Promise<void> {
    for (;;) {
      const large = [...this.transfers.values()].filter(({ isLarge }) => isLarge);
      if (large.length < LARGE_ITEMS_AT_ONCE) return;
      const finishing = large.flatMap(({ finished }) => finished ?? []);
      if (finishing.length === 0)
        throw new ProtocolError(
          'InvalidMessage',
          say`Pieces of more than ${String(LARGE_ITEMS_AT_ONCE)} large items are sent at once.`,
        );
      await Promise.race(finishing);
    }
  }

  /** The item that a message is about, once its offer has been answered; undefined if it was declined or given up. */
  private async underWay({ item }: { readonly item: number }): Promise<IncomingTransfer | undefined> {
    if (item > this.lastItem)
      throw new ProtocolError('InvalidMessage', say`There has been no offer for item ${String(item)}.`);
    const transfer = this.transfers.get(item);
    await transfer?.answered;
    return transfer;
  }
}
