import { randomBytes } from 'node:crypto';
import { constants, createReadStream, openSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { CancelledError, PicklepostError } from '../core/errors';
import type { Format, OutgoingItem } from '../core/item/item';
import { emptyFolderItem } from '../core/wire/outgoing';
import { diskError } from '../inbox/disk/diskError';
import { Inbox } from '../inbox/inbox';
import { fileItem, unreadable, UnreadableError } from '../net/fileItem';
import { findPath, showPath, type FilePath } from '../net/fileName';
import { folderFiles, type FolderEntry, type LeftOut } from '../net/folderFiles';
import { standardInput } from './standardInput';
import { say } from '../core/text';

export interface SourceOptions {
  /** Bytes read from a file at once. */
  readonly bufferSize: number;
  /** If set, the value of each JSON file is sent in this format, instead of the file. */
  readonly dictionaryFormat: Format | undefined;
  /** Whether the receiver is to be told the path of a file in the sent folder. */
  readonly keepsPaths: boolean;
  /** Whether the receiver can be told. */
  readonly carriesPaths: boolean;
}

/** Turns the paths of the command line into items to send. A path `-` is standard input. */
export class Sources {
  /** Why something cannot be sent, and is left out. */
  readonly failures: PicklepostError[] = [];
  /** Entries of folders that are not sent: neither a file nor a folder, or an empty folder without a path to keep. */
  readonly leftOut: LeftOut[] = [];
  /** Notices from reading dictionaries. */
  readonly notices: string[] = [];
  private temporary: string | undefined;
  private kept: Inbox | undefined;

  constructor(
    private readonly options: SourceOptions,
    /** Ends reading standard input, and pipes. */
    private readonly interruption: AbortSignal,
  ) {}

  /** @returns none if the source cannot be read. @throws CancelledError */
  async open(file: string): Promise<OutgoingItem[]> {
    try {
      return await this.read(file);
    } catch (error) {
      if (!(error instanceof PicklepostError) || error instanceof CancelledError) throw error;
      this.failures.push(error);
      return [];
    }
  }

  /** Removes the copies of standard input and pipes. Never rejects. */
  async dispose(): Promise<void> {
    if (this.temporary === undefined) return;
    await rm(this.temporary, { recursive: true, force: true }).catch(() => undefined);
  }

  private async read(file: string): Promise<OutgoingItem[]> {
    const { dictionaryFormat } = this.options;
    if (dictionaryFormat !== undefined) return [await this.readDictionary(file, dictionaryFormat)];
    if (file === '-') return [await this.keep('stdin', 'standard input', standardInput)];
    const found = await findPath(file);
    const status = await stat(found).catch(() => undefined);
    if (status?.isDirectory()) return this.openFolder(found);
    if (!status || status.isFile()) return [await this.openFile(found)];
    const open = (): Readable => (status.isFIFO() ? openPipe(file) : createReadStream(file));
    return [await this.keep(path.basename(file), file, open)];
  }

  private async openFolder(folder: FilePath): Promise<OutgoingItem[]> {
    const known = this.failures.length;
    const fail = (inner: FilePath, error: unknown): unknown =>
      this.failures.push(error instanceof UnreadableError ? error : unreadable(inner, error));
    const { entries, leftOut } = await folderFiles(folder, fail);
    this.leftOut.push(...leftOut);
    const items: OutgoingItem[] = [];
    for (const entry of entries) {
      const item = await this.openEntry(entry).catch((error: unknown) => void fail(entry.file, error));
      if (item) items.push(item);
    }
    if (items.length === 0 && this.failures.length === known)
      throw new PicklepostError('unsupported', `There is no file in the folder ${showPath(folder)}.`);
    return items;
  }

  private async openEntry({ kind, file, path: place }: FolderEntry): Promise<OutgoingItem | undefined> {
    const { keepsPaths, carriesPaths } = this.options;
    if (kind === 'file') return this.openFile(file, keepsPaths ? place : undefined);
    if (keepsPaths && carriesPaths) return emptyFolderItem(place, path.resolve(showPath(file)));
    this.leftOut.push({ path: place, reason: 'empty-folder' });
    return undefined;
  }

  private openFile(file: FilePath, place?: string): Promise<OutgoingItem> {
    const { bufferSize } = this.options;
    return fileItem(file, { bufferSize, ...(place !== undefined && { path: place }) });
  }

  private async readDictionary(file: string, format: Format): Promise<OutgoingItem> {
    const content = await this.readWhole(file);
    const { dictionaryOf } = await import('./dictionary');
    const { item, notices } = dictionaryOf(content, file, format);
    this.notices.push(...notices);
    return item;
  }

  private async readWhole(file: string): Promise<Buffer> {
    try {
      return await (file === '-' ? buffer(this.interruptible(standardInput())) : readFile(file));
    } catch (error) {
      throw this.readError(file === '-' ? 'standard input' : file, error);
    }
  }

  /**
   * Sending reads content several times, so content that can be read only once goes into an inbox of its own, encrypted with
   * a key that nobody else ever has.
   */
  private async keep(name: string, what: string, open: () => Readable): Promise<OutgoingItem> {
    try {
      const inbox = await this.openTemporaryInbox();
      const writer = await inbox.begin({ dialect: '', from: '', encrypted: false });
      for await (const bytes of this.interruptible(open())) await writer.write(bytes as Buffer);
      const { id, size } = await writer.finish({ kind: 'file' });
      return { kind: 'file', name, size, open: () => inbox.read(id) };
    } catch (error) {
      throw this.readError(what, error);
    }
  }

  private async openTemporaryInbox(): Promise<Inbox> {
    this.temporary ??= await mkdtemp(path.join(tmpdir(), 'picklepost-'));
    this.kept ??= await Inbox.open({ directory: this.temporary, key: randomBytes(32) });
    return this.kept;
  }

  private interruptible(content: Readable): Readable {
    return addAbortSignal(this.interruption, content);
  }

  private readError(what: string, error: unknown): PicklepostError {
    return this.interruption.aborted ? new CancelledError() : diskError(say`Cannot read ${what}`, error);
  }
}

/**
 * A pipe that can be given up while nobody writes to it: a file that is being opened or read would keep the process alive.
 */
function openPipe(file: string): Readable {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}
