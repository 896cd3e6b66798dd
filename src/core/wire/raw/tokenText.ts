import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import type { FernetKey } from '../../crypto/keys';
import { slices } from '../pieces';

/**
 * Encrypts a stream of any length as the text of one Fernet token, with padding, in memory for one part of it. (The functions of
 * `core/crypto/fernet.ts` need all of it at once.)
 */
export async function* encryptAsTokenText(
  key: FernetKey,
  plain: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer, void, undefined> {
  const iv = randomBytes(16);
  const head = Buffer.alloc(9, 0x80);
  head.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000)), 1);
  const cipher = createCipheriv('aes-128-cbc', key.encryption, iv);
  const hmac = createHmac('sha256', key.signing);
  const encoder = new Base64Encoder();
  const sign = (token: Buffer): Buffer => {
    hmac.update(token);
    return encoder.update(token);
  };
  yield sign(Buffer.concat([head, iv]));
  for await (const bytes of plain) {
    for (const slice of slices(bytes, SLICE)) yield sign(cipher.update(slice));
  }
  yield sign(cipher.final());
  yield encoder.update(hmac.digest());
  yield encoder.finish();
}

/** Node gives results of this size the same memory again and again; larger ones halve the throughput. */
const SLICE = 64 * 1024;

/** Base64url, three bytes at a time. */
class Base64Encoder {
  /** Fewer than three bytes. */
  private rest = Buffer.alloc(0);

  update(bytes: Buffer): Buffer {
    const all = Buffer.concat([this.rest, bytes]);
    const whole = all.length - (all.length % 3);
    this.rest = all.subarray(whole);
    return Buffer.from(all.toString('base64url', 0, whole), 'latin1');
  }

  finish(): Buffer {
    return Buffer.from(this.rest.toString('base64url').padEnd(this.rest.length > 0 ? 4 : 0, '='), 'latin1');
  }
}
