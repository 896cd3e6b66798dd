import { createHash, hkdfSync } from 'node:crypto';
import { FernetKey } from '../../../crypto/keys';

/** The keys of one connection, one for each direction of its messages, and the hash from which they were derived. */
export interface SessionKeys {
  /** SHA-256 over everything that both sides have sent so far, 32 bytes. */
  readonly transcript: Buffer;
  readonly client: FernetKey;
  readonly server: FernetKey;
}

/**
 * HKDF-SHA256 (RFC 5869). Input: the X25519 secret, then the 32 bytes of the shared Fernet key, if there is one. Salt:
 * SHA-256 over everything that both sides have sent so far, so that nobody can change a byte of it. Info: `picklepost native
 * 1 client` or `… server`.
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
  return { transcript: salt, client: derive('client'), server: derive('server') };
}
