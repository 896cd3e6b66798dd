import { createDecipheriv, createHmac, type Decipher } from 'node:crypto';
import { InvalidTokenError } from '../errors';
import { Base64Decoder } from './base64';
import { checkTokenForm, finishDecryption, HMAC_LENGTH, isSignature, TOKEN_HEAD } from './fernet';
import type { FernetKey } from './keys';

/**
 * Checks one Fernet token in text form that is too large for memory, such as a whole file. It takes two passes over the same
 * text, since nothing is decrypted before the signature has been checked: this one, and then the {@link TokenDecryptor} that
 * it returns. The caller keeps the text in between. The text comes in pieces of any size. An update takes time in proportion
 * to its piece (about 3 ms for a mebibyte) and memory for twice its size. All methods throw InvalidTokenError and nothing
 * else.
 */
export class TokenVerifier {
  private readonly decoder = new Base64Decoder();
  private readonly signature = new Trailer(HMAC_LENGTH);
  private readonly candidates;
  private version: number | undefined;
  private length = 0;

  /** @param keys one of which may have made the token; each costs a pass of HMAC */
  constructor(keys: readonly FernetKey[]) {
    this.candidates = keys.map((key) => ({ key, hmac: createHmac('sha256', key.signing) }));
  }

  /** @throws InvalidTokenError `malformed` */
  update(text: Uint8Array): void {
    this.take(this.decoder.update(text));
  }

  /**
   * To be called once, at the end of the text.
   * @returns the decryptor for a second pass over the very same text, with the first key that has made the token
   * @throws InvalidTokenError `malformed` or `signature`
   */
  finish(): TokenDecryptor {
    this.take(this.decoder.finish());
    checkTokenForm(this.version, this.length);
    const found = this.candidates.find(({ hmac }) => isSignature(hmac.digest(), this.signature.held));
    if (!found) throw new InvalidTokenError('signature');
    return new TokenDecryptor(found.key);
  }

  private take(bytes: Buffer): void {
    this.version ??= bytes[0];
    this.length += bytes.length;
    const signed = this.signature.push(bytes);
    for (const { hmac } of this.candidates) hmac.update(signed);
  }
}

/** Decrypts a token that a {@link TokenVerifier} has accepted; its `finish` creates it. */
class TokenDecryptor {
  private readonly decoder = new Base64Decoder();
  private readonly signature = new Trailer(HMAC_LENGTH);
  private head = Buffer.alloc(0);
  private decipher: Decipher | undefined;

  constructor(readonly key: FernetKey) {}

  /** The next plain bytes, possibly none. @throws InvalidTokenError `malformed` */
  update(text: Uint8Array): Buffer {
    return this.decrypt(this.decoder.update(text));
  }

  /** The last plain bytes, possibly none. @throws InvalidTokenError `malformed` or `padding` */
  finish(): Buffer {
    const plain = this.decrypt(this.decoder.finish());
    if (this.decipher === undefined) throw new InvalidTokenError('malformed');
    return Buffer.concat([plain, finishDecryption(this.decipher)]);
  }

  private decrypt(token: Buffer): Buffer {
    const signed = this.signature.push(token);
    if (this.decipher !== undefined) return this.decipher.update(signed);
    this.head = Buffer.concat([this.head, signed]);
    if (this.head.length < TOKEN_HEAD) return Buffer.alloc(0);
    this.decipher = createDecipheriv('aes-128-cbc', this.key.encryption, this.head.subarray(9, TOKEN_HEAD));
    return this.decipher.update(this.head.subarray(TOKEN_HEAD));
  }
}

export type { TokenDecryptor };

/** Holds back the last bytes of a stream. */
class Trailer {
  held = Buffer.alloc(0);

  constructor(private readonly size: number) {}

  /** @returns the bytes that are certainly not part of the trailer */
  push(bytes: Buffer): Buffer {
    const all = Buffer.concat([this.held, bytes]);
    const end = Math.max(0, all.length - this.size);
    this.held = Buffer.from(all.subarray(end));
    return all.subarray(0, end);
  }
}
