import { setTimeout as sleep } from 'node:timers/promises';
import { isAborted } from '../core/scheduling/aborted';
import type { FernetKey } from '../core/crypto/keys';
import type { NamedKey } from '../core/crypto/namedKey';
import { CancelledError, type PicklepostError } from '../core/errors';
import type { AnnouncedItem } from '../core/item/item';
import { KeyedMutex } from '../core/scheduling/mutex';
import { Acknowledgements, FetchedRemoval, RecentSet } from './fetched';
import { isPassing, natsError } from './failures';
import { type InboxAccess, type InboxConnection, openConnection } from './inboxConnection';
import { ItemFetcher, type ItemTarget } from './itemFetcher';
import {
  AckPolicy,
  type Consumer,
  DeliverPolicy,
  jetstream,
  jetstreamManager,
  type JetStreamManager,
  type JsMsg,
  nanos,
  type NatsConnection,
} from './library';
import { InvalidManifestError, manifestKey, type ManifestMessage, openManifest } from './manifest';
import { manifestSubjects, senderOfSubject, streamName } from './names';
import { checkFingerprint, describeStream } from './sharedInbox';

/** An item from a shared inbox that is durable here. */
export interface FetchedItem {
  readonly item: AnnouncedItem;
  readonly sender: string;
  readonly sequence: number;
  /** Milliseconds since the epoch, by the clock of the server. */
  readonly storedAt: number;
  /** The same by the clock of the sender. */
  readonly sentAt: number;
}

/** A shared inbox, and how its items are taken. */
export interface InboxSource {
  readonly access: InboxAccess;
  /** The key of the inbox, under its name here. */
  readonly key: NamedKey;
  /** Whether items that every reader has are deleted there. */
  readonly removesFetched: boolean;
  /** Whether it ends after one item. */
  readonly once?: boolean;
}

export interface FetchReports {
  /**
   * Called with each item, once it is durable here, and before the server knows. Called again for an item that was already
   * here only if it was handed in again, or if this process cannot know whether an earlier one has reported it; it then has
   * `existed`.
   */
  readonly onReceived: (fetched: FetchedItem) => void;
  /** Called for each item that could not be received; `sender` is the name that the server knows. */
  readonly onFailed: (error: PicklepostError, sender: string) => void;
  /** Called when the connection is made or lost; with the number of waiting items when it is made. */
  readonly onState?: (state: 'online' | 'offline', waiting: number) => void;
  /** Called with the number of items that wait to be fetched, after each item. */
  readonly onWaiting?: (waiting: number) => void;
}

/** Milliseconds for an answer of the API of JetStream. */
const API_TIME = 5_000;
/** Milliseconds after which an item that nobody works on is given to another worker, or again to this one. */
const ACK_WAIT = 15_000;
const HEARTBEAT = 5_000;
/**
 * Items that are stored at once, and items that are requested together once there is room for them. No more are requested
 * than are worked on: items that only wait here would be given to another worker.
 */
const AT_ONCE = 64;
const BATCH = 32;
/** Milliseconds that the server keeps a request for a batch; in that time, it sends two heartbeats. */
const BATCH_TIME = 10_000;
/** Items that are remembered as reported. Older ones are not delivered again while this process runs. */
const REMEMBERED = 32_768;
/** Items that all workers of a group together may have at once. */
const MOST_PENDING = 1024;
/** Milliseconds before a failed item is offered again, and the most. */
const FIRST_RETRY = 60_000;
const LONGEST_RETRY = 3_600_000;
/** Milliseconds before a manifest is offered again that may have been made with another key. */
const KEY_RETRY = 600_000;
const RECONNECT_WAIT = 2_000;
/** Milliseconds that the server keeps a request for one item. */
const NEXT_TIME = 30_000;

/**
 * Fetches waiting and new items of a shared inbox into a store, until the signal is aborted. Acknowledges each when it is
 * durable.
 * @param signal ends it. Incomplete items are kept, to be resumed
 * @throws PicklepostError if it cannot begin: no server, no inbox, no permission, another key
 */
