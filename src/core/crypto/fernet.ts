import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { InvalidTokenError } from '../errors';
import { detach } from '../bufferRing';
import { decodeBase64 } from './base64';
import type { FernetKey } from './keys';

/*
 * Fernet, version 0x80, as https://github.com/fernet/spec/blob/master/Spec.md has it:
 *
 *     version (1) · seconds since 1970 (8, big endian) · IV (16) · AES-128-CBC with PKCS7 padding (n · 16) · HMAC-SHA256 (32)
 *
 * in binary form; base64url of that, with padding, is the text form. Every function here throws InvalidTokenError and nothing else.
 */

/** Limits for the age of a token. All in seconds, as in the specification. */
export interface Freshness {
  readonly ttl: number;
  /** Since the epoch. */
  readonly now: number;
}

/** Encrypts into the text form. */
export function encryptTokenText(key: FernetKey, plain: Uint8Array): string {
  const text = encryptToken(key, plain).toString('base64url');
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=');
}

/**
 * Decrypts the text form; white space around it is allowed.
 * @throws InvalidTokenError
 */
export function decryptTokenText(key: FernetKey, text: string | Uint8Array, freshness?: Freshness): Buffer {
  const token = typeof text === 'string' ? text : asBuffer(text).toString('latin1');
  return decryptToken(key, decodeBase64(token.trim()), freshness);
}

/**
 * Encrypts into the binary form.
 * @param plain parts of the plain bytes, in order, or all of them
 * @param iv 16 random bytes; a fixed one is for test vectors only
 * @param seconds since the epoch
 */
export function encryptToken(
  key: FernetKey,
  plain: Uint8Array | readonly Uint8Array[],
  iv?: Uint8Array,
  seconds?: number,
): Buffer {
  const parts = plain instanceof Uint8Array ? [plain] : plain;
  const token = Buffer.allocUnsafe(tokenLength(parts.reduce((sum, { length }) => sum + length, 0)));
  encryptInto(token, key, parts, iv, seconds);
  return token;
}

/**
 * As {@link encryptToken}, into memory of {@link tokenLength} bytes. Processes the bytes once, slice by slice, while each is
 * in the cache of the processor.
 */
export function encryptInto(
  token: Buffer,
  key: FernetKey,
  parts: readonly Uint8Array[],
  iv: Uint8Array = randomBytes(BLOCK),
  seconds: number = Math.floor(Date.now() / 1000),
): void {
  token[0] = VERSION;
  token.writeBigUInt64BE(BigInt(seconds), 1);
  token.set(iv, 9);
  const cipher = createCipheriv('aes-128-cbc', key.encryption, iv);
  const hmac = createHmac('sha256', key.signing).update(token.subarray(0, TOKEN_HEAD));
  let end = TOKEN_HEAD;
  const append = (ciphertext: Buffer): void => {
    hmac.update(ciphertext);
    end += ciphertext.copy(token, end);
    detach(ciphertext);
  };
  for (const part of parts) {
    for (let at = 0; at < part.length; at += SLICE) append(cipher.update(part.subarray(at, at + SLICE)));
  }
  append(cipher.final());
  hmac.digest().copy(token, end);
}

/** Decrypts the binary form. @throws InvalidTokenError */
export function decryptToken(key: FernetKey, token: Uint8Array, freshness?: Freshness): Buffer {
  const bytes = asBuffer(token);
  verifyToken(key, bytes);
  if (freshness !== undefined) checkFreshness(bytes, freshness);
  return decryptVerifiedToken(key, bytes);
}

/** Bytes of the binary token of so many plain bytes. */
export function tokenLength(plainLength: number): number {
  return TOKEN_OVERHEAD + BLOCK * (Math.floor(plainLength / BLOCK) + 1);
}

const VERSION = 0x80;
const BLOCK = 16;
/** Where the ciphertext begins. */
export const TOKEN_HEAD = 25;
export const HMAC_LENGTH = 32;
const TOKEN_OVERHEAD = TOKEN_HEAD + HMAC_LENGTH;
const MAX_CLOCK_SKEW = 60;
/**
 * Node allocates new memory for the result of each update. Slices of this size get the same memory again and again; whole
 * pieces of a mebibyte were measured at half the throughput.
 */
const SLICE = 64 * 1024;

/** Checks form and signature of a binary token. @throws InvalidTokenError `malformed` or `signature` */
export function verifyToken(key: FernetKey, token: Buffer): void {
  checkTokenForm(token[0], token.length);
  const signed = token.length - HMAC_LENGTH;
  const expected = createHmac('sha256', key.signing).update(token.subarray(0, signed)).digest();
  if (!isSignature(expected, token.subarray(signed))) throw new InvalidTokenError('signature');
}

/** Decrypts a binary token that {@link verifyToken} has accepted. @throws InvalidTokenError `padding` */
export function decryptVerifiedToken(key: FernetKey, token: Buffer): Buffer {
  const decipher = createDecipheriv('aes-128-cbc', key.encryption, token.subarray(9, TOKEN_HEAD));
  const ciphertext = token.subarray(TOKEN_HEAD, token.length - HMAC_LENGTH);
  const plain = Buffer.allocUnsafeSlow(ciphertext.length);
  let end = 0;
  for (let at = 0; at < ciphertext.length; at += SLICE) {
    const part = decipher.update(ciphertext.subarray(at, at + SLICE));
    end += part.copy(plain, end);
    detach(part);
  }
  end += finishDecryption(decipher).copy(plain, end);
  return plain.subarray(0, end);
}

/** The last plain bytes. @throws InvalidTokenError `padding` */
export function finishDecryption(decipher: { final(): Buffer }): Buffer {
  try {
    return decipher.final();
  } catch {
    throw new InvalidTokenError('padding');
  }
}

/** @throws InvalidTokenError `malformed` if no Fernet token can begin with this byte or have this length */
export function checkTokenForm(firstByte: number | undefined, length: number): void {
  const ciphertext = length - TOKEN_OVERHEAD;
  if (firstByte !== VERSION || ciphertext < BLOCK || ciphertext % BLOCK !== 0) {
    throw new InvalidTokenError('malformed');
  }
}

/** Compares in constant time. */
export function isSignature(expected: Buffer, found: Buffer): boolean {
  return timingSafeEqual(expected, found);
}

function checkFreshness(token: Buffer, { ttl, now }: Freshness): void {
  const seconds = Number(token.readBigUInt64BE(1));
  if (seconds + ttl < now) throw new InvalidTokenError('expired');
  if (now + MAX_CLOCK_SKEW < seconds) throw new InvalidTokenError('clock-skew');
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
