import type { Share } from '../limits';
import { busy } from './refusals';

/** Whoever holds something. */
export interface Holder {
  readonly address: string;
}

interface Waiting {
  readonly holder: Holder;
  readonly amount: number;
  settle(error?: Error): void;
}

/** One resource, shared fairly: nobody's share can be used up by others, short of the total. */
export class Pool {
  private used = 0;
  private readonly byAddress = new Map<string, number>();
  private readonly byHolder = new Map<Holder, number>();
  /** In the order of asking. */
  private readonly waiting = new Set<Waiting>();

  constructor(readonly share: Share) {}

  /** How much is held, by everybody. */
  get held(): number {
    return this.used;
  }

  heldAt(address: string): number {
    return this.byAddress.get(address) ?? 0;
  }

  heldBy(holder: Holder): number {
    return this.byHolder.get(holder) ?? 0;
  }

  /** @returns false if that would be more than the holder's share */
  tryTake(holder: Holder, amount: number): boolean {
    const { total, address, connection } = this.share;
    const ofAddress = this.heldAt(holder.address) + amount;
    const own = this.heldBy(holder) + amount;
    if (this.used + amount > total || ofAddress > address || own > connection) return false;
    this.used += amount;
    this.byAddress.set(holder.address, ofAddress);
    this.byHolder.set(holder, own);
    return true;
  }

  /** Waits until the share has room. @param patience milliseconds @throws PicklepostError `refused` after that */
  async take(holder: Holder, amount: number, patience: number): Promise<void> {
    if (this.tryTake(holder, amount)) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => waiting.settle(busy()), patience);
      const waiting: Waiting = {
        holder,
        amount,
        settle: (error) => {
          clearTimeout(timer);
          this.waiting.delete(waiting);
          if (error) reject(error);
          else resolve();
        },
      };
      this.waiting.add(waiting);
    });
  }

  give(holder: Holder, amount: number): void {
    this.used -= amount;
    subtract(this.byAddress, holder.address, amount);
    subtract(this.byHolder, holder, amount);
    this.serveWaiting();
  }

  /** Has a holder who waits here wait no longer. */
  refuse(holder: Holder, reason: Error): void {
    for (const waiting of this.waiting) if (waiting.holder === holder) waiting.settle(reason);
  }

  /** Gives back all that a holder has, who does not come back. */
  leave(holder: Holder): void {
    this.refuse(holder, busy());
    this.give(holder, this.heldBy(holder));
  }

  /** The address that holds least goes first. Who may not have more yet keeps nobody else from it. */
  private serveWaiting(): void {
    if (this.waiting.size === 0) return;
    const held = ({ holder }: Waiting): number => this.heldAt(holder.address);
    for (const waiting of [...this.waiting].sort((a, b) => held(a) - held(b)))
      if (this.tryTake(waiting.holder, waiting.amount)) waiting.settle();
  }
}

function subtract<K>(amounts: Map<K, number>, key: K, amount: number): void {
  const left = (amounts.get(key) ?? 0) - amount;
  if (left > 0) amounts.set(key, left);
  else amounts.delete(key);
}
