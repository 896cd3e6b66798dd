import { codecs } from '../core/codecs/codecs';
import { isEmptyFolder, type ReceivedItem } from '../core/item/item';
import type { Protection } from '../core/wire/dialect';
import { protectionOf } from '../core/wire/dialects';

/** `notes.txt (text, 12 bytes, encrypted)` */
export function describe(item: ReceivedItem): string {
  const { name, kind, format, size } = item;
  const type = isEmptyFolder(item) ? 'empty folder' : kind;
  const facts = [format === undefined ? type : `${type} in ${codecs[format].title}`, formatSize(size)];
  if (item.mode !== undefined) facts.push('executable');
  const protection = protectionOf(item);
  if (protection) facts.push(protection === 'parts' ? 'encrypted by parts' : 'encrypted');
  return `${name} (${facts.join(', ')})`;
}

/** What an encrypted item is. */
export function describeProtection(protection: Protection): string {
  return protection === 'parts'
    ? 'encrypted by parts: order and completeness are not protected'
    : 'encrypted';
}

const UNITS = ['kB', 'MB', 'GB', 'TB'];

/** `12.3 MB`, in powers of ten, as file managers show sizes. */
export function formatSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  let value = bytes / 1000;
  let unit = 0;
  // From there on it would be rounded to 1000.0.
  for (; value >= 999.95 && unit < UNITS.length - 1; unit++) value /= 1000;
  return `${value.toFixed(1)} ${UNITS[unit] ?? ''}`;
}
