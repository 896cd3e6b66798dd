import { codecs } from '../core/codecs/codecs';
import type { ReceivedItem } from '../core/wire/item';

/** `notes.txt (text, 12 bytes, encrypted)` */
export function describe({ name, kind, format, size, encrypted }: ReceivedItem): string {
  const facts = [format === undefined ? kind : `${kind} in ${codecs[format].title}`, formatSize(size)];
  if (encrypted) facts.push('encrypted');
  return `${name} (${facts.join(', ')})`;
}

/** `12.3 MB`, in powers of ten, as file managers show sizes. */
export function formatSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  const power = Math.min(4, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(1)} ${['', 'kB', 'MB', 'GB', 'TB'][power] ?? ''}`;
}
