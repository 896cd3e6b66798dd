import { setImmediate } from 'node:timers/promises';
import type { Format, ItemKind, OutgoingItem } from '../item/item';
import { MAXIMUM_NAME } from '../limits';
import { say, type Words } from '../text';
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

/** Why an item cannot be sent under its name; undefined if it can. */
export function nameProblem({ name, path = '' }: OutgoingItem): Words | undefined {
  if (name.length <= MAXIMUM_NAME && path.length <= MAXIMUM_NAME) return undefined;
  return say`"${name.slice(0, 100)}" was not sent: its name or path has more than ${MAXIMUM_NAME} characters. Move it to a shorter path.`;
}

async function* parts(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  for (const part of slices(bytes, PART)) {
    yield part;
    // The consumer of the parts may never have to wait, and would keep everything else waiting.
    await setImmediate();
  }
}
