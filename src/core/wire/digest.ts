import { createHash } from 'node:crypto';

/** Counts and hashes plain content in passing. */
export class ContentDigest {
  private readonly hash = createHash('sha256');
  private length = 0;

  update(plain: Uint8Array): void {
    this.hash.update(plain);
    this.length += plain.length;
  }

  /** Bytes so far. */
  get size(): number {
    return this.length;
  }

  /** To be called once. */
  finish(): { size: number; sha256: string } {
    return { size: this.length, sha256: this.hash.digest('hex') };
  }
}