export async function receiveFromInbox(
  source: InboxSource,
  target: ItemTarget,
  reports: FetchReports,
  signal: AbortSignal,
): Promise<void> {
  const connection = await openConnection(source.access);
  try {
    await new InboxReceiving(connection, source, target, reports, signal).run();
  } catch (error) {
    if (!signal.aborted) throw natsError(error, source.access.address.inbox);
  } finally {
    await connection.nats.close();
  }
}

class InboxReceiving {
  private readonly nats: NatsConnection;
  /** Name of the consumer. */
  private readonly name: string;
  private readonly inbox: string;
  private readonly stream: string;
  private readonly key: FernetKey;
  /** Whether the inbox names its key, so that a manifest that does not open is not merely made with another one. */
  private isKeyKnown = false;
  /** Sequences of the items under way: one that takes long may be delivered again. */
  private readonly underWay = new Set<number>();
  private readonly working = new Set<Promise<unknown>>();
  /** Sequences of the items that are tried again later. */
  private readonly postponed = new Set<number>();
  /** How many had not been delivered yet when the last one was. */
  private pending = 0;
  /** Called when there may be room for more. */
  private onRoom: (() => void) | undefined;
  /** Ends the request for a batch, which is lost with the connection. */
  private endBatch: (() => void) | undefined;
  private readonly acknowledgements = new Acknowledgements();
  /** An item that was stored twice there is fetched once. */
  private readonly fetching = new KeyedMutex();
  private readonly told = new RecentSet(REMEMBERED);

  constructor(
    { nats, name }: InboxConnection,
    private readonly source: InboxSource,
    private readonly target: ItemTarget,
    private readonly reports: FetchReports,
    private readonly signal: AbortSignal,
  ) {
    this.nats = nats;
    this.name = name;
    this.inbox = source.access.address.inbox;
    this.stream = streamName(this.inbox);
    this.key = manifestKey(source.key.key);
  }

  async run(): Promise<void> {
    const manager = await jetstreamManager(this.nats, { checkAPI: false, timeout: API_TIME });
    await this.prepare(manager);
    const { key, removesFetched } = this.source;
    const fetcher = new ItemFetcher(manager, key.name, this.target, this.signal);
    const removal = removesFetched ? new FetchedRemoval(manager, this.inbox) : undefined;
    void this.watch(manager);
    try {
      await this.consume(fetcher, removal);
    } finally {
      await Promise.all(this.working);
      await removal?.close();
    }
  }

  /** @throws what the client throws; PicklepostError `invalid-key` */
  private async prepare(manager: JetStreamManager): Promise<void> {
    const state = describeStream(await manager.streams.info(this.stream));
    checkFingerprint(state, this.source.key.key, this.inbox);
    this.isKeyKnown = state.fingerprint !== undefined;
    const info = await manager.consumers.add(this.stream, {
      durable_name: this.name,
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      filter_subject: manifestSubjects(this.inbox),
      ack_wait: nanos(ACK_WAIT),
      max_ack_pending: MOST_PENDING,
    });
    this.reports.onState?.('online', info.num_pending + info.num_ack_pending);
  }

