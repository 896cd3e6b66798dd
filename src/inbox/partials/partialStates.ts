import { readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { FernetKey } from '../../core/crypto/keys';
import type { Arrival } from '../../core/item/item';
import type { ItemOffer } from '../../core/item/itemStore';
import { PRIVATE, replaceFile } from '../disk/durableFile';
import { openBox, sealBox } from '../items/box';

/** What is needed to continue an item. */
export interface PartialState {
  readonly arrival: Arrival;
  readonly offer: ItemOffer;
  readonly key: FernetKey;
}

/** How the name of a file with a state ends. */
export const STATE = '.state';

/** The files that say how each transfer is continued, encrypted. */
export class PartialStates {
  constructor(
    private readonly directory: string,
    /** 32 bytes. */
    private readonly key: Buffer,
  ) {}

  async has(transfer: string): Promise<boolean> {
    const status = await stat(this.path(transfer)).catch(() => undefined);
    return status !== undefined;
  }

  /** @returns undefined where there is none, or it cannot be read: there is nothing to continue from then */
  async read(transfer: string): Promise<PartialState | undefined> {
    try {
      const plain = openBox(this.key, await readFile(this.path(transfer)));
      const { key, ...state } = JSON.parse(plain.toString()) as Omit<PartialState, 'key'> & { key: string };
      return { ...state, key: FernetKey.parse(key) };
    } catch {
      return undefined;
    }
  }

  /** @throws what node:fs throws */
  async write(transfer: string, { key, ...state }: PartialState): Promise<void> {
    const box = sealBox(this.key, Buffer.from(JSON.stringify({ ...state, key: key.toText() })));
    await replaceFile(this.path(transfer), [box], PRIVATE);
  }

  async remove(transfer: string): Promise<void> {
    await rm(this.path(transfer), { force: true });
  }

  private path(transfer: string): string {
    return path.join(this.directory, transfer + STATE);
  }
}
