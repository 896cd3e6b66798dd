import { setTimeout as sleep } from 'node:timers/promises';
import { CancelledError, PicklepostError } from '../core/errors';
import { Semaphore } from '../core/scheduling/semaphore';
import {
  FullInboxError,
  isClosed,
  isPassing,
  inboxConnectionLost,
  natsError,
  NoSuchInboxError,
  probedSequence,
} from './failures';
import {
  errors,
  headers,
  jetstream,
  type JetStreamClient,
  type NatsConnection,
  type PubAck,
} from './library';

/** How long a sender waits. */
export interface Patience {
  /** Whether it continues however long the server is not reachable. */
  readonly waits: boolean;
  readonly signal?: AbortSignal;
  /** Called before each wait for room or for an unreachable server. */
  readonly onWaiting?: (waiting: { readonly error: PicklepostError; readonly milliseconds: number }) => void;
}

export interface PublisherOptions extends Patience {
  readonly inbox: string;
}

/** Milliseconds for the answer to one message. */
const ANSWER_TIME = 5_000;
/** Milliseconds between two reports of waiting, for any number of messages. */
const WORD_INTERVAL = 3_000;
/**
 * Milliseconds without any answer after which a sender that does not wait gives up: a cluster elects a new leader much
 * sooner.
 */
const PATIENCE = 45_000;
/** Milliseconds without any answer to a first message after which there is nobody to answer it. */
const FIRST_PATIENCE = 5_000;
const FIRST_WAIT = 100;
const LONGEST_WAIT = 2_000;
/** Milliseconds between two attempts at a full inbox. */
const WAIT_FOR_ROOM = 5_000;
/** Probes under way at once. */
const PROBES = 64;
/** A sequence that no message ever has, so that a message that expects it is never stored. */
const IMPOSSIBLE = String(Number.MAX_SAFE_INTEGER);

/** Publishes messages until each is stored, whatever happens to the connection and to single servers. */
export class Publisher {
  /** How often an answer was missing or the connection was lost. What was confirmed before may be lost since. */
  interruptions = 0;
  private readonly client: JetStreamClient;
  private lastAnswer = performance.now();
  private hasAnswered = false;
  private isOffline = false;
  private lastWord = -Infinity;
  /** When another server was tried last. */
  private lastChange = 0;
  /** Ends the wait for an answer. */
  private readonly unanswered = new Set<() => void>();

  constructor(
    private readonly nats: NatsConnection,
    private readonly options: PublisherOptions,
  ) {
    this.client = jetstream(nats, { timeout: ANSWER_TIME });
    void this.watchConnection();
  }

  /** @throws PicklepostError `refused`, `connection-lost`, `no-such-item`, `cancelled` */
  publish(subject: string, message: Uint8Array, msgID: string): Promise<PubAck> {
    return this.persist(() => this.client.publish(subject, message, { msgID }));
  }

  /** Which of some subjects have a message. Asks with messages that the server never stores (docs/nats.md, "Resuming"). */
  async findStored(subjects: readonly string[]): Promise<boolean[]> {
    const probes = new Semaphore(PROBES);
    return Promise.all(subjects.map((subject) => probes.run(() => this.isStored(subject))));
  }

  private isStored(subject: string): Promise<boolean> {
    return this.persist(async () => {
      const fields = headers();
      fields.set('Nats-Expected-Last-Subject-Sequence', IMPOSSIBLE);
      try {
        await this.client.publish(subject, new Uint8Array(), { headers: fields });
      } catch (error) {
        const sequence = probedSequence(error);
        if (sequence !== undefined) return sequence > 0;
        throw error;
      }
      throw new PicklepostError('protocol', 'The NATS server has stored a message that it should refuse.');
    });
  }

  private async persist<T>(attempt: () => Promise<T>): Promise<T> {
    for (let wait = FIRST_WAIT; ; wait = Math.min(LONGEST_WAIT, 2 * wait)) {
      if (this.options.signal?.aborted) throw new CancelledError();
      try {
        // Messages that are published without a connection may be lost, like those in flight.
        if (this.isOffline) throw new errors.ConnectionError('there is no connection');
        const answer = await this.unlessDisconnected(attempt());
        this.lastAnswer = performance.now();
        this.hasAnswered = true;
        return answer;
      } catch (error) {
        await this.waitAfter(error, wait);
      }
    }
  }

  /** An answer that was in flight when the connection was lost never arrives. @throws ConnectionError then */
  private async unlessDisconnected<T>(answer: Promise<T>): Promise<T> {
    let give: (() => void) | undefined;
    const cut = new Promise<never>((_, reject) => {
      give = () => reject(new errors.ConnectionError('the connection was lost'));
      this.unanswered.add(give);
    });
    try {
      return await Promise.race([answer, cut]);
    } finally {
      answer.catch(() => undefined);
      if (give) this.unanswered.delete(give);
    }
  }

  /** @throws errors against which waiting does not help */
  private async waitAfter(error: unknown, wait: number): Promise<void> {
    const { inbox, signal } = this.options;
    if (signal?.aborted) throw new CancelledError();
    const known = natsError(error, inbox);
    if (known instanceof FullInboxError) {
      this.lastAnswer = performance.now();
      return this.pause(known, WAIT_FOR_ROOM * (0.75 + Math.random() / 2));
    }
    if (known instanceof NoSuchInboxError || isClosed(error) || !isPassing(error)) throw known;
    this.interruptions++;
    if (error instanceof errors.TimeoutError) await this.tryAnotherServer();
    const silence = performance.now() - this.lastAnswer;
    if (!this.options.waits && silence > (this.hasAnswered ? PATIENCE : FIRST_PATIENCE))
      throw this.hasAnswered ? inboxConnectionLost(error) : known;
    await this.pause(
      wait < 1_000 ? undefined : inboxConnectionLost(error),
      wait * (0.75 + Math.random() / 2),
    );
  }

  private async pause(error: PicklepostError | undefined, milliseconds: number): Promise<void> {
    const now = performance.now();
    if (error && now - this.lastWord > WORD_INTERVAL) {
      this.lastWord = now;
      this.options.onWaiting?.({ error, milliseconds });
    }
    const { signal } = this.options;
    await sleep(milliseconds, undefined, signal && { signal }).catch(() => {
      throw new CancelledError();
    });
  }

  /** A server may hang, or be cut off from the others, while the connection to it is intact. */
  private async tryAnotherServer(): Promise<void> {
    const now = performance.now();
    if (now - this.lastAnswer < ANSWER_TIME || now - this.lastChange < ANSWER_TIME) return;
    this.lastChange = now;
    await this.nats.reconnect().catch(() => undefined);
  }

  private async watchConnection(): Promise<void> {
    for await (const { type } of this.nats.status()) {
      if (type === 'reconnect') this.isOffline = false;
      if (type !== 'disconnect') continue;
      this.isOffline = true;
      this.interruptions++;
      for (const give of [...this.unanswered]) give();
    }
  }
}
