import { addressOf } from './shareAddress';

/** How many failures an address may have. */
export interface FailureShare {
  /** At once. */
  readonly allowed: number;
  /** Milliseconds after which one is forgotten. */
  readonly forgottenAfter: number;
}

/** Number of addresses that are remembered. Beyond it, the address whose last failure is oldest is forgotten. */
const REMEMBERED = 4096;

interface Record {
  failures: number;
  /** By the clock of `now`. */
  at: number;
}

/**
 * Counts failures of each address, such as wrong keys, so that an address that fails again and again is refused for a while.
 */
export class FailureCounter {
  /** In the order of their last failures. */
  private readonly records = new Map<string, Record>();

  /** @param now returns milliseconds, from any starting point */
  constructor(
    private readonly share: FailureShare,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @param host address of the peer, without port */
  note(host: string): void {
    const address = addressOf(host);
    const record = { failures: this.failuresOf(address) + 1, at: this.now() };
    this.records.delete(address);
    this.records.set(address, record);
    const [oldest] = this.records.keys();
    if (this.records.size > REMEMBERED && oldest !== undefined) this.records.delete(oldest);
  }

  /** Whether an address has failed more often than it may. */
  isExhausted(host: string): boolean {
    return this.failuresOf(addressOf(host)) >= this.share.allowed;
  }

  /** Minus those that have been forgotten since. */
  private failuresOf(address: string): number {
    const record = this.records.get(address);
    if (!record) return 0;
    const left = record.failures - Math.floor((this.now() - record.at) / this.share.forgottenAfter);
    if (left > 0) return left;
    this.records.delete(address);
    return 0;
  }
}
