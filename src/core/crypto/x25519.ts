import { createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { ProtocolError } from '../errors';
import { say } from '../text';

/** Length of a public key and of a point, in bytes (RFC 7748). */
export const X25519_BYTES = 32;

/** The u-coordinate 9 (RFC 7748, section 4.1). */
const BASE_POINT = Buffer.from([9, ...Buffer.alloc(X25519_BYTES - 1)]);

/** The same as a key, once it has been needed: making one takes a millisecond the first time. */
let basePoint: KeyObject | undefined;

/** A key pair for one use, so that recorded traffic stays unreadable later. */
export class EphemeralKey {
  private constructor(
    private readonly privateKey: KeyObject,
    /** 32 bytes. */
    readonly publicBytes: Buffer,
  ) {}

  static generate(): EphemeralKey {
    basePoint ??= importPoint(BASE_POINT);
    return EphemeralKey.of(generateKeyPairSync('x25519').privateKey, basePoint);
  }

  /** A key pair whose public half is a multiple of `generator` (32 bytes) instead of the base point. @throws ProtocolError */
  static generateFor(
    generator: Uint8Array,
    privateKey = generateKeyPairSync('x25519').privateKey,
  ): EphemeralKey {
    return EphemeralKey.of(privateKey, importPoint(generator));
  }

  /**
   * The public half is computed and not exported: Node.js holds a lock of a key while it exports it, and waits for that lock
   * forever if garbage of the same key is collected at that moment.
   */
  private static of(privateKey: KeyObject, point: KeyObject): EphemeralKey {
    return new EphemeralKey(privateKey, diffieHellman({ privateKey, publicKey: point }));
  }

  /** The shared secret, 32 bytes. @throws ProtocolError if the other key has another length, or is a point of small order */
  agree(otherPublicBytes: Uint8Array): Buffer {
    if (otherPublicBytes.length !== X25519_BYTES)
      throw new ProtocolError('InvalidHello', say`The public key of the other side is not 32 bytes long.`);
    try {
      return diffieHellman({ privateKey: this.privateKey, publicKey: importPoint(otherPublicBytes) });
    } catch (cause) {
      throw new ProtocolError('InvalidHello', say`The public key of the other side cannot be used.`, {
        cause,
      });
    }
  }
}

/** As a JWK (RFC 8037), which Node.js imports ten times as fast as DER. */
function importPoint(bytes: Uint8Array): KeyObject {
  return createPublicKey({
    key: { kty: 'OKP', crv: 'X25519', x: Buffer.from(bytes).toString('base64url') },
    format: 'jwk',
  });
}
