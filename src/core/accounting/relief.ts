import type { PicklepostError } from '../errors';
import type { Holder } from './pool';
import type { QueuedPool } from './queuedPool';
import { displaced } from './refusals';

/** Something that can be made to give back what it holds. */
export interface Debtor extends Holder {
  /** Whether it has been told to end, and has not given back yet what it holds. */
  readonly isEnding: boolean;
  standsStillFor(milliseconds: number): boolean;
  end(reason: PicklepostError): void;
}

/** Ends idle connections that hold memory, until they hold as much as others wait for. */
export class Relief {
  private looking: NodeJS.Timeout | undefined;

  constructor(
    private readonly memory: QueuedPool,
    private readonly debtors: () => Iterable<Debtor>,
    /** Milliseconds that they may be idle. */
    private readonly displaceAfter: number,
  ) {}

  /** To be called when somebody has to wait. */
  request(): void {
    this.looking ??= setTimeout(() => {
      this.looking = undefined;
      if (!this.memory.isAwaited) return;
      new Look(this.memory, [...this.debtors()], this.displaceAfter).relieve();
      this.request();
    }, INTERVAL).unref();
  }
}

/** Milliseconds between two checks, each of which serves all waiters. */
const INTERVAL = 50;

/** One check of who holds memory, and who waits for it. */
class Look {
  /**
   * Idle connections, sorted so that the one that holds most is last: by address, then within an address. Connections that
   * wait themselves come before them.
   */
  private readonly still: Debtor[];
  private readonly waiting: ReadonlySet<Holder>;
  private readonly stillAt = new Map<string, Debtor[]>();
  /** Bytes that are free or will be returned, and how many of them an address returns. */
  private coming: number;
  private readonly comingFrom = new Map<string, number>();

  constructor(
    private readonly memory: QueuedPool,
    debtors: readonly Debtor[],
    displaceAfter: number,
  ) {
    const holding = debtors.filter((one) => memory.heldBy(one) > 0);
    this.coming = memory.share.total - memory.held;
    // Connections that are ending already return what they hold, so waiters beside them need not end too.
    for (const one of holding) if (one.isEnding) this.expect(one);
    this.waiting = new Set([...memory.waiting()].map(({ holder }) => holder));
    this.still = holding
      .filter((one) => one.standsStillFor(displaceAfter))
      .map((one) => ({
        one,
        order: [Number(!this.waiting.has(one)), memory.heldAt(one.address), memory.heldBy(one)],
      }))
      .sort((a, b) => compare(a.order, b.order))
      .map(({ one }) => one);
    for (const one of this.still) {
      const others = this.stillAt.get(one.address);
      if (others) others.push(one);
      else this.stillAt.set(one.address, [one]);
    }
  }

  relieve(): void {
    for (const { holder, amount } of this.memory.waiting()) {
      const shortage = this.memory.shortage(holder, amount);
      if (shortage === 'address') this.gatherFrom(holder, amount);
      else if (shortage !== 'connection') this.gather(holder, amount);
    }
  }

  /** From the address that has most. */
  private gather(holder: Holder, amount: number): void {
    while (this.coming < amount && this.endOne(this.still, holder));
    this.coming -= amount;
  }

  /** From the holder's own address, whose share is used up. */
  private gatherFrom(holder: Holder, amount: number): void {
    const { address } = holder;
    const own = this.stillAt.get(address) ?? [];
    const available = (): number => this.comingFrom.get(address) ?? 0;
    while (available() < amount && this.endOne(own, holder));
    this.comingFrom.set(address, available() - amount);
    this.coming -= amount;
  }

  /** Ends the last of some connections, except the one that waits. @returns whether there is any */
  private endOne(some: Debtor[], waiting: Holder): boolean {
    for (let at = some.length - 1; at >= 0; at--) {
      const one = some[at];
      if (!one || one === waiting || !this.mayEnd(one, waiting)) continue;
      some.splice(at, 1);
      if (one.isEnding) continue;
      this.expect(one);
      one.end(displaced());
      return true;
    }
    return false;
  }

  /** A waiter is not idle by its own fault, so it ends only in favour of addresses that hold less. */
  private mayEnd(one: Debtor, { address }: Holder): boolean {
    return !this.waiting.has(one) || this.memory.heldAt(one.address) >= this.memory.heldAt(address);
  }

  private expect(one: Debtor): void {
    const bytes = this.memory.heldBy(one);
    this.coming += bytes;
    this.comingFrom.set(one.address, (this.comingFrom.get(one.address) ?? 0) + bytes);
  }
}

/** The first numbers that differ decide. */
function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((number, i) => number !== b[i]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
