import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { PicklepostError } from '../core/errors';
import { say } from '../core/text';

/** The seed of the key of a user, in the form of NATS. */
export const USER_SEED = /SU[A-Z2-7]{56}/;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** The first byte of the public key of a user, for which the text begins with `U`. */
const USER_PREFIX = 20 << 3;
/** The bytes before the 32 bytes of an Ed25519 seed in PKCS #8 (RFC 8410, section 7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** An Ed25519 key with which a user proves its identity to a NATS server, without showing the key. */
export class UserKey {
  private constructor(private readonly key: KeyObject) {}

  /** @throws PicklepostError `invalid-key` if the checksum of the seed is wrong */
  static fromSeed(seed: string): UserKey {
    const bytes = decodeBase32(seed);
    const content = bytes.subarray(0, -2);
    if (!USER_SEED.test(seed) || bytes.readUInt16LE(content.length) !== crc16(content))
      throw new PicklepostError('invalid-key', say`The NKey seed is mistyped or incomplete.`);
    // Two bytes give its kind: a seed, of a user.
    const der = Buffer.concat([PKCS8, content.subarray(2)]);
    return new UserKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
  }

  /** Identifies it for a server: 56 characters that begin with `U`. */
  get publicKey(): string {
    const raw = createPublicKey(this.key).export({ format: 'der', type: 'spki' }).subarray(-32);
    const content = Buffer.concat([Buffer.from([USER_PREFIX]), raw]);
    const check = Buffer.alloc(2);
    check.writeUInt16LE(crc16(content));
    return encodeBase32(Buffer.concat([content, check]));
  }

  /** @param nonce from the server, to be signed @returns the signature in base64url */
  sign(nonce: string): string {
    return sign(undefined, Buffer.from(nonce), this.key).toString('base64url');
  }
}

/** CRC-16/XMODEM. */
function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return crc;
}

/** Base 32 (RFC 4648, section 6) without padding; bits that do not fill a byte are dropped. */
function decodeBase32(text: string): Buffer {
  const bits = Array.from(text, (character) => ALPHABET.indexOf(character).toString(2).padStart(5, '0')).join(
    '',
  );
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
}

function encodeBase32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => ALPHABET[parseInt(five.padEnd(5, '0'), 2)]).join('');
}
