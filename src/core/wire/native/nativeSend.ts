import { createHash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { FernetKey } from '../../crypto/keys';
import { PIECE_SIZE } from '../../crypto/tokenStream';
import { CancelledError, PicklepostError, ProtocolError } from '../../errors';
import { ByteReader } from '../byteReader';
import type { SendContext } from '../dialect';
import type { OutgoingItem } from '../item';
import { greetServer } from './handshake';
import type { Accept, DeclineCode, Have, Message, Offer, Stored } from './messages';
import { Mutex } from '../../mutex';
import { hashContent, PieceSender } from './pieceSender';
import type { Session } from './session';

/** Items under way at once: enough to keep a connection busy with small ones while each waits for its answer. */
const ITEMS_AT_ONCE = 64;
/** How often the server is told, within the time that it may be silent, that this side is still there. */
const PINGS_PER_IDLE_TIME = 4;

/** The receiver does not want an item, or no longer. */
export class DeclinedError extends PicklepostError {
  constructor(
    readonly item: OutgoingItem,
    readonly decline: DeclineCode,
    reason: string,
  ) {
    super('refused', `The receiver did not take ${item.name}: ${reason}`);
  }
}

/** Sends all items over one connection. One that is declined does not keep the others; its error is thrown when they are through. */
export async function sendNative(items: readonly OutgoingItem[], context: SendContext): Promise<void> {
  const channel = await context.connect();
  const reader = new ByteReader(channel, context.limits.idleTime);
  const session = await greetServer(reader, channel, { key: context.key, limits: context.limits });
  const sender = new Sender(session, context);
  const ping = (): void => void session.send({ type: 'ping' }).catch(() => undefined);
  const pings = setInterval(ping, context.limits.idleTime / PINGS_PER_IDLE_TIME);
  try {
    await sendWhileListening(sender, items);
    await channel.end();
  } catch (error) {
    if (error instanceof CancelledError) await channel.end(sender.cancel()).catch(() => undefined);
    if (error instanceof DeclinedError) await channel.end().catch(() => undefined);
    throw error;
  } finally {
    clearInterval(pings);
  }
}

/** What the server has said last tells more than that it has broken the connection off. */
function sendWhileListening(sender: Sender, items: readonly OutgoingItem[]): Promise<void> {
  const listening = sender.listen();
  const sending = sender.sendAll(items).catch((error: unknown) => {
    if (error instanceof PicklepostError && error.code === 'connection-lost') return listening;
    throw error;
  });
  return Promise.race([listening, sending]);
}

/** An item on its way. */
class Transfer {
  readonly answered = new Deferred<Accept | Have>();
  readonly stored = new Deferred<Stored>();
  hasEnded = false;

  constructor(
    readonly number: number,
    readonly item: OutgoingItem,
  ) {}

  fail(error: Error): void {
    this.hasEnded = true;
    this.answered.reject(error);
    this.stored.reject(error);
  }
}

class Sender {
  private readonly transfers = new Map<number, Transfer>();
  private readonly data = new Mutex();
  private lastNumber = -1;
  private firstProblem: DeclinedError | undefined;

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
    if (this.firstProblem) throw this.firstProblem;
  }

  /** Takes in what the server says. Only ever rejects. */
  async listen(): Promise<never> {
    for (;;) {
      const message = await this.session.receive();
      if (message === undefined)
        throw new PicklepostError(
          'connection-lost',
          'The receiver closed the connection. Send it again: it goes on where it was cut off.',
        );
      if (message.type === 'piece')
        throw new ProtocolError('InvalidMessage', 'The receiver sent a piece of an item.');
      this.take(message);
    }
  }

  /** What tells the server that this side gives up everything that is under way. */
  cancel(): Buffer {
    return this.session.encodeLast([...this.transfers.keys()].map((item) => ({ type: 'cancel', item })));
  }

  private async sendItem(item: OutgoingItem): Promise<void> {
    try {
      await this.transfer(item, transferIdentity(item));
    } catch (error) {
      if (!(error instanceof DeclinedError)) throw error;
      this.firstProblem ??= error;
    }
  }

  private async transfer(item: OutgoingItem, identity: string): Promise<void> {
    const transfer = new Transfer(++this.lastNumber, item);
    this.transfers.set(transfer.number, transfer);
    const key = this.session.isEncrypted ? FernetKey.generate() : undefined;
    await this.session.send(describeOffer(transfer, identity, key));
    const answer = await transfer.answered.promise;
    if (answer.type === 'accept') await this.sendContent(transfer, answer, key);
    else await this.compare(transfer, answer);
  }

  private async sendContent(
    transfer: Transfer,
    accept: Accept,
    offeredKey: FernetKey | undefined,
  ): Promise<void> {
    const sent = await this.data.run(() => new PieceSender(this.session, transfer).send(accept, offeredKey));
    if (sent) await this.session.send({ type: 'end', item: transfer.number, ...sent });
    const stored = await transfer.stored.promise;
    this.transfers.delete(transfer.number);
    if (stored.sha256 !== sent?.sha256) {
      throw new ProtocolError(
        'InvalidContent',
        `What the receiver stored of ${transfer.item.name} is not what was sent. Delete it there, and send it again.`,
      );
    }
    this.context.onSent(transfer.item, { confirmed: true, verified: true, ...sent });
  }

  /** The receiver has this item already, unless the file has changed without changing its size and time. */
  private async compare(transfer: Transfer, have: Have): Promise<void> {
    this.transfers.delete(transfer.number);
    const content = await hashContent(transfer.item);
    if (content.sha256 === have.sha256)
      this.context.onSent(transfer.item, { confirmed: true, verified: true, existed: true, ...content });
    else await this.transfer(transfer.item, randomIdentity());
  }

  private take(message: Message): void {
    if (message.type === 'refusal')
      throw new PicklepostError('refused', `The receiver ended the connection: ${message.reason}`);
    const transfer = 'item' in message ? this.transfers.get(message.item) : undefined;
    if (!transfer) return;
    switch (message.type) {
      case 'accept':
      case 'have':
        transfer.answered.resolve(message);
        break;
      case 'progress':
        this.context.onProgress(
          transfer.item,
          Math.min(message.pieces * PIECE_SIZE, transfer.item.size ?? Infinity),
        );
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
          `The receiver sent a message "${message.type}", which only senders do.`,
        );
    }
  }
}

function describeOffer({ number, item }: Transfer, transfer: string, key: FernetKey | undefined): Offer {
  const { kind, format, name, path, size, modified } = item;
  return {
    type: 'offer',
    item: number,
    transfer,
    kind,
    name,
    ...(format !== undefined && { format }),
    ...(path !== undefined && { path }),
    ...(size !== undefined && { size }),
    ...(modified !== undefined && { modified }),
    ...(key && { key: key.toText() }),
  };
}

/**
 * Identifies what is sent: the same file of the same machine gives the same 32 hexadecimal digits, so that a receiver finds what it
 * has of it. What has no place of its own, such as a document that was never saved, is something new each time.
 */
function transferIdentity({ source }: OutgoingItem): string {
  if (source === undefined) return randomIdentity();
  const hash = createHash('sha256').update('picklepost transfer\0');
  return hash.update(hostname()).update('\0').update(source).digest('hex').slice(0, 32);
}

function randomIdentity(): string {
  return randomBytes(16).toString('hex');
}

/** A promise that somebody else settles. That nobody waits for it is no mistake. */
class Deferred<T> {
  resolve!: (value: T) => void;
  reject!: (error: Error) => void;
  readonly promise = new Promise<T>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });

  constructor() {
    this.promise.catch(() => undefined);
  }
}
