import type { Share } from '../limits';

/** Whoever holds something. */
export interface Holder {
  readonly address: string;
}

/** Which share is used up: that of the connection, that of its address, or the total. */
export type Shortage = 'connection' | 'address' | 'total';

/** One resource, shared fairly: as long as the total lasts, nobody can use up the share of another. */
export class Pool {
  private used = 0;
  private readonly byAddress = new Map<string, number>();
  private readonly byHolder = new Map<Holder, number>();

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

  /** Which share would be exceeded by so much more; undefined for none. */
  shortage(holder: Holder, amount: number): Shortage | undefined {
    const { total, address, connection } = this.share;
    if (this.heldBy(holder) + amount > connection) return 'connection';
    if (this.heldAt(holder.address) + amount > address) return 'address';
    return this.used + amount > total ? 'total' : undefined;
  }

  /** @returns false if that would be more than the holder's share */
  tryTake(holder: Holder, amount: number): boolean {
    if (this.shortage(holder, amount)) return false;
    this.used += amount;
    this.byAddress.set(holder.address, this.heldAt(holder.address) + amount);
    this.byHolder.set(holder, this.heldBy(holder) + amount);
    return true;
  }

  give(holder: Holder, amount: number): void {
    this.used -= amount;
    subtract(this.byAddress, holder.address, amount);
    subtract(this.byHolder, holder, amount);
  }

  /** Gives back everything of a holder that does not come back. */
  leave(holder: Holder): void {
    this.give(holder, this.heldBy(holder));
  }
}

function subtract<K>(amounts: Map<K, number>, key: K, amount: number): void {
  const left = (amounts.get(key) ?? 0) - amount;
  if (left > 0) amounts.set(key, left);
  else amounts.delete(key);
}
