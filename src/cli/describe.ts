import { formats } from '../core/codecs/formats';
import { isEmptyFolder, type ReceivedItem } from '../core/item/item';
import type { Protection } from '../core/wire/dialect';
import { protectionOf, SHARED_INBOX } from '../core/wire/dialects';
import { formatSize } from '../core/amounts';

/** `notes.txt (text, 12 bytes, encrypted)` */
export function describe(item: ReceivedItem): string {
  const { name, kind, format, size } = item;
  const type = isEmptyFolder(item) ? 'empty folder' : kind;
  const facts = [format === undefined ? type : `${type} in ${formats[format].title}`, formatSize(size)];
  if (item.mode !== undefined) facts.push('executable');
  const protection = protectionOf(item);
  if (protection) facts.push(protection === 'parts' ? 'encrypted in parts' : 'encrypted');
  if (item.dialect === SHARED_INBOX.name) facts.push(`sealed with the key ${item.key ?? ''}`);
  else if (item.key !== undefined) facts.push(`from ${item.key}`);
  else if (protection === 'session') facts.push('sender not verified');
  return `${name} (${facts.join(', ')})`;
}

/** How far an encrypted item is protected, in words. */
export function describeProtection(protection: Protection): string {
  return protection === 'parts'
    ? 'encrypted in parts: order and completeness are not protected'
    : 'encrypted';
}
