import { createHash } from 'node:crypto';

/** The SHA-256 of content that comes in parts. */
export interface ContentHash {
  /** Settles when more may come; the part may change then. */
  update(part: Uint8Array): Promise<void>;
  /** Of what has come so far, in hexadecimal; more may come. */
  digest(): Promise<string>;
  /** Nothing is asked any more. */
  dispose(): void;
}

/** Begins a hash. @param size bytes of the content, where they are known beforehand */
export type BeginHash = (size: number | undefined) => ContentHash;

/** Hashes on this thread. */
export const hashHere: BeginHash = () => {
  const hash = createHash('sha256');
  return {
    update(part) {
      hash.update(part);
      return Promise.resolve();
    },
    digest: () => Promise.resolve(hash.copy().digest('hex')),
    dispose: () => undefined,
  };
};
