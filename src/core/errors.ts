/**
 * The error taxonomy. Every error that a person may see is a {@link PicklepostError}; its constructor owns the wording, and the
 * wording says what to do next. A subclass exists only where a caller branches. Input that is merely incomplete is not an error.
 */

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
  | 'unsupported';

export class PicklepostError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Bytes that are not what they claim to be. */
export class DecodeError extends PicklepostError {
  constructor(
    /** What a person calls it: `pickle`, `JSON`, `.npy`, `zip archive`. */
    readonly format: string,
    readonly reason: string,
    /** Byte (of binary formats) or character (JSON, XML) offset of the mistake, where it is known. */
    readonly offset?: number,
    options?: { cause?: unknown },
  ) {
    super(
      'undecodable',
      `Not valid ${format}: ${reason}${offset === undefined ? '' : ` (at offset ${String(offset)})`}.`,
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
    readonly reason: string,
    advice: string,
  ) {
    super('unencodable', `${format} cannot hold ${path}: ${reason}. ${advice}`);
  }
}

/** Something larger, deeper or more than the receiver allows. */
export class LimitError extends PicklepostError {
  constructor(
    readonly what: string,
    readonly limit: number,
    /** What the limit counts, such as `bytes`. */
    unit: string,
    advice: string,
  ) {
    super('limit-exceeded', `${what} exceeds the limit of ${limit.toLocaleString('en')} ${unit}. ${advice}`);
  }
}

/** A key that is not 44 base64url characters of 32 bytes. Never names the key itself. */
export class InvalidKeyError extends PicklepostError {
  constructor(reason: string) {
    super(
      'invalid-key',
      `Not a Fernet key: ${reason}. A key is 44 characters of base64url; make one with "Generate encryption key" or "picklepost key new FILE".`,
    );
  }
}

/** A Fernet token that does not open. `reason` tells a wrong key or damage (`signature`) from what is no token at all. */
export class InvalidTokenError extends PicklepostError {
  constructor(
    readonly reason:
      'malformed' | 'signature' | 'padding' | 'piece' | 'expired' | 'clock-skew' | 'order' | 'truncated',
  ) {
    super('invalid-token', TOKEN_WORDING[reason]);
  }
}

const TOKEN_WORDING: Record<InvalidTokenError['reason'], string> = {
  malformed: 'This is not a Fernet token.',
  signature:
    'The token does not open with this key: the key is another one, or the data was changed on the way. Compare the keys on both sides.',
  padding: 'The token is damaged: its padding is wrong.',
  piece: 'The token opens, but it holds no piece of an item.',
  expired: 'The token is older than is accepted.',
  'clock-skew': 'The token comes from the future: compare the clocks of both machines.',
  order: 'The pieces of this item are not in order, or one is there twice.',
  truncated: 'The item ends before its last piece.',
};

/** A peer broke the protocol. Ends that peer's connection, nothing else. */
export class ProtocolError extends PicklepostError {
  constructor(
    /** The exception name that classic peers print, such as `InvalidHeader`. */
    readonly wireName: string,
    reason: string,
    options?: { cause?: unknown },
  ) {
    super('protocol', reason, options);
  }
}

/** The receiver demands encryption, or the sender has none to offer. */
export class EncryptionRequiredError extends PicklepostError {
  constructor() {
    super(
      'encryption-required',
      'This receiver accepts only encrypted items. Send it encrypted, with the key of the receiver.',
    );
  }
}

/** There is no room on a disk of this machine, or no more of it for this user. */
export class NoSpaceError extends PicklepostError {
  constructor(message: string, options?: { cause?: unknown }) {
    super('disk', message, options);
  }
}

/** What arrives is encrypted, and there is nothing here to open it with. */
export class MissingKeyError extends PicklepostError {
  constructor() {
    super('invalid-key', 'The sender encrypts, but this receiver has no key. Import the key of the sender.');
  }
}

/** The receiver takes no dictionaries in the binary format. */
export class PickleDisabledError extends PicklepostError {
  constructor() {
    super('refused', 'This receiver does not take pickles. Send the dictionary as JSON or XML.');
  }
}

/** The user, or the other side, ended it on purpose. */
export class CancelledError extends PicklepostError {
  constructor() {
    super('cancelled', 'Cancelled.');
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
