import { BUDGETS, type Budgets, type Share } from '../limits';
import type { PicklepostError } from '../errors';
import { Pool, type Holder } from './pool';
import { QueuedPool } from './queuedPool';
import { displaced, withoutProgress } from './refusals';
import { Relief } from './relief';
import { addressOf } from './shareAddress';

/**
 * Counts what peers make a receiver hold: connections, memory, and disk for unverified content. Each connection and each
 * address has a share. A peer that uses up its share waits or is refused, and others notice nothing (docs/architecture.md
 * has the table). A new connection may take the place of an idle one.
 */
export class Accountant {
  readonly memory: QueuedPool;
  readonly unchecked: Pool;
  readonly relief: Relief;
  private readonly connections: Pool;
  /** By address. */
  private readonly accounts = new Map<string, Set<Account>>();

  constructor(readonly budgets: Budgets = BUDGETS) {
    this.memory = new QueuedPool(budgets.memory);
    this.relief = new Relief(this.memory, () => this.all(), budgets.displaceAfter);
    this.unchecked = new Pool(budgets.unchecked);
    this.connections = new Pool(budgets.connections);
  }

  /**
   * Opens the account of a new connection, for which an idle one may have to end.
   * @param host address of the peer, without port
   * @param end ends the connection, with a reason that the peer is told
   * @returns undefined if there is no place
   */
  open(host: string, end: (reason: PicklepostError) => void): Account | undefined {
    const account = new Account(this, addressOf(host), end);
    if (!this.connections.tryTake(account, 1) && !this.makeRoomFor(account)) return undefined;
    const others = this.accounts.get(account.address);
    if (others) others.add(account);
    else this.accounts.set(account.address, new Set([account]));
    return account;
  }

  /** How many connections an address has. */
  connectionsOf(address: string): number {
    return this.connections.heldAt(address);
  }

  /** Gives back everything that a connection holds. */
  close(account: Account): void {
    this.forget(account);
    account.isOpen = false;
    for (const pool of [this.connections, this.memory, this.unchecked]) pool.leave(account);
  }

  /** Ends the connections that have received no content for long, whatever else they received. To be called now and then. */
  endIdle(): void {
    const { progressTime } = this.budgets;
    for (const account of this.all())
      if (account.standsStillFor(progressTime)) account.end(withoutProgress(progressTime));
  }

  /**
   * Ends a connection of the same address if that has no place left, otherwise one of the address that has most connections.
   */
  private makeRoomFor(newcomer: Account): boolean {
    const own = this.accounts.get(newcomer.address);
    const isOwn = own !== undefined && own.size >= this.connections.share.address;
    const accounts = isOwn ? own : this.largestGroup();
    let first: Account | undefined;
    for (const one of accounts)
      if (one.standsStillFor(this.budgets.displaceAfter) && !(first && goesBefore(first, one))) first = one;
    if (!first) return false;
    this.forget(first);
    this.connections.leave(first);
    first.end(displaced());
    return this.connections.tryTake(newcomer, 1);
  }

  private largestGroup(): ReadonlySet<Account> {
    let largest: ReadonlySet<Account> = new Set();
    for (const accounts of this.accounts.values()) if (accounts.size > largest.size) largest = accounts;
    return largest;
  }

  private *all(): Generator<Account, void> {
    for (const accounts of this.accounts.values()) yield* accounts;
  }

  private forget(account: Account): void {
    const accounts = this.accounts.get(account.address);
    accounts?.delete(account);
    if (accounts?.size === 0) this.accounts.delete(account.address);
  }
}

/** Connections with content stay longer than those without. */
function goesBefore(one: Account, other: Account): boolean {
  if (one.hasProgressed !== other.hasProgressed) return other.hasProgressed;
  return one.since <= other.since;
}

/** Bytes of content that count as progress. A peer that drips sends fewer in the time that a connection may be idle. */
const PROGRESS = 4096;

/** The account of one connection: everything that it holds. */
export class Account implements Holder {
  isOpen = true;
  /** Why the connection is being ended. */
  private ending: PicklepostError | undefined;
  /** Time of the last progress, by the clock of `performance`. */
  since = performance.now();
  /** Whether content has come. */
  hasProgressed = false;
  /** Bytes of content received since then. */
  private fresh = 0;
  /** Pieces of work for which the peer has to wait. */
  private working = 0;
  private workingSince = 0;
  /** Milliseconds that it waits for memory at most. */
  private patience = Infinity;

  constructor(
    private readonly accountant: Accountant,
    readonly address: string,
    private readonly onEnd: (reason: PicklepostError) => void,
  ) {}

  /** Ends the connection, with a reason that the peer is told. It gives back what it holds when it is closed. */
  end(reason: PicklepostError): void {
    this.ending ??= reason;
    // A connection that waits for memory keeps what it holds until then.
    this.accountant.memory.refuse(this, reason);
    this.onEnd(reason);
  }

  /** Limits the time that it waits for memory, if its peer would not wait longer for an answer. @param milliseconds */
  limitPatience(milliseconds: number): void {
    this.patience = milliseconds;
  }

  /** The peer is ready to send content. */
  noteGreeting(): void {
    this.since = performance.now();
  }

  /** An item is done. */
  noteProgress(): void {
    this.since = performance.now();
    this.hasProgressed = true;
    this.fresh = 0;
  }

  /** Content has come. */
  noteContent(bytes: number): void {
    this.fresh += bytes;
    if (this.fresh >= PROGRESS) this.noteProgress();
  }

  /**
   * Does work for which the peer has to wait, so that the time does not count as idle.
   * @param work gets a function that makes the rest of the time count as idle, such as when a person is asked
   */
  async whileWorking<T>(work: (endsEarly: () => void) => Promise<T>): Promise<T> {
    if (this.working++ === 0) this.workingSince = performance.now();
    let isWorking = true;
    const end = (): void => {
      if (!isWorking) return;
      isWorking = false;
      if (--this.working === 0) this.since += performance.now() - Math.max(this.workingSince, this.since);
    };
    try {
      return await work(end);
    } finally {
      end();
    }
  }

  /** Whether it has been told to end, and has not given back yet what it holds. */
  get isEnding(): boolean {
    return this.ending !== undefined;
  }

  standsStillFor(milliseconds: number): boolean {
    return !this.ending && this.working === 0 && performance.now() - this.since >= milliseconds;
  }

  /**
   * Reserves bytes of memory. While it has to wait for them, idle connections that hold memory have to end.
   * @returns what gives them back, to be called once or more
   * @throws PicklepostError `refused` if there is none for long
   */
  async hold(bytes: number): Promise<() => void> {
    if (this.ending) throw this.ending;
    if (!this.isOpen) throw displaced();
    const { memory, relief, budgets } = this.accountant;
    if (!memory.tryTake(this, bytes)) {
      relief.request();
      await memory.take(this, bytes, Math.min(budgets.memoryPatience, this.patience));
    }
    let isHeld = true;
    return () => {
      if (isHeld && this.isOpen) memory.give(this, bytes);
      isHeld = false;
    };
  }

  get uncheckedShare(): Share {
    return this.accountant.budgets.unchecked;
  }

  /** Reserves disk space for unverified content. @returns whether there is any */
  tryStoreUnchecked(bytes: number): boolean {
    return this.accountant.unchecked.tryTake(this, bytes);
  }

  /** Gives disk space back. */
  removeUnchecked(bytes: number): void {
    if (this.isOpen) this.accountant.unchecked.give(this, bytes);
  }
}
