import { FernetKey } from '../../../crypto/keys';
import { PIECE_SIZE } from '../../../crypto/tokenStream';
import { CancelledError, PicklepostError, ProtocolError } from '../../../errors';
import type { OutgoingItem, Receipt } from '../../../item/item';
import { SMALL_ITEM } from '../../../item/itemStore';
import { Mutex } from '../../../scheduling/mutex';
import { say } from '../../../text';
import type { SendContext } from '../../dialect';
import { BusyError, ContentError, notTaken } from '../../dialectErrors';
import type { Accept, Have, Message, StoredAs } from '../session/messages';
import type { Session } from '../session/session';
import {
  checkOffer,
  DeclinedError,
  describeOffer,
  NotOfferedError,
  OutgoingTransfer,
  randomIdentity,
  transferIdentity,
} from './outgoingTransfer';
import { hashContent, PieceSender, type SentContent } from './pieceSender';
import { ByteReader } from '../../byteReader';
import { greetServer } from '../handshake/greetServer';
import { describeRefusal } from '../session/refusal';

/** Items under way at once: enough small ones to keep a connection busy while each waits for its answer. */
const ITEMS_AT_ONCE = 64;

/** Sends items over one session. */
export class Sender {
  private readonly transfers = new Map<number, OutgoingTransfer>();
  private readonly data = new Mutex();
  private lastNumber = -1;
  /** Why items were not taken. */
  readonly failures: PicklepostError[] = [];

  constructor(
    private readonly session: Session,
    private readonly context: SendContext,
  ) {}

  async sendAll(items: readonly OutgoingItem[]): Promise<void> {
    const queue = items.values();
    const work = async (): Promise<void> => {
      for (const item of queue) await this.sendItem(item);
    };
    await Promise.all(Array.from({ length: Math.min(ITEMS_AT_ONCE, items.length) }, work));
  }

  /** Handles the messages of the server. Only ever rejects. */
  async listen(): Promise<never> {
    for (;;) {
      const message = await this.session.receive();
      if (message === undefined)
        throw new PicklepostError(
          'connection-lost',
          say`The receiver closed the connection. Send it again: it resumes where it was cut off.`,
        );
      if (message.type === 'piece')
        throw new ProtocolError('InvalidMessage', say`The receiver sent a piece of an item.`);
      this.take(message);
    }
  }

  /** Ends all reading and sending, since there is no connection any more. */
  stop(error: unknown): void {
    const cause = error instanceof Error ? error : new Error(String(error));
    for (const transfer of this.transfers.values()) transfer.fail(cause);
  }

  /** Tells the server that this side gives up everything that is under way, and ends the connection. */
  cancel(): Promise<void> {
    return this.session.end([...this.transfers.keys()].map((item) => ({ type: 'cancel', item })));
  }

  private async sendItem(item: OutgoingItem): Promise<void> {
    try {
      checkOffer(item);
      await this.transfer(item, transferIdentity(item, this.context.identity));
    } catch (error) {
      if (!(
        error instanceof DeclinedError ||
        error instanceof NotOfferedError ||
        error instanceof ContentError
      ))
        throw error;
      if (error instanceof ContentError) await this.giveUp(item);
      this.failures.push(error);
      this.context.reports.onFailed(item, error);
    }
  }

  /** Tells the server that nothing more of an item comes, if it has been offered. */
  private async giveUp(item: OutgoingItem): Promise<void> {
    const transfer = [...this.transfers.values()].find((one) => one.item === item);
    if (!transfer) return;
    this.transfers.delete(transfer.number);
    await this.session.send({ type: 'cancel', item: transfer.number });
  }

  /** @param isAnew whether it is offered under an identity that the receiver cannot know */
  private async transfer(item: OutgoingItem, identity: string, isAnew = false): Promise<void> {
    const transfer = new OutgoingTransfer(++this.lastNumber, item);
    this.transfers.set(transfer.number, transfer);
    const key = FernetKey.generate();
    await this.session.send(describeOffer(transfer, identity, key));
    const answer = await transfer.answered.promise;
    if (answer.type === 'accept') await this.sendContent(transfer, answer, key);
    else if (isAnew)
      throw new ProtocolError(
        'InvalidMessage',
        say`The receiver claims to have an item that it cannot have.`,
      );
    else await this.compare(transfer, answer);
  }

