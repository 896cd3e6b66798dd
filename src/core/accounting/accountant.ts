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

  /** One connection of the same address ends if that has no place left, else one of the address that has most of them. */
  private makeRoomFor(newcomer: Account): boolean {
    const own = this.ofAddress(newcomer.address);
    const crowd = own.length >= this.connections.share.address ? own : this.largestCrowd();
    const oldest = crowd
      .filter((account) => account.standsStillFor(this.budgets.displaceAfter))
      .reduce<Account | undefined>(
        (first, one) => (first && first.since <= one.since ? first : one),
        undefined,
      );
    if (!oldest) return false;
    // What else it has, it gives back when it has ended.
    this.accounts.delete(oldest);
    this.connections.leave(oldest);
    oldest.end(displaced());
    return this.connections.tryTake(newcomer, 1);
  }

  private ofAddress(address: string): Account[] {
    return [...this.accounts].filter((account) => account.address === address);
  }

  private largestCrowd(): Account[] {
    const crowds = new Map<string, Account[]>();
    for (const account of this.accounts)
      crowds.set(account.address, [...(crowds.get(account.address) ?? []), account]);
    return [...crowds.values()].reduce((most, one) => (one.length > most.length ? one : most), []);
  }
}

/** What one connection holds. */
export class Account implements Holder {
  isOpen = true;
  /** When content came last, by the clock of `performance`. */
  since = performance.now();
  /** Pieces of work that the peer has to wait for. */
  private working = 0;
  private held = 0;

  constructor(
    private readonly accountant: Accountant,
    readonly address: string,
    readonly end: (reason: PicklepostError) => void,
  ) {}

  /** Content has come, or an item is done. */
  noteProgress(): void {
    this.since = performance.now();
  }

  /** Does something for which the peer has to wait, so that it does not count as standing still. */
  async whileWorking<T>(work: () => Promise<T>): Promise<T> {
    this.working++;
    try {
      return await work();
    } finally {
      this.working--;
      this.noteProgress();
    }
  }

  standsStillFor(milliseconds: number): boolean {
    return this.working === 0 && performance.now() - this.since >= milliseconds;
  }

  /**
   * Holds so many bytes of memory, of which every connection may have a few without waiting.
   * @returns what gives them back, to be called once or more
   * @throws PicklepostError `refused` where there are none for long
   */
  async hold(bytes: number): Promise<() => void> {
    if (!this.isOpen) throw displaced();
    const { memory, budgets } = this.accountant;
    const charged = this.charge(this.held + bytes) - this.charge(this.held);
    this.held += bytes;
    try {
      if (charged > 0) await this.whileWorking(() => memory.take(this, charged, budgets.memoryPatience));
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

/** Whoever has an IPv6 address has at least the 2⁶⁴ of its network. */
function addressOf(host: string): string {
  if (!host.includes(':')) return host;
  const [head = '', tail] = host.split('%')[0]?.split('::') ?? [];
  const [before, after] = [head, tail ?? ''].map((part) => part.split(':').filter((group) => group !== ''));
  if (!before || !after) return host;
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...after];
  return groups.slice(0, 4).join(':');
}
