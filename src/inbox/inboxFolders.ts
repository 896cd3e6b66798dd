import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder, PRIVATE_FOLDER } from './disk/durableFile';
import { protectFolder, protectOwnFolder, type OnNotice } from './disk/protection';
import { checkInboxFormat, formatFile } from './items/inboxFormat';
import { say } from '../core/text';

/** The data of an inbox that are needed to make its folders. */
export interface FoldersOptions {
  readonly directory: string;
  readonly key: Buffer;
  /** Whether the key opens one of the items; undefined if there are none. */
  readonly opensItems: () => Promise<boolean | undefined>;
  /** Sees to it that the key is still kept where the next program looks for it. */
  readonly keepKey: () => Promise<void>;
  /** Told what a person should know. */
  readonly onNotice: OnNotice;
  /** Called when folders that had been removed are there again. */
  readonly onRestore: () => void;
}

/** Milliseconds between two thorough looks. */
const INTERVAL = 1_000;

/**
 * The folders of an inbox, for this user only. Those that are removed while the inbox is open are made again before the next item comes,
 * and so is its key, without which nobody could open that item later. Throws PicklepostError as Inbox.open does, and what node:fs throws.
 */
export class InboxFolders {
  readonly incoming: string;
  readonly items: string;
  readonly partials: string;
  /** State of the mark of the inbox when it was looked at last. */
  private mark = '';
  private lookedAt = -Infinity;
  private looking: Promise<void> | undefined;

  constructor(private readonly options: FoldersOptions) {
    const { directory } = options;
    this.incoming = path.join(directory, 'incoming');
    this.items = path.join(directory, 'items');
    this.partials = path.join(directory, 'partial');
  }

  /** Makes what is not there, and checks what is. */
  async make(): Promise<void> {
    const { directory, key, opensItems, onNotice } = this.options;
    await makeFolder(directory, PRIVATE_FOLDER);
    await protectFolder(directory, onNotice);
    for (const folder of [this.incoming, this.items, this.partials]) {
      await makeFolder(folder, PRIVATE_FOLDER);
      await protectOwnFolder(folder, onNotice);
    }
    await checkInboxFormat(directory, key, opensItems);
    this.mark = await this.readMark();
    this.lookedAt = performance.now();
  }

  /** To be called before something is stored. Takes some microseconds as long as everything is there. */
  async ensure(): Promise<void> {
    const isThere = [this.incoming, this.items, this.partials].every((folder) => existsSync(folder));
    if (isThere && performance.now() - this.lookedAt < INTERVAL) return;
    this.looking ??= this.look(isThere).finally(() => (this.looking = undefined));
    await this.looking;
  }

  private async look(areFoldersThere: boolean): Promise<void> {
    const { directory, onNotice, onRestore, keepKey } = this.options;
    const isSame = areFoldersThere && (await this.readMark()) === this.mark;
    if (!isSame) await this.make();
    await keepKey();
    this.lookedAt = performance.now();
    if (areFoldersThere) return;
    onRestore();
    onNotice(say`The inbox ${directory}, or a part of it, was removed. It has been made again.`);
  }

  /** Identifies a mark; empty if there is none. */
  private async readMark(): Promise<string> {
    const status = await stat(formatFile(this.options.directory)).catch(() => undefined);
    return status ? `${String(status.ino)} ${String(status.mtimeMs)}` : '';
  }
}
