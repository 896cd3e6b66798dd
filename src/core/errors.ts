/**
 * The error taxonomy. Every error that a person may see is a {@link PicklepostError}; its constructor owns the wording, and
 * the wording says what to do next. A subclass exists only where a caller branches. Input that is merely incomplete is not
 * an error.
 */

import { inEnglish, say, type Text, type Words } from './text';

/** Stable names, for `--json` output, logs and tests. */
export type ErrorCode =
  | 'cancelled'
  | 'connection-failed'
  | 'connection-lost'
  | 'damaged-item'
  | 'disk'
  | 'encryption-required'
  | 'invalid-key'
  | 'invalid-token'
  | 'limit-exceeded'
  | 'no-such-item'
  | 'not-confirmed'
  | 'other-dialect'
  | 'port-taken'
  | 'protocol'
  | 'refused'
  | 'timeout'
  | 'undecodable'
  | 'unencodable'
  | 'unsupported'
  | 'wrong-code';

export class PicklepostError extends Error {
  /** The same for all classes, as their names are not in the bundles: {@link code} distinguishes them. */
  override readonly name = 'PicklepostError';
  /** The words of {@link message}, for callers that show it in another language. */
  readonly words: Words;

  constructor(
    readonly code: ErrorCode,
    message: Words,
    options?: { cause?: unknown },
  ) {
    super(inEnglish(message), options);
    this.words = message;
  }
}

/** Bytes that are not what they claim to be. */
export class DecodeError extends PicklepostError {
  constructor(
    /** The format, in words for a person: `pickle`, `JSON`, `.npy`, `zip archive`. */
    readonly format: string,
    readonly reason: Words,
    /** Byte offset (binary formats) or character offset (JSON, XML) of the error, if known. */
    readonly offset?: number,
    options?: { cause?: unknown },
  ) {
    super(
      'undecodable',
      offset === undefined
        ? say`Invalid ${format}: ${reason}.`
        : say`Invalid ${format}: ${reason} (at offset ${offset}).`,
      options,
    );
  }
}

/** A value that a format cannot hold. `path` is a Python expression such as `data["a"][3]`. */
export class EncodeError extends PicklepostError {
  constructor(
    /** The title of the codec. */
    readonly format: string,
    readonly path: string,
    readonly reason: Words,
    advice: Words,
  ) {
    super('unencodable', say`${format} cannot hold ${path}: ${reason}. ${advice}`);
  }
}

/** Content that is larger or deeper, or has more parts, than the receiver allows. */
export class LimitError extends PicklepostError {
  constructor(
    readonly what: Words,
    readonly limit: number,
    /** The unit of the limit, such as `bytes`. */
    unit: Words,
    advice: Words,
  ) {
    super(
      'limit-exceeded',
      say`${what} exceeds the limit of ${limit.toLocaleString('en')} ${unit}. ${advice}`,
    );
  }
}

/** A key that is not 44 base64url characters of 32 bytes. Never names the key itself. */
export class InvalidKeyError extends PicklepostError {
  constructor(reason: Words) {
    super(
      'invalid-key',
      say`Not a Fernet key: ${reason}. A key is 44 characters of base64url; make one with "Generate encryption key" or "picklepost key new FILE".`,
    );
  }
}

/**
 * A Fernet token that does not open. `reason` distinguishes a wrong key or damage (`signature`) from data that are not a
 * token at all.
 */
export class InvalidTokenError extends PicklepostError {
  constructor(
    readonly reason:
      'malformed' | 'signature' | 'padding' | 'piece' | 'expired' | 'clock-skew' | 'order' | 'truncated',
  ) {
    super('invalid-token', TOKEN_WORDING[reason]);
  }
}

const TOKEN_WORDING: Record<InvalidTokenError['reason'], Text> = {
  malformed: say`This is not a Fernet token.`,
  signature: say`The token cannot be opened with this key: the key is a different one, or the data was changed in transit. Compare the keys on both sides.`,
  padding: say`The token is damaged: its padding is wrong.`,
  piece: say`The token can be opened, but it does not hold a piece of an item.`,
  expired: say`The token is too old to be accepted.`,
  'clock-skew': say`The token comes from the future: compare the clocks of both machines.`,
  order: say`The pieces of this item are out of order, or one is repeated.`,
  truncated: say`The item ends before its last piece.`,
};

/** A peer broke the protocol. Ends that peer's connection, nothing else. */
export class ProtocolError extends PicklepostError {
  constructor(
    /** The exception name that classic peers print, such as `InvalidHeader`. */
    readonly wireName: string,
    reason: Words,
    options?: { cause?: unknown },
  ) {
    super('protocol', reason, options);
  }
}

/** The receiver accepts only items with a key, or the sender has none. */
export class EncryptionRequiredError extends PicklepostError {
  constructor() {
    super(
      'encryption-required',
      say`This receiver accepts items only from senders with one of its keys. Send it with a key of the receiver.`,
    );
  }
}

/** There is no space on a disk of this machine, or none left for this user. */
export class NoSpaceError extends PicklepostError {
  constructor(message: Words, options?: { cause?: unknown }) {
    super('disk', message, options);
  }
}

/** The received data are encrypted, and there is no key here to open them. */
export class MissingKeyError extends PicklepostError {
  constructor() {
    super(
      'invalid-key',
      say`The sender encrypts, but this receiver has no key. Import the key of the sender.`,
    );
  }
}

/** The receiver does not accept pickles. */
export class PickleDisabledError extends PicklepostError {
  constructor() {
    super('refused', say`This receiver does not accept pickles. Send the dictionary as JSON or XML.`);
  }
}

/** The receiving person declined the item, or nobody was there to answer. */
export class NotAdmittedError extends PicklepostError {
  constructor(reason: Words) {
    super('refused', reason);
  }
}

/** The user, or the other side, ended it on purpose. */
export class CancelledError extends PicklepostError {
  constructor() {
    super('cancelled', say`Cancelled.`);
  }
}

/** The words of any error, to be shown to a person or to be part of other words. */
export function wordsOf(error: unknown): Words {
  return error instanceof PicklepostError ? error.words : messageOf(error);
}

/** The message of any error, in English. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
