import {
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { FernetKey } from '../../../crypto/keys';
import { ProtocolError } from '../../../errors';

const PUBLIC_KEY_BYTES = 32;
/** The u-coordinate 9 (RFC 7748, section 4.1). */
const BASE_POINT = importPublicKey(Buffer.from([9, ...Buffer.alloc(PUBLIC_KEY_BYTES - 1)]));

/** A key pair for one connection only, which is what makes recorded traffic unreadable later. */
export class EphemeralKey {
  private readonly privateKey: KeyObject;
  /** 32 bytes, X25519 (RFC 7748). */
  readonly publicBytes: Buffer;

  constructor() {
    this.privateKey = generateKeyPairSync('x25519').privateKey;
    // Not exported: Node.js holds a lock of a key that it exports, and waits for that for ever where garbage of the key is collected meanwhile.
    this.publicBytes = diffieHellman({ privateKey: this.privateKey, publicKey: BASE_POINT });
  }

  /** @throws ProtocolError if the other side's key is none, or a point of small order */
  agree(otherPublicBytes: Buffer): Buffer {
    if (otherPublicBytes.length !== PUBLIC_KEY_BYTES)
      throw new ProtocolError('InvalidHello', 'The public key of the other side is not 32 bytes long.');
    try {
      return diffieHellman({ privateKey: this.privateKey, publicKey: importPublicKey(otherPublicBytes) });
    } catch (cause) {
      throw new ProtocolError('InvalidHello', 'The public key of the other side cannot be used.', { cause });
    }
  }
}

/** As a JWK (RFC 8037), which Node.js takes ten times as fast as DER. */
function importPublicKey(bytes: Buffer): KeyObject {
  return createPublicKey({
    key: { kty: 'OKP', crv: 'X25519', x: bytes.toString('base64url') },
    format: 'jwk',
  });
}

/** The keys of one connection, one for each direction of its messages. */
export interface SessionKeys {
  readonly client: FernetKey;
  readonly server: FernetKey;
}

/**
 * HKDF-SHA256 (RFC 5869). Input: the X25519 secret, then the 32 bytes of the shared Fernet key, if there is one. Salt: SHA-256 over all
 * that both sides have said so far, so that nobody can have changed a byte of it. Info: `picklepost native 1 client` or `… server`.
 */
export function deriveSessionKeys(
  secret: Buffer,
  sharedKey: FernetKey | undefined,
  transcript: readonly Buffer[],
): SessionKeys {
  const salt = createHash('sha256').update(Buffer.concat(transcript)).digest();
  const shared = sharedKey ? [sharedKey.signing, sharedKey.encryption] : [];
  const input = Buffer.concat([secret, ...shared]);
  const derive = (side: 'client' | 'server'): FernetKey =>
    FernetKey.fromBytes(new Uint8Array(hkdfSync('sha256', input, salt, `picklepost native 1 ${side}`, 32)));
  return { client: derive('client'), server: derive('server') };
}
