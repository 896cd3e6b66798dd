import { BUDGETS, type Budgets, type Share } from '../limits';
import type { PicklepostError } from '../errors';
import { Pool, type Holder } from './pool';
import { displaced, withoutProgress } from './refusals';

/**
 * Counts what peers make a receiver hold: connections, memory, and disk for content that nothing vouches for yet. Each connection and
 * each address has a share, so that whoever uses up theirs waits or is refused, and others notice nothing (docs/architecture.md has the
 * table). A place is given to who comes rather than kept for who stands still.
 */
export class Accountant {
  readonly memory: Pool;
  readonly unchecked: Pool;
  private readonly connections: Pool;
  private readonly accounts = new Set<Account>();

  constructor(readonly budgets: Budgets = BUDGETS) {
    this.memory = new Pool(budgets.memory);
    this.unchecked = new Pool(budgets.unchecked);
    this.connections = new Pool(budgets.connections);
  }

  /**
   * Opens the account of a new connection, for which another one that stands still may have to end.
   * @param host address of the peer, without port
   * @param end ends the connection, with a reason that the peer is told
   * @returns undefined if there is no place
   */
  open(host: string, end: (reason: PicklepostError) => void): Account | undefined {
    const account = new Account(this, addressOf(host), end);
    if (!this.connections.tryTake(account, 1) && !this.makeRoomFor(account)) return undefined;
    this.accounts.add(account);
    return account;
  }

  /** How many connections an address has. */
  connectionsOf(address: string): number {
    return this.connections.heldAt(address);
  }

  /** Gives back all that a connection had. */
  close(account: Account): void {
    this.accounts.delete(account);
    account.isOpen = false;
    for (const pool of [this.connections, this.memory, this.unchecked]) pool.leave(account);
  }

  /** Ends the connections over which no content has come for long, whatever else has. To be called now and then. */
  endIdle(): void {
    const { progressTime } = this.budgets;
    for (const account of this.accounts)
      if (account.standsStillFor(progressTime)) account.end(withoutProgress(progressTime));
  }

  /**
   * Ends a connection that holds memory and stands still, for one that waits for memory: of the same address where there is one, as that
   * may be the share that is used up, else of the address that holds most.
   */
  relieve(waiting: Account): void {
    const still = [...this.accounts].filter(
      (account) =>
        account !== waiting &&
        this.memory.heldBy(account) > 0 &&
        account.standsStillFor(this.budgets.displaceAfter),
    );
    const own = still.filter(({ address }) => address === waiting.address);
    const first = (own.length > 0 ? own : still).reduce<Account | undefined>((most, one) => {
      const isMore = most && this.memory.heldBy(one) > this.memory.heldBy(most);
      return most && !isMore ? most : one;
    }, undefined);
    first?.end(displaced());
  }

  /** One connection of the same address ends if that has no place left, else one of the address that has most of them. */
  private makeRoomFor(newcomer: Account): boolean {
    const own = this.ofAddress(newcomer.address);
    const crowd = own.length >= this.connections.share.address ? own : this.largestCrowd();
    const first = crowd
      .filter((account) => account.standsStillFor(this.budgets.displaceAfter))
      .reduce<Account | undefined>((gone, one) => (gone && goesBefore(gone, one) ? gone : one), undefined);
    if (!first) return false;
    // What else it has, it gives back when it has ended.
    this.accounts.delete(first);
    this.connections.leave(first);
    first.end(displaced());
    return this.connections.tryTake(newcomer, 1);
  }

  private ofAddress(address: string): Account[] {
    return [...this.accounts].filter((account) => account.address === address);
  }

  private largestCrowd(): Account[] {
    const crowds = new Map<string, Account[]>();
    for (const account of this.accounts) {
      const crowd = crowds.get(account.address);
      if (crowd) crowd.push(account);
      else crowds.set(account.address, [account]);
    }
    return [...crowds.values()].reduce((most, one) => (one.length > most.length ? one : most), []);
  }
}

