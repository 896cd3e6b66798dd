import { setTimeout as sleep } from 'node:timers/promises';
import { Announcement, randomHost } from './announcement';
import { MulticastSocket } from './multicastSocket';
import { displayNameOf } from './service';
import type { Subnet } from './subnets';

export interface AnnounceOptions {
  /** The name that the person has chosen. */
  readonly displayName: string;
  /** Port of the receive server. */
  readonly port: number;
  /** Called once for each name under which it is announced, with a number if others have the name too. */
  readonly onAnnounced?: (name: string) => void;
  readonly onError?: (error: Error) => void;
  /** Port of multicast DNS, for tests. */
  readonly multicastPort?: number;
}

/** From RFC 6762, section 8; times in milliseconds. */
const PROBES = 3;
const PROBE_GAP = 250;
const ANNOUNCE_GAP = 1_000;
/** After so many taken names, probing slows down: somebody may claim every name. */
const MANY_CONFLICTS = 15;
const CONFLICT_DELAY = 5_000;
/**
 * Everybody gets the same answer, so one in this time is enough, however often somebody asks. A probe for the name is
 * answered sooner.
 */
const ANSWER_GAP = 1_000;
const DEFENSE_GAP = 250;
/** Longest delay of an answer that several servers may give. */
const LONGEST_DELAY = 120;

/** Announces a server in one network: probes for its name, announces it, answers questions, and withdraws it in the end. */
export class Announcer {
  private readonly socket: MulticastSocket;
  private readonly announcement: Announcement;
  private readonly stopping = new AbortController();
  private readonly done: Promise<void>;
  private phase: 'probing' | 'announced' = 'probing';
  private isContested = false;
  private nextAnswer = 0;
  private wake: (() => void) | undefined;

  /** @param host the name of this machine in the records */
  constructor(
    subnet: Subnet,
    private readonly options: AnnounceOptions,
    host = randomHost(),
  ) {
    const { displayName, port } = options;
    this.announcement = new Announcement({ displayName, port, addresses: subnet.addresses, host });
    const handlers = {
      onQuery: (packet: unknown) => this.takeQuery(packet),
      onResponse: (packet: unknown) => {
        if (this.announcement.isContestedBy(packet)) this.contest();
      },
      onFailed: (error: Error) => {
        options.onError?.(error);
        this.halt();
      },
    };
    this.socket = new MulticastSocket(subnet, handlers, options.multicastPort);
    this.done = this.run();
  }

  /** Withdraws the records, and ends. Never rejects. */
  async stop(): Promise<void> {
    this.halt();
    await this.done;
  }

  private halt(): void {
    this.stopping.abort();
    this.wake?.();
  }

  /** Never rejects. */
  private async run(): Promise<void> {
    try {
      for (;;) {
        await this.findName();
        await this.announce();
        await this.contested();
      }
    } catch {
      // Stopped.
    }
    if (this.phase === 'announced') await this.socket.respond(this.announcement.records(true));
    await this.socket.close();
  }

  /** @throws once it is stopped, as do the other steps */
  private async findName(): Promise<void> {
    this.phase = 'probing';
    for (let conflicts = 0; ; conflicts++) {
      if (conflicts >= MANY_CONFLICTS) await this.wait(CONFLICT_DELAY);
      this.isContested = false;
      await this.wait(Math.random() * PROBE_GAP);
      if (await this.probe()) return;
      this.announcement.rename();
    }
  }

  /** @returns whether nobody has the name */
  private async probe(): Promise<boolean> {
    for (let probes = 0; probes < PROBES; probes++) {
      if (this.isContested) return false;
      await this.socket.query(this.announcement.probe);
      await this.wait(PROBE_GAP);
    }
    return !this.isContested;
  }

  private async announce(): Promise<void> {
    this.phase = 'announced';
    await this.socket.respond(this.announcement.records());
    this.options.onAnnounced?.(displayNameOf(this.announcement.instance) ?? '');
    await this.wait(ANNOUNCE_GAP);
    await this.socket.respond(this.announcement.records());
  }

  /** Settles when somebody else claims the name. */
  private async contested(): Promise<void> {
    this.stopping.signal.throwIfAborted();
    if (!this.isContested) await new Promise<void>((resolve) => (this.wake = resolve));
    this.stopping.signal.throwIfAborted();
  }

  private contest(): void {
    this.isContested = true;
    this.wake?.();
  }

  private takeQuery(packet: unknown): void {
    if (this.phase === 'probing') {
      if (this.announcement.yieldsTo(packet)) this.contest();
      return;
    }
    const answers = this.announcement.answersTo(packet);
    const now = performance.now();
    if (answers.length === 0 || now < this.nextAnswer) return;
    const isDefense = this.announcement.isContestedBy(packet);
    this.nextAnswer = now + (isDefense ? DEFENSE_GAP : ANSWER_GAP);
    void this.answer(answers, isDefense ? 0 : Math.random() * LONGEST_DELAY);
  }

  private async answer(answers: ReturnType<Announcement['answersTo']>, delay: number): Promise<void> {
    await this.wait(delay).catch(() => undefined);
    if (!this.stopping.signal.aborted && this.phase === 'announced') await this.socket.respond(answers);
  }

  private async wait(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.stopping.signal });
  }
}
