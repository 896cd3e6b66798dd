import { createHmac, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { OutgoingItem } from '../../../item/item';

/** For senders that have no secret of their own: what this process sends, it recognizes. */
const PROCESS_SECRET = randomBytes(32);

/**
 * Identifies what is sent, in 32 hexadecimal digits: the same whenever the same file is sent from the same place, so that a receiver
 * finds what it has of it. What has no place of its own, such as a document that was never saved, is something new each time.
 * @param secret of this installation, so that nobody else can guess it, or gives the same by having the same path
 */
export function transferIdentity({ source }: OutgoingItem, secret: Uint8Array = PROCESS_SECRET): string {
  if (source === undefined) return randomIdentity();
  // A home folder, and so the secret, may be shared by several machines.
  const hmac = createHmac('sha256', secret).update('picklepost transfer\0');
  return hmac.update(`${hostname()}\0${source}`).digest('hex').slice(0, 32);
}

export function randomIdentity(): string {
  return randomBytes(16).toString('hex');
}
