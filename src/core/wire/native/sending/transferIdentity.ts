import { createHmac, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { OutgoingItem } from '../../../item/item';

/** For senders without a secret of their own: files are recognized only within this process. */
const PROCESS_SECRET = randomBytes(32);

/**
 * Identifies a source, in 32 hexadecimal digits: the same whenever the same file is sent from the same path, so that a
 * receiver finds what it has of it. An item without a path, such as a document that was never saved, is new each time.
 * @param secret of this installation, so that nobody else can guess the identity, or gets the same one for the same path
 */
export function transferIdentity({ source }: OutgoingItem, secret: Uint8Array = PROCESS_SECRET): string {
  if (source === undefined) return randomIdentity();
  // Several machines may share a home folder, and so the secret.
  const hmac = createHmac('sha256', secret).update('picklepost transfer\0');
  return hmac.update(`${hostname()}\0${source}`).digest('hex').slice(0, 32);
}

export function randomIdentity(): string {
  return randomBytes(16).toString('hex');
}
