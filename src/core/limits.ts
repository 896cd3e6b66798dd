/** Bounds on everything that a peer controls. Sizes in bytes, times in milliseconds. */
export interface Limits {
  /** Plain content of one item. */
  readonly itemSize: number;
  /** Bytes of metadata that a peer may send for one item. */
  readonly headerSize: number;
  /** Silence in the middle of a transfer after which a connection is closed. */
  readonly idleTime: number;
  /** Silence between two transfers of a classic connection after which it is closed. */
  readonly sessionTime: number;
  /** Silence after a complete raw value (pickle, JSON, XML, token) after which it is taken. */
  readonly rawQuietTime: number;
  /**
   * Silence after raw text or bytes, which have no end of their own, after which they are taken; and after any raw value, after which
   * its sender is told. A sender that pauses for longer between two values, and reads no answer, may lose the second.
   */
  readonly rawTextQuietTime: number;
  /** How long a sender waits for the receiver's answer. */
  readonly answerTime: number;
  /** Connections served at once; further ones are turned away with a reason. */
  readonly connections: number;
  /** Lists, dictionaries and so on inside one another. */
  readonly nestingDepth: number;
}

const MiB = 1024 * 1024;

/** Bytes of a dictionary, received or in a file, that is decoded to be inspected. Larger ones are kept and saved all the same. */
export const DECODED_SIZE = 256 * MiB;

/** Bytes of memory, as estimated, that decoding a pickle may take: a short one can ask for very much. */
export const DECODED_MEMORY = 2048 * MiB;

/** Used wherever the user's settings say nothing else. */
export const DEFAULT_LIMITS: Limits = {
  itemSize: 8192 * 1000 * 1000,
  headerSize: 64 * 1024,
  idleTime: 60_000,
  sessionTime: 600_000,
  rawQuietTime: 300,
  rawTextQuietTime: 3_000,
  answerTime: 20_000,
  connections: 1024,
  nestingDepth: 1_000,
};
