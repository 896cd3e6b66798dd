import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/*
 * Something small, encrypted as a whole (docs/format.md): nonce (12) · AES-256-GCM (as long as the plain bytes) · tag (16).
 */

const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;

/** Bytes that a box is longer than its content. */
export const BOX_OVERHEAD = NONCE_LENGTH + TAG_LENGTH;

/** @param context data beside the box, which must be the same when it is opened */
export function sealBox(key: Buffer, plain: Buffer, context?: Buffer): Buffer {
  const nonce = randomBytes(NONCE_LENGTH);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  if (context) cipher.setAAD(context);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @throws Error if it was changed, or sealed with another key or context */
export function openBox(key: Buffer, box: Buffer, context?: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, box.subarray(0, NONCE_LENGTH), {
    authTagLength: TAG_LENGTH,
  });
  if (context) decipher.setAAD(context);
  decipher.setAuthTag(box.subarray(-TAG_LENGTH));
  return Buffer.concat([decipher.update(box.subarray(NONCE_LENGTH, -TAG_LENGTH)), decipher.final()]);
}
