/** Limits for everything that a peer controls. Sizes in bytes, times in milliseconds. */
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
   * Silence after raw text or bytes, which have no end of their own, after which they are complete; and after any raw value,
   * after which its sender is told. A sender that pauses for longer between two values, and reads no answer, may lose the
   * second.
   */
  readonly rawTextQuietTime: number;
  /** How long a sender waits for the receiver's answer. */
  readonly answerTime: number;
  /** Lists, dictionaries and so on inside one another. */
  readonly nestingDepth: number;
}

const MiB = 1024 * 1024;

/** UTF-16 units of the name of an item that is sent, and of its path in the sent folder. */
export const MAXIMUM_NAME = 1024;

/** Bytes of a dictionary, received or in a file, that is decoded to be inspected. Larger ones are kept and saved all the same. */
export const DECODED_SIZE = 256 * MiB;

/** UTF-16 units of a value that is written out as text, to be saved or exported: a string of V8 holds hardly more. */
export const WRITTEN_TEXT = 256 * MiB;

/** UTF-16 units of a text that is copied to the clipboard: other programs become slow with more. */
export const COPIED_TEXT = 16 * MiB;

/** Pixels of a picture that is drawn or written: as RGBA, it takes four bytes for each. Of a larger one, only the size is shown. */
export const PICTURE_PIXELS = 64 * MiB;

/** Bytes of a key file: a key has 44 characters, and a larger file is certainly something else. */
export const KEY_FILE_SIZE = 4096;

/** Bytes of memory, as estimated, that decoding a pickle may take: a short one can ask for very much. */
export const DECODED_MEMORY = 2048 * MiB;

/** Most of a resource that may be held at once. Bytes, or a number of things. */
export interface Share {
  readonly total: number;
  /** By all connections of one address. */
  readonly address: number;
  /** By one connection. */
  readonly connection: number;
}

/** A share of what holders wait for. */
export interface QueuedShare extends Share {
  /** The amount that an address may hold even if that leaves less for others, as far as there is any. */
  readonly assured: number;
}

/** Limits of everything that peers can make a receive server hold (docs/architecture.md, "Budgets"). */
export interface Budgets {
  readonly connections: Share;
  /** Bytes of content and of messages about items, between the network and the disk. */
  readonly memory: QueuedShare;
  /** Milliseconds that a peer waits for memory before it is refused. */
  readonly memoryPatience: number;
  /** Bytes on the disk of unverified encrypted data, if only encrypted data are accepted. */
  readonly unchecked: Share;
  /** Milliseconds without content after which a connection ends, however often its peer says that it is there. */
  readonly progressTime: number;
  /** Milliseconds without content after which a connection may have to end for a new one, when there are too many. */
  readonly displaceAfter: number;
  /** Milliseconds that a new connection waits for a place before it is refused. */
  readonly placePatience: number;
  /** Wrong keys that an address may try at once, and the milliseconds after which one of them is forgotten. */
  readonly wrongKeys: { readonly allowed: number; readonly forgottenAfter: number };
}

/**
 * The total of memory leaves a process of 400 MB room for everything else. An address has an eighth of the connections, as a whole office
 * may have a single one, and half of the memory, with which it can still fill a network of 10 Gbit/s. One connection has
 * no more use for memory than for some pieces of each of a few large items.
 */
export const BUDGETS: Budgets = {
  connections: { total: 512, address: 64, connection: 1 },
  // A piece of an item, as a token, is assured.
  memory: { total: 32 * MiB, address: 16 * MiB, connection: 14 * MiB, assured: 1.5 * MiB },
  memoryPatience: 60_000,
  // A token is stored as text, which is a third longer; scripts send larger ones to receivers that accept unencrypted
  // content too.
  unchecked: { total: 256 * MiB, address: 64 * MiB, connection: 16 * MiB },
  progressTime: 600_000,
  displaceAfter: 500,
  placePatience: 5_000,
  wrongKeys: { allowed: 30, forgottenAfter: 2_000 },
};

/** Used wherever the user's settings say nothing else. */
export const DEFAULT_LIMITS: Limits = {
  // It fits beside other files on most disks, and is more than most scripts write.
  itemSize: 8192 * 1000 * 1000,
  // A name and a path of 1,024 characters each, with room for what later versions add.
  headerSize: 64 * 1024,
  // A network that is roamed or rebooted comes back within this time.
  idleTime: 60_000,
  // The original's client keeps its connection open between two dictionaries, while a person types the next one.
  sessionTime: 600_000,
  // Longer than packets of one value are apart in a local network, and hardly noticed.
  rawQuietTime: 300,
  // Scripts print in steps, and a pause between these must not cut a text.
  rawTextQuietTime: 3_000,
  // A receiver that syncs a slow disk answers within this time.
  answerTime: 20_000,
  // As deep as Python itself writes and reads, whose limit of recursion is 1,000.
  nestingDepth: 1_000,
};
