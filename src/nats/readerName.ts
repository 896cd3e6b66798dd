import { createHmac } from 'node:crypto';
import { hostname } from 'node:os';
import { asInboxName } from './inboxAddress';

/** Most characters of a name before the digits that make it unique. */
const READABLE = 48;

/**
 * The name by which shared inboxes know a reader: one inbox of one machine. Never the name of the credentials, which several
 * people may share: they would take each other's items.
 * @param secret of this installation, so that two machines of the same name differ
 * @param place the inbox that the items are fetched into
 */
export function readerName(user: string, secret: Uint8Array | undefined, place: string): string {
  const host = hostname();
  const digest = createHmac('sha256', secret ?? new Uint8Array());
  const id = digest.update(JSON.stringify(['picklepost reader', host, place])).digest('hex');
  return `${asInboxName(`${user}-${host}`).slice(0, READABLE)}-${id.slice(0, 8)}`;
}
