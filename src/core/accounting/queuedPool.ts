import type { QueuedShare } from '../limits';
import { Pool, type Holder, type Shortage } from './pool';
import { busy } from './refusals';

/** Somebody who waits for a part of a pool. */
export interface Waiting {
  readonly holder: Holder;
  readonly amount: number;
}

interface Entry extends Waiting {
  settle(error?: Error): void;
}

/**
 * A pool whose holders wait for what they cannot have yet. An address may hold as much as it leaves free for others, so the
 * more it holds, the sooner it has to wait, and each new address finds as much as the ones before.
 */
export class QueuedPool extends Pool {
  /** By address, in the order of asking. */
  private readonly queues = new Map<string, Set<Entry>>();
  /** The next waiter. Returned parts are collected for it, so that waiters that ask for less do not take them away. */
  private next: Entry | undefined;

  constructor(override readonly share: QueuedShare) {
    super(share);
  }

  override shortage(holder: Holder, amount: number): Shortage | undefined {
    const shortage = super.shortage(holder, amount);
    if (shortage === 'connection' || shortage === 'address') return shortage;
    const ofAddress = this.heldAt(holder.address) + amount;
    const { total, assured } = this.share;
    if (ofAddress > Math.max(assured, total - this.held - amount)) return 'address';
    return shortage;
  }

  /** @returns false also if it is another waiter's turn */
  override tryTake(holder: Holder, amount: number): boolean {
    return !this.isBehind(holder) && super.tryTake(holder, amount);
  }

  /** Waits until the share has room. @param patience milliseconds @throws PicklepostError `refused` after that */
  async take(holder: Holder, amount: number, patience: number): Promise<void> {
    if (this.tryTake(holder, amount)) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => entry.settle(busy()), patience);
      const entry: Entry = {
        holder,
        amount,
        settle: (error) => {
          clearTimeout(timer);
          this.remove(entry);
          if (error) reject(error);
          else resolve();
          // Others may have waited for this one.
          if (error) this.serve();
        },
      };
      this.add(entry);
      this.serve();
    });
  }

  override give(holder: Holder, amount: number): void {
    super.give(holder, amount);
    this.serve();
  }

  /** Ends the wait of a holder. */
  refuse(holder: Holder, reason: Error): void {
    for (const entry of [...(this.queues.get(holder.address) ?? [])])
      if (entry.holder === holder) entry.settle(reason);
  }

  override leave(holder: Holder): void {
    this.refuse(holder, busy());
    super.leave(holder);
  }

  /** All waiters: the address that holds least first, and within one address in the order of asking. */
  *waiting(): Generator<Waiting, void> {
    for (const queue of this.inOrder()) yield* queue;
  }

  get isAwaited(): boolean {
    return this.queues.size > 0;
  }

  /** Whether the rest is for somebody else: the next waiter, or an earlier one of the same address. */
  private isBehind({ address }: Holder): boolean {
    if (this.queues.size === 0) return false;
    if (this.next && this.heldAt(this.next.holder.address) <= this.heldAt(address)) return true;
    for (const { holder, amount } of this.queues.get(address) ?? [])
      if (this.shortage(holder, amount) !== 'connection') return true;
    return false;
  }

  /** The address that holds least goes first. Nobody waits for a waiter that is blocked only by its own share. */
  private serve(): void {
    if (this.queues.size === 0) return;
    this.next = undefined;
    for (const queue of this.inOrder())
      for (const entry of queue) {
        const shortage = this.shortage(entry.holder, entry.amount);
        if (shortage === 'connection') continue;
        if (shortage === 'address') break;
        if (shortage === 'total') {
          this.next = entry;
          return;
        }
        super.tryTake(entry.holder, entry.amount);
        entry.settle();
      }
  }

  private inOrder(): Set<Entry>[] {
    return [...this.queues]
      .sort(([one], [other]) => this.heldAt(one) - this.heldAt(other))
      .map(([, queue]) => queue);
  }

  private add(entry: Entry): void {
    const queue = this.queues.get(entry.holder.address);
    if (queue) queue.add(entry);
    else this.queues.set(entry.holder.address, new Set([entry]));
  }

  private remove(entry: Entry): void {
    if (this.next === entry) this.next = undefined;
    const queue = this.queues.get(entry.holder.address);
    queue?.delete(entry);
    if (queue?.size === 0) this.queues.delete(entry.holder.address);
  }
}