/** Those over which content has come stay longer than those over which none has. */
function goesBefore(one: Account, other: Account): boolean {
  if (one.hasProgressed !== other.hasProgressed) return other.hasProgressed;
  return one.since <= other.since;
}

/** Bytes of content that count as progress: of whoever drips, less than that comes in the time that a connection may stand still. */
const PROGRESS = 4096;

/** What one connection holds. */
export class Account implements Holder {
  isOpen = true;
  /** When it made progress last, by the clock of `performance`. */
  since = performance.now();
  /** Whether content has come. */
  hasProgressed = false;
  /** Bytes of content that have come since. */
  private fresh = 0;
  /** Pieces of work that the peer has to wait for. */
  private working = 0;
  private workingSince = 0;
  private held = 0;

  constructor(
    private readonly accountant: Accountant,
    readonly address: string,
    readonly end: (reason: PicklepostError) => void,
  ) {}

  /** The peer has got as far as to be able to send. */
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

  /** Does something for which the peer has to wait, so that the time does not count as standing still. */
  async whileWorking<T>(work: () => Promise<T>): Promise<T> {
    if (this.working++ === 0) this.workingSince = performance.now();
    try {
      return await work();
    } finally {
      if (--this.working === 0) this.since += performance.now() - Math.max(this.workingSince, this.since);
    }
  }

  standsStillFor(milliseconds: number): boolean {
    return this.working === 0 && performance.now() - this.since >= milliseconds;
  }

  /**
   * Holds so many bytes of memory, of which every connection may have a few without waiting. While it waits for more, those that hold
   * some and stand still have to end.
   * @returns what gives them back, to be called once or more
   * @throws PicklepostError `refused` where there are none for long
   */
  async hold(bytes: number): Promise<() => void> {
    if (!this.isOpen) throw displaced();
    const { memory } = this.accountant;
    const charged = this.charge(this.held + bytes) - this.charge(this.held);
    this.held += bytes;
    try {
      if (charged > 0 && !memory.tryTake(this, charged)) await this.waitForMemory(charged);
    } catch (error) {
      this.held -= bytes;
      throw error;
    }
    return this.lease(bytes);
  }

  get uncheckedShare(): Share {
    return this.accountant.budgets.unchecked;
  }

  /** Takes disk space for content that nothing vouches for. @returns whether there is any */
  tryStoreUnchecked(bytes: number): boolean {
    return this.accountant.unchecked.tryTake(this, bytes);
  }

  /** Gives disk space back. */
  removeUnchecked(bytes: number): void {
    if (this.isOpen) this.accountant.unchecked.give(this, bytes);
  }

  private async waitForMemory(bytes: number): Promise<void> {
    const { memory, budgets } = this.accountant;
    const relieving = setInterval(() => this.accountant.relieve(this), budgets.displaceAfter).unref();
    try {
      await memory.take(this, bytes, budgets.memoryPatience);
    } finally {
      clearInterval(relieving);
    }
  }

  private lease(bytes: number): () => void {
    let isHeld = true;
    return () => {
      if (!isHeld || !this.isOpen) return;
      isHeld = false;
      const charged = this.charge(this.held) - this.charge(this.held - bytes);
      this.held -= bytes;
      if (charged > 0) this.accountant.memory.give(this, charged);
    };
  }

  private charge(bytes: number): number {
    return Math.max(0, bytes - this.accountant.budgets.freeMemory);
  }
}

/** The address that shares are counted for: whoever has an IPv6 address has at least the 2⁶⁴ of its network. */
export function addressOf(host: string): string {
  if (!host.includes(':')) return host;
  const [head = '', tail] = host.split('%')[0]?.split('::') ?? [];
  const [before, after] = [head, tail ?? ''].map((part) => part.split(':').filter((group) => group !== ''));
  if (!before || !after) return host;
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...after];
  return groups.slice(0, 4).join(':');
}
