import type { PicklepostError } from '../errors';
import type { Account, Accountant } from './accountant';
import { addressOf } from './shareAddress';

/** A connection that waits for a place. */
export interface Guest {
  /** Address of the peer, without port. */
  readonly host: string;
  /** Whether the peer has sent anything yet. */
  readonly hasSpoken: boolean;
  /** Aborted when the peer has left. */
  readonly ended: AbortSignal;
  /** Ends the connection after it has got a place, with a reason that the peer is told. */
  end(reason: PicklepostError): void;
}

interface Waiting {
  readonly guest: Guest;
  /** The address for which its share is counted. */
  readonly address: string;
  /** By the clock of `performance`. */
  readonly since: number;
  settle(account?: Account): void;
}

/**
 * Milliseconds between two searches for places of idle connections. A search for each of many from one address would take
 * too long.
 */
const INTERVAL = 10;

/**
 * Where connections wait for a place. The address that has fewest connections goes first. Within one address, connections
 * that have sent something go before silent ones, and new ones before old ones. So attackers that only fill the places do
 * not keep out senders that have something to send.
 */
export class WaitingRoom {
  /** In the order of coming. */
  private readonly waiting = new Set<Waiting>();
  private looking: NodeJS.Timeout | undefined;

  /** @param size connections that may wait at once */
  constructor(
    private readonly accountant: Accountant,
    private readonly size: number,
  ) {}

  /** @returns undefined if there is no place for long, or if so many newer ones wait that there is no room */
  admit(guest: Guest): Promise<Account | undefined> {
    return new Promise((resolve) => {
      const leave = (): void => waiting.settle();
      const waiting: Waiting = {
        guest,
        address: addressOf(guest.host),
        since: performance.now(),
        settle: (place) => {
          guest.ended.removeEventListener('abort', leave);
          this.waiting.delete(waiting);
          resolve(place);
        },
      };
      const isFirst = [...this.waiting].every(({ address }) => address !== waiting.address);
      this.waiting.add(waiting);
      guest.ended.addEventListener('abort', leave);
      if (isFirst) this.letIn();
      if (this.waiting.size > this.size) this.oneTooMany(waiting)?.settle();
      if (this.waiting.size > 0) this.looking ??= setInterval(() => this.letIn(), INTERVAL);
    });
  }

  /** Gives free places to those that wait, and turns away those that have waited too long. */
  letIn(): void {
    const full = new Set<string>();
    for (const waiting of this.inOrder()) {
      const account = full.has(waiting.address) ? undefined : this.open(waiting.guest);
      if (account) waiting.settle(account);
      else full.add(waiting.address);
    }
    const { placePatience } = this.accountant.budgets;
    for (const waiting of this.waiting)
      if (performance.now() - waiting.since >= placePatience) waiting.settle();
    if (this.waiting.size > 0) return;
    clearInterval(this.looking);
    this.looking = undefined;
  }

  /** Turns everybody away. */
  close(): void {
    for (const waiting of this.waiting) waiting.settle();
    clearInterval(this.looking);
    this.looking = undefined;
  }

  private open(guest: Guest): Account | undefined {
    return this.accountant.open(guest.host, (reason) => guest.end(reason));
  }

  private inOrder(): Waiting[] {
    const places = new Map([...this.waiting].map(({ address }) => [address, this.placesOf(address)]));
    const order = ({ address, guest }: Waiting): number =>
      2 * (places.get(address) ?? 0) + Number(!guest.hasSpoken);
    return [...this.waiting].reverse().sort((a, b) => order(a) - order(b));
  }

  private placesOf(address: string): number {
    return this.accountant.connectionsOf(address);
  }

  /**
   * One of the address that has most waiters, preferably a silent one, but not the newest, which had no time to send yet.
   */
  private oneTooMany(newest: Waiting): Waiting | undefined {
    const byAddress = new Map<string, Waiting[]>();
    for (const waiting of this.waiting) {
      const ofAddress = byAddress.get(waiting.address);
      if (ofAddress) ofAddress.push(waiting);
      else byAddress.set(waiting.address, [waiting]);
    }
    const [ofAddress = []] = [...byAddress.values()].sort((a, b) => b.length - a.length);
    return ofAddress.find((waiting) => waiting !== newest && !waiting.guest.hasSpoken) ?? ofAddress[0];
  }
}
