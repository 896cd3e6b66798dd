import type { FernetKey } from '../core/crypto/keys';
import { PicklepostError } from '../core/errors';
import { say } from '../core/text';
import { creationError, hasNoResponder, isPassing, natsError } from './failures';
import { openConnection, type InboxAccess, type InboxConnection } from './inboxConnection';
import {
  DiscardPolicy,
  jetstreamManager,
  nanos,
  RetentionPolicy,
  StorageType,
  type ConsumerInfo,
  type JetStreamManager,
  type StreamInfo,
} from './library';
import { manifestKey, openManifest, type Manifest } from './manifest';
import { allSubjects, manifestSubjects, senderOfSubject, streamName } from './names';

/** The settings of a shared inbox. */
export interface InboxSettings {
  /** Fingerprint of the key that seals its items. */
  readonly fingerprint: string;
  /** Number of servers that store each message. */
  readonly replicas: number;
  /** Milliseconds after which messages are deleted; 0 for never. */
  readonly maxAge: number;
  /** Most bytes of all messages; undefined for as many as the server has room for. */
  readonly maxSize?: number;
}

/** A consumer of an inbox: a reader, or a group of workers. */
export interface InboxReader {
  readonly name: string;
  /** Items that it has not acknowledged. */
  readonly waiting: number;
  /** All items up to this sequence have been acknowledged. */
  readonly fetchedUpTo: number;
}

/** The server's information about an inbox. */
export interface InboxState {
  readonly messages: number;
  readonly bytes: number;
  readonly replicas: number;
  /** Milliseconds; 0 for never. */
  readonly maxAge: number;
  readonly maxSize: number | undefined;
  /** Fingerprint of the key; undefined for a stream that another program has made. */
  readonly fingerprint: string | undefined;
  readonly readers: readonly InboxReader[];
}

/** Milliseconds for an answer of the API of JetStream. */
const API_TIME = 5_000;
/** How often a question is asked while nobody answers. */
const ATTEMPTS = 4;
/** Milliseconds within which the server drops a message whose id it has seen. */
const DUPLICATE_WINDOW = 120_000;

/** A connection for managing an inbox. To be closed. */
export class SharedInbox {
  private constructor(
    private readonly connection: InboxConnection,
    private readonly manager: JetStreamManager,
    private readonly inbox: string,
  ) {}

  /** @throws PicklepostError */
  static async open(access: InboxAccess): Promise<SharedInbox> {
    const connection = await openConnection(access);
    const manager = await jetstreamManager(connection.nats, { checkAPI: false, timeout: API_TIME });
    return new SharedInbox(connection, manager, access.address.inbox);
  }

  /** @throws PicklepostError `refused` if there is one already with other settings, or no room for it */
  create({ fingerprint, replicas, maxAge, maxSize }: InboxSettings): Promise<void> {
    return this.ask(async () => {
      const made = this.manager.streams.add({
        name: streamName(this.inbox),
        subjects: [allSubjects(this.inbox)],
        description: JSON.stringify({ picklepost: 1, key: fingerprint }),
        retention: RetentionPolicy.Limits,
        storage: StorageType.File,
        discard: DiscardPolicy.New,
        num_replicas: replicas,
        max_age: nanos(maxAge),
        max_bytes: maxSize ?? -1,
        duplicate_window: nanos(maxAge === 0 ? DUPLICATE_WINDOW : Math.min(DUPLICATE_WINDOW, maxAge)),
        allow_direct: true,
      });
      await made.catch((error: unknown) => {
        throw creationError(error, this.inbox);
      });
    });
  }

  /** @throws NoSuchInboxError, PicklepostError */
  state(): Promise<InboxState> {
    return this.ask(async () => {
      const info = await this.manager.streams.info(streamName(this.inbox));
      return { ...describeStream(info), readers: await listReaders(this.manager, this.inbox) };
    });
  }

  /** Deletes it with everything in it. @throws NoSuchInboxError, PicklepostError */
  delete(): Promise<void> {
    return this.ask(async () => {
      await this.manager.streams.delete(streamName(this.inbox));
    });
  }