  private async sendContent(
    transfer: OutgoingTransfer,
    accept: Accept,
    offeredKey: FernetKey,
  ): Promise<void> {
    this.confirm(transfer, accept.pieces);
    const send = (): Promise<SentContent | undefined> =>
      new PieceSender(this.session, transfer).send(accept, offeredKey);
    const sent = await ((transfer.item.size ?? Infinity) <= SMALL_ITEM ? send() : this.data.run(send));
    if (sent) await this.session.send({ type: 'end', item: transfer.number, ...sent });
    const stored = await transfer.stored.promise;
    this.transfers.delete(transfer.number);
    if (stored.sha256 !== sent?.sha256) {
      throw new ProtocolError(
        'InvalidContent',
        say`The receiver stored ${transfer.item.name} with different content. Delete it there, and send it again.`,
      );
    }
    this.context.reports.onProgress(transfer.item, sent.size);
    this.context.reports.onSent(transfer.item, {
      confirmed: true,
      ...receiptNames(stored),
      ...sent,
    });
  }

  /** Takes note of how many pieces the receiver has. */
  private confirm(transfer: OutgoingTransfer, pieces: number): void {
    transfer.confirm(pieces);
    this.context.reports.onProgress(
      transfer.item,
      Math.min(pieces * PIECE_SIZE, transfer.item.size ?? Infinity),
    );
  }

  /** The receiver has this item already, unless the file has changed without changing its size and time. */
  private async compare(transfer: OutgoingTransfer, have: Have): Promise<void> {
    const content = await hashContent({ ...transfer.item, open: (atOnce) => transfer.open(atOnce) });
    this.transfers.delete(transfer.number);
    if (content.sha256 === have.sha256)
      this.context.reports.onSent(transfer.item, {
        confirmed: true,
        existed: true,
        ...receiptNames(have),
        ...content,
      });
    else await this.transfer(transfer.item, randomIdentity(), true);
  }

  private take(message: Message): void {
    if (message.type === 'refusal') {
      if (message.code === 'busy') throw new BusyError();
      throw new PicklepostError('refused', say`The receiver ended the connection: ${message.reason}`);
    }
    const transfer = 'item' in message ? this.transfers.get(message.item) : undefined;
    if (!transfer) return;
    switch (message.type) {
      case 'accept':
      case 'have':
        transfer.answered.resolve(message);
        break;
      case 'asking':
        this.context.reports.onAsked?.(transfer.item);
        break;
      case 'progress':
        this.confirm(transfer, message.pieces);
        break;
      case 'stored':
        transfer.stored.resolve(message);
        break;
      case 'decline':
        this.transfers.delete(transfer.number);
        transfer.fail(new DeclinedError(transfer.item, message.code, message.reason));
        break;
      default:
        throw new ProtocolError(
          'InvalidMessage',
          say`The receiver sent a message "${message.type}", which only senders do.`,
        );
    }
  }
}

function receiptNames({ name, path, claimed }: StoredAs): Pick<Receipt, 'verified' | 'keptAs' | 'savedAs'> {
  return {
    verified: !claimed,
    ...(name !== undefined && { keptAs: name }),
    ...(path !== undefined && { savedAs: path }),
  };
}

/**
 * Sends all items over one connection. One that is declined, or cannot be read, does not stop the others; its error is
 * thrown at the end.
 */
export async function sendNative(items: readonly OutgoingItem[], context: SendContext): Promise<void> {
  const channel = await context.connect();
  const reader = new ByteReader(channel, context.limits.idleTime);
  const session = await greetServer(reader, channel, { key: context.key, limits: context.limits });
  await sendOver(session, items, context);
}

/** Everything after the handshake. Ends this side of the connection. */
export async function sendOver(
  session: Session,
  items: readonly OutgoingItem[],
  context: SendContext,
): Promise<void> {
  const sender = new Sender(session, context);
  const endPings = session.keepAlive(context.limits.idleTime);
  try {
    await sendWhileListening(sender, items);
    await session.end([]);
    if (sender.failures.length > 0) throw notTaken(sender.failures, items.length);
  } catch (error) {
    sender.stop(error);
    if (error instanceof CancelledError) await sender.cancel().catch(() => undefined);
    // Not awaited: a faulty server may not read it.
    else if (error instanceof ProtocolError)
      void session.end([describeRefusal(error)]).catch(() => undefined);
    throw error;
  } finally {
    endPings();
  }
}

/** The last message of the server says more than that the connection was lost. */
function sendWhileListening(sender: Sender, items: readonly OutgoingItem[]): Promise<void> {
  const listening = sender.listen();
  const sending = sender.sendAll(items).catch((error: unknown) => {
    if (error instanceof PicklepostError && error.code === 'connection-lost') return listening;
    throw error;
  });
  return Promise.race([listening, sending]);
}
