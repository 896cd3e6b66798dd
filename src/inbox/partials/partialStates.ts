import { readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { FernetKey } from '../../core/crypto/keys';
import type { Arrival } from '../../core/item/item';
import type { ItemOffer } from '../../core/item/itemStore';
import { PRIVATE, replaceFile } from '../disk/durableFile';
import { openBox, sealBox } from '../items/box';

/** The data needed to resume an item. */
export interface PartialState {
  readonly arrival: Arrival;
  readonly offer: ItemOffer;
  readonly key: FernetKey;
}

/** The extension of a state file. */
export const STATE = '.state';

/** The encrypted files with the data to resume each transfer. */
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

  /** @returns undefined if there is none, or it cannot be read, so that nothing can be resumed */
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