  /** Deletes a reader, so that no items wait for it any more. @throws PicklepostError */
  deleteReader(name: string): Promise<void> {
    return this.ask(async () => {
      await this.manager.consumers.delete(streamName(this.inbox), name);
    });
  }

  /**
   * The content of the manifests, oldest first; those that do not open are left out.
   * @throws PicklepostError
   */
  async *items(key: FernetKey): AsyncGenerator<SharedItem, void> {
    const stream = streamName(this.inbox);
    const subject = manifestSubjects(this.inbox);
    const sealing = manifestKey(key);
    for (let sequence = 1; ;) {
      const query = { seq: sequence, next_by_subj: subject };
      const message = await this.ask(() => this.manager.direct.getMessage(stream, query));
      if (!message) return;
      sequence = message.seq + 1;
      const sender = senderOfSubject(this.inbox, message.subject) ?? '';
      try {
        const { manifest } = openManifest(sealing, message.data, { inbox: this.inbox, sender });
        yield { manifest, sequence: message.seq, storedAt: message.time.getTime() };
      } catch (error) {
        if (!(error instanceof PicklepostError)) throw error;
      }
    }
  }

  async close(): Promise<void> {
    await this.connection.nats.close();
  }

  private async ask<T>(question: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await question();
      } catch (error) {
        // A cluster that has just been started, or has lost its leader, answers a little later.
        if (!isPassing(error) || hasNoResponder(error) || attempt === ATTEMPTS)
          throw natsError(error, this.inbox);
      }
    }
  }
}

/** An item in a shared inbox. */
export interface SharedItem {
  readonly manifest: Manifest;
  readonly sequence: number;
  /** Milliseconds since the epoch, by the clock of the server. */
  readonly storedAt: number;
}

/** @throws PicklepostError `invalid-key` if an inbox was made for another key */
export function checkFingerprint(
  { fingerprint }: Pick<InboxState, 'fingerprint'>,
  key: FernetKey,
  inbox: string,
): void {
  if (fingerprint === undefined || fingerprint === key.fingerprint) return;
  throw new PicklepostError(
    'invalid-key',
    say`The inbox ${inbox} was made for the key ${fingerprint}, and this one is ${key.fingerprint}. Use the key of the inbox.`,
  );
}

export function describeStream({ config, state }: StreamInfo): Omit<InboxState, 'readers'> {
  return {
    messages: state.messages,
    bytes: state.bytes,
    replicas: config.num_replicas,
    maxAge: Math.round(config.max_age / 1e6),
    maxSize: config.max_bytes > 0 ? config.max_bytes : undefined,
    fingerprint: fingerprintOf(config.description),
  };
}

/** The consumers of the items. @throws what the client throws */
export async function listReaders(manager: JetStreamManager, inbox: string): Promise<InboxReader[]> {
  const readers: InboxReader[] = [];
  for await (const info of manager.consumers.list(streamName(inbox)))
    if (info.config.durable_name !== undefined) readers.push(describeConsumer(info));
  return readers;
}

/** @returns undefined if the sender may not ask, or gets no answer */
export async function tryStreamState(
  manager: JetStreamManager,
  inbox: string,
): Promise<Omit<InboxState, 'readers'> | undefined> {
  try {
    return describeStream(await manager.streams.info(streamName(inbox)));
  } catch (error) {
    const known = natsError(error, inbox);
    if (known.code === 'no-such-item') throw known;
    if (known.code === 'refused' || isPassing(error)) return undefined;
    throw known;
  }
}

function describeConsumer(info: ConsumerInfo): InboxReader {
  return {
    name: info.name,
    waiting: info.num_pending + info.num_ack_pending,
    fetchedUpTo: info.ack_floor.stream_seq,
  };
}

function fingerprintOf(description: string | undefined): string | undefined {
  const key = /^\{"picklepost":1,"key":"([0-9a-f]{4}-[0-9a-f]{4})"\}$/.exec(description ?? '')?.[1];
  return key;
}