  private async consume(fetcher: ItemFetcher, removal: FetchedRemoval | undefined): Promise<void> {
    const { signal } = this;
    while (!signal.aborted) {
      try {
        const consumer = await jetstream(this.nats, { timeout: API_TIME }).consumers.get(
          this.stream,
          this.name,
        );
        if (!this.source.once) await this.takeAll(consumer, fetcher, removal);
        else if (await this.takeOne(consumer, fetcher, removal)) return;
        else continue;
      } catch (error) {
        if (isAborted(signal)) return;
        if (!isPassing(error)) throw error;
      }
      await sleep(RECONNECT_WAIT, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Settles when it is interrupted. @throws what the client throws, such as when the server is gone */
  private async takeAll(consumer: Consumer, fetcher: ItemFetcher, removal?: FetchedRemoval): Promise<void> {
    const { signal } = this;
    while (!signal.aborted) {
      while (this.working.size > AT_ONCE - BATCH)
        await new Promise<void>((resolve) => (this.onRoom = resolve));
      const messages = await consumer.fetch({ max_messages: BATCH, expires: BATCH_TIME });
      const end = (): void => void messages.close();
      this.endBatch = end;
      signal.addEventListener('abort', end);
      try {
        if (isAborted(signal)) end();
        for await (const message of messages) this.begin(message, fetcher, removal);
      } finally {
        signal.removeEventListener('abort', end);
      }
    }
  }

  /** Requests no more than it can work on, so that other items stay available for other workers. */
  private async takeOne(
    consumer: Consumer,
    fetcher: ItemFetcher,
    removal: FetchedRemoval | undefined,
  ): Promise<boolean> {
    const interrupted = aborted(this.signal);
    const message = await Promise.race([consumer.next({ expires: NEXT_TIME }), interrupted]);
    return message !== null && this.take(message, fetcher, removal);
  }

  private begin(message: JsMsg, fetcher: ItemFetcher, removal: FetchedRemoval | undefined): void {
    this.pending = message.info.pending;
    const work = this.take(message, fetcher, removal).finally(() => {
      this.working.delete(work);
      this.onRoom?.();
      this.reports.onWaiting?.(this.pending + this.working.size + this.postponed.size);
    });
    this.working.add(work);
  }

  /** Never rejects. @returns whether an item has arrived that was not reported before */
  private async take(message: JsMsg, fetcher: ItemFetcher, removal?: FetchedRemoval): Promise<boolean> {
    if (this.underWay.has(message.seq)) return false;
    this.underWay.add(message.seq);
    this.postponed.delete(message.seq);
    const heartbeat = setInterval(() => message.working(), HEARTBEAT);
    const sender = senderOfSubject(this.inbox, message.subject) ?? '';
    try {
      const opened = this.open(message, sender);
      const { manifest } = opened;
      const isNews = await this.fetching.run(manifest.item, () => this.fetch(message, opened, fetcher));
      await this.acknowledgements.add(message);
      removal?.note(message.seq, manifest);
      return isNews;
    } catch (error) {
      this.fail(message, error, sender);
      return false;
    } finally {
      clearInterval(heartbeat);
      this.underWay.delete(message.seq);
    }
  }

  /**
   * Stores the item, and reports it unless that was done: its acknowledgement, or its sender's receipt, may have been lost.
   */
  private async fetch(message: JsMsg, opened: ManifestMessage, fetcher: ItemFetcher): Promise<boolean> {
    const { item: id, sender, sentAt } = opened.manifest;
    const sending = `${id} ${sentAt}`;
    if (this.told.has(sending)) return false;
    const item = await fetcher.fetch(opened);
    this.told.add(sending);
    const storedAt = Math.round(message.info.timestampNanos / 1e6);
    this.reports.onReceived({ item, sender, sequence: message.seq, storedAt, sentAt });
    return true;
  }

  private open(message: JsMsg, sender: string): ManifestMessage {
    return openManifest(this.key, message.data, { inbox: this.inbox, sender });
  }

  private fail(message: JsMsg, error: unknown, sender: string): void {
    // Given back at once, so that another worker gets it.
    if (this.signal.aborted || error instanceof CancelledError) message.nak();
    else if (error instanceof InvalidManifestError && (error.reason === 'content' || this.isKeyKnown))
      message.term();
    else this.postpone(message, error);
    this.reports.onFailed(natsError(error, this.inbox), sender);
  }

  private postpone(message: JsMsg, error: unknown): void {
    this.postponed.add(message.seq);
    const doubled = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** (message.info.deliveryCount - 1));
    message.nak(error instanceof InvalidManifestError ? KEY_RETRY : doubled);
  }

  private async watch(manager: JetStreamManager): Promise<void> {
    const { onState } = this.reports;
    for await (const { type } of this.nats.status()) {
      if (type === 'disconnect') onState?.('offline', 0);
      if (type !== 'reconnect') continue;
      this.endBatch?.();
      onState?.('online', await this.countWaiting(manager));
    }
  }

  private async countWaiting(manager: JetStreamManager): Promise<number> {
    try {
      const info = await manager.consumers.info(this.stream, this.name);
      return info.num_pending + info.num_ack_pending;
    } catch {
      return 0;
    }
  }
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });
}
