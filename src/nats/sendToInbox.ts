import { setTimeout as sleep } from 'node:timers/promises';
import type { FernetKey } from '../core/crypto/keys';
import { CancelledError, PicklepostError } from '../core/errors';
import type { OutgoingItem } from '../core/item/item';
import { ContentError, notTaken, UncarriedError } from '../core/wire/dialectErrors';
import { natsError } from './failures';
import { openConnection, type InboxAccess, type InboxConnection } from './inboxConnection';
import { ItemSender, type SharedReceipt } from './itemSender';
import { jetstreamManager, type JetStreamManager } from './library';
import { manifestKey } from './manifest';
import { Publisher, type Patience } from './publisher';
import { checkFingerprint, listReaders, tryStreamState } from './sharedInbox';

/** A shared inbox, and who sends to it. */
export interface InboxTarget {
  readonly access: InboxAccess;
  /** That of the inbox. */
  readonly key: FernetKey;
  /** A secret of this installation, so that interrupted items resume. */
  readonly identity?: Uint8Array;
}

export interface InboxSendReports {
  /** Plain bytes that the server has confirmed. */
  readonly onProgress?: (item: OutgoingItem, bytes: number) => void;
  readonly onSent?: (item: OutgoingItem, receipt: InboxReceipt) => void;
  /** Called for each item that fails for a reason of its own. */
  readonly onFailed?: (item: OutgoingItem, error: PicklepostError) => void;
}

/** How safe a confirmed item is: `replicas` if a majority of three or more servers has it. */
export type Safety = 'server' | 'replicas';

export interface InboxReceipt extends SharedReceipt {
  readonly safety: Safety;
  /** Under which it was sent. */
  readonly sender: string;
}

/** Milliseconds for questions that only improve a receipt. */
const CURIOSITY = 3_000;

/**
 * Puts items into a shared inbox. An item that fails for a reason of its own does not stop the others; its error is thrown
 * at the end. While the inbox is full, it waits.
 * @throws PicklepostError
 */
export async function sendToInbox(
  items: readonly OutgoingItem[],
  target: InboxTarget,
  patience: Patience,
  reports: InboxSendReports = {},
): Promise<InboxReceipt[]> {
  const connection = await connectWhenPossible(target.access, patience);
  try {
    return await new InboxSending(connection, target, patience, reports).sendAll(items);
  } catch (error) {
    throw patience.signal?.aborted ? new CancelledError() : natsError(error, target.access.address.inbox);
  } finally {
    await connection.nats.close();
  }
}

/** Milliseconds between two attempts at a server that cannot be reached. */
const RETRY = 5_000;

/** @throws PicklepostError `connection-failed` only if it is not to wait */
async function connectWhenPossible(
  access: InboxAccess,
  { waits, signal, onWaiting }: Patience,
): Promise<InboxConnection> {
  for (;;) {
    try {
      return await openConnection(access);
    } catch (error) {
      const isAway = error instanceof PicklepostError && error.code === 'connection-failed';
      if (!waits || !isAway) throw error;
      onWaiting?.({ error, milliseconds: RETRY });
    }
    await sleep(RETRY, undefined, signal && { signal }).catch(() => {
      throw new CancelledError();
    });
  }
}

class InboxSending {
  private readonly receipts: InboxReceipt[] = [];
  private readonly failures: PicklepostError[] = [];

  constructor(
    private readonly connection: InboxConnection,
    private readonly target: InboxTarget,
    private readonly patience: Patience,
    private readonly reports: InboxSendReports,
  ) {}

  async sendAll(items: readonly OutgoingItem[]): Promise<InboxReceipt[]> {
    const { nats, name: sender } = this.connection;
    const { access, key, identity } = this.target;
    const { inbox } = access.address;
    const manager = await quickManager(this.connection);
    const state = await tryStreamState(manager, inbox);
    if (state) checkFingerprint(state, key, inbox);
    const publisher = new Publisher(nats, { ...this.patience, inbox });
    const to = {
      ...{ inbox, sender, manifestKey: manifestKey(key) },
      ...(identity && { identity }),
      ...(state && { manager }),
      maxMessage: nats.info?.max_payload ?? Infinity,
    };
    const onProgress = (item: OutgoingItem, bytes: number): void => this.reports.onProgress?.(item, bytes);
    const itemSender = new ItemSender(publisher, to, onProgress, this.patience.signal);
    const safety = (state?.replicas ?? 1) >= 3 ? 'replicas' : 'server';
    const queue = items.values();
    const work = async (): Promise<void> => {
      for (const item of queue) await this.sendItem(item, itemSender, { safety, sender });
    };
    await Promise.all(Array.from({ length: Math.min(ITEMS_AT_ONCE, items.length) }, work));
    if (this.failures.length > 0) throw notTaken(this.failures, items.length);
    return this.receipts;
  }

  private async sendItem(
    item: OutgoingItem,
    sender: ItemSender,
    about: Pick<InboxReceipt, 'safety' | 'sender'>,
  ): Promise<void> {
    try {
      const receipt = { ...(await sender.send(item)), ...about };
      this.receipts.push(receipt);
      this.reports.onSent?.(item, receipt);
    } catch (error) {
      if (!(error instanceof ContentError || error instanceof UncarriedError)) throw error;
      this.failures.push(error);
      this.reports.onFailed?.(item, error);
    }
  }
}

/** Items under way at once; large ones one at a time. */
const ITEMS_AT_ONCE = 16;

/**
 * Names of the readers that have fetched items, by the sequences of these; for a sender that may ask.
 * @throws PicklepostError
 */
export async function findFetched(
  access: InboxAccess,
  sequences: readonly number[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  const { inbox } = access.address;
  const connection = await openConnection(access);
  try {
    const readers = await listReaders(await quickManager(connection), inbox);
    const fetchedBy = (sequence: number): string[] =>
      readers.filter(({ fetchedUpTo }) => fetchedUpTo >= sequence).map(({ name }) => name);
    return new Map(sequences.map((sequence) => [sequence, fetchedBy(sequence)]));
  } catch (error) {
    throw natsError(error, inbox);
  } finally {
    await connection.nats.close();
  }
}

function quickManager({ nats }: InboxConnection): Promise<JetStreamManager> {
  return jetstreamManager(nats, { checkAPI: false, timeout: CURIOSITY });
}
