import { createHash, randomBytes } from 'node:crypto';
import { InvalidKeyError } from '../errors';
import { say } from '../text';

const KEY_BYTES = 32;
/** Base64 of 32 bytes in either alphabet; Python's `cryptography` accepts both. */
const KEY_TEXT = /^[A-Za-z0-9_\-+/]{43}=$/;

/**
 * A key as the Fernet specification defines it: 32 bytes, of which the first half signs and the second half encrypts. Its
 * bytes are in no enumerable property, so that neither logs nor JSON ever show them.
 */
export class FernetKey {
  readonly #bytes: Buffer;

  private constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /**
   * Reads the content of a key file: 44 characters of base64url, with white space allowed around them.
   * @throws InvalidKeyError
   */
  static parse(text: string): FernetKey {
    const key = text.trim();
    if (key.length !== 44) throw new InvalidKeyError(say`it has ${key.length} characters instead of 44`);
    if (!KEY_TEXT.test(key)) throw new InvalidKeyError(say`it has characters that are not base64url`);
    return new FernetKey(Buffer.from(key, 'base64url'));
  }

  /** Takes a copy of 32 bytes. @throws InvalidKeyError */
  static fromBytes(bytes: Uint8Array): FernetKey {
    if (bytes.length !== KEY_BYTES)
      throw new InvalidKeyError(say`it has ${bytes.length} bytes instead of 32`);
    return new FernetKey(Buffer.from(bytes));
  }

  static generate(): FernetKey {
    return new FernetKey(randomBytes(KEY_BYTES));
  }

  /** 16 bytes, for HMAC-SHA256. */
  get signing(): Buffer {
    return this.#bytes.subarray(0, 16);
  }

  /** 16 bytes, for AES-128-CBC. */
  get encryption(): Buffer {
    return this.#bytes.subarray(16);
  }

  equals(other: FernetKey): boolean {
    return this.#bytes.equals(other.#bytes);
  }

  /**
   * Eight hexadecimal digits, such as `3f9a-c21e`, with which two people compare their keys aloud. They reveal nothing else
   * about the key.
   */
  get fingerprint(): string {
    const digest = createHash('sha256')
      .update('picklepost key fingerprint\0')
      .update(this.#bytes)
      .digest('hex');
    return `${digest.slice(0, 4)}-${digest.slice(4, 8)}`;
  }

  /** The secret itself, in the form of key files, without a newline. Only for a key file or a secret storage. */
  toText(): string {
    return `${this.#bytes.toString('base64url')}=`;
  }

  toJSON(): string {
    return `FernetKey ${this.fingerprint}`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `FernetKey ${this.fingerprint}`;
  }
}
