import type { PicklepostError } from '../errors';
import type { Account, Accountant } from './accountant';
import { addressOf } from './shareAddress';

/** A connection that wants a place. */
export interface Guest {
  /** Address of the peer, without port. */
  readonly host: string;
  /** Whether the peer has sent anything yet. */
  readonly hasSpoken: boolean;
  /** Aborted when the peer has left. */
  readonly gone: AbortSignal;
  /** Ends the connection once it has a place, with a reason that the peer is told. */
  end(reason: PicklepostError): void;
}

interface Waiting {
  readonly guest: Guest;
  /** That its share is counted for. */
  readonly address: string;
  /** By the clock of `performance`. */
  readonly since: number;
  settle(account?: Account): void;
}

/** Milliseconds between two looks for places of connections that stand still. To look for each of many from one address would take too long. */
const INTERVAL = 10;

/**
 * Where connections wait for a place. The address that has fewest connections goes first; of one address who has said something goes
 * before who has not, and the newest before those that have waited: so those who only want to fill the places keep nobody out who has
 * something to send.
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

  /** @returns undefined where there is no place for long, and where so many newer ones wait that there is no room */
  admit(guest: Guest): Promise<Account | undefined> {
    return new Promise((resolve) => {
      const leave = (): void => waiting.settle();
      const waiting: Waiting = {
        guest,
        address: addressOf(guest.host),
        since: performance.now(),
        settle: (place) => {
          guest.gone.removeEventListener('abort', leave);
          this.waiting.delete(waiting);
          resolve(place);
        },
      };
      const isFirst = [...this.waiting].every(({ address }) => address !== waiting.address);
      this.waiting.add(waiting);
      guest.gone.addEventListener('abort', leave);
      if (isFirst) this.letIn();
      if (this.waiting.size > this.size) this.oneTooMany(waiting)?.settle();
      if (this.waiting.size > 0) this.looking ??= setInterval(() => this.letIn(), INTERVAL);
    });
  }

  /** Gives those who wait the places that have become free, and turns away who has waited for long. */
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

  /** One from the address that most wait from, rather one that has said nothing; but not the newest, which has not had the time. */
  private oneTooMany(newest: Waiting): Waiting | undefined {
    const crowds = new Map<string, Waiting[]>();
    for (const waiting of this.waiting) {
      const crowd = crowds.get(waiting.address);
      if (crowd) crowd.push(waiting);
      else crowds.set(waiting.address, [waiting]);
    }
    const [crowd = []] = [...crowds.values()].sort((a, b) => b.length - a.length);
    return crowd.find((waiting) => waiting !== newest && !waiting.guest.hasSpoken) ?? crowd[0];
  }
}
