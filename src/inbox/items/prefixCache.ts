import type { Hash } from 'node:crypto';
import type { FernetKey } from '../../core/crypto/keys';

/** The part of the beginning of an item that has been read, checked and hashed. */
export interface Prefix {
  /** Hash of the plain content of the pieces. Nobody else may update it. */
  readonly digest: Hash;
  /** Key of the stream. A restarted stream has another one. */
  readonly key: FernetKey;
  readonly pieces: number;
  /** Plain bytes. */
  readonly size: number;
}

/** Beginnings whose hashes are kept, of some hundred bytes each. */
const KEPT = 1024;

/**
 * Remembers the hashes of beginnings that nobody receives at the moment, as far as they have been computed: however often
 * one is offered, a process reads each of its pieces once.
 */
export class PrefixCache {
  private readonly prefixes = new Map<string, Prefix>();

  /** Hands over the hash of a stream with this key to whoever resumes it; from then on, nobody else gets it. */
  take(transfer: string, key: FernetKey): Prefix | undefined {
    const prefix = this.prefixes.get(transfer);
    this.prefixes.delete(transfer);
    return prefix?.key.toText() === key.toText() ? prefix : undefined;
  }

  keep(transfer: string, prefix: Prefix): void {
    this.prefixes.delete(transfer);
    this.prefixes.set(transfer, prefix);
    for (const oldest of this.prefixes.keys()) {
      if (this.prefixes.size <= KEPT) return;
      this.prefixes.delete(oldest);
    }
  }
}
