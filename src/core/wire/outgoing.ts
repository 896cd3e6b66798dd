import { setImmediate } from 'node:timers/promises';
import type { Format, ItemKind, OutgoingItem } from '../item/item';
import { slices } from './pieces';

/** Large content is sent in parts, so that no step of sending takes long. */
const PART = 256 * 1024;

/** An item whose content is in memory. The bytes must not change until it has been sent. */
export function bytesItem(content: {
  readonly kind: ItemKind;
  readonly format?: Format;
  readonly name: string;
  readonly bytes: Uint8Array;
}): OutgoingItem {
  const { bytes, ...about } = content;
  return { ...about, size: bytes.length, open: () => parts(bytes) };
}

/**
 * An empty folder.
 * @param path path in the sent folder, with `/`, its own name last
 * @param source its path on this machine
 */
export function emptyFolderItem(path: string, source: string): OutgoingItem {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return { ...bytesItem({ kind: 'file', name, bytes: new Uint8Array() }), path: `${path}/`, source };
}

async function* parts(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  for (const part of slices(bytes, PART)) {
    yield part;
    // The consumer of the parts may never have to wait, and would keep everything else waiting.
    await setImmediate();
  }
}
