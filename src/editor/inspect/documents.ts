import * as vscode from 'vscode';
import { PicklepostError } from '../../core/errors';
import type { ReceivedItem } from '../../core/item/item';
import { finishWhile, type LoadedValue } from '../../worker/loadedValue';
import type { ValueWorker } from '../../worker/valueWorker';
import {
  formatDocumentUri,
  HEX_PART,
  itemsShown,
  parseDocumentUri,
  type DocumentAddress,
  type View,
} from '../items/documentUri';
import { readFilePart } from './filePart';
import { loadFile } from './fileValue';
import { DOCUMENT_SCHEME } from '../shell/names';
import type { FileReader } from '../shell/lazyProviders';
import { openUris } from '../shell/openUris';
import { watchFile } from '../shell/watchFile';
import type { ReceivedItems } from '../items/receivedItems';
import { ContentCache } from './contentCache';
import { formatSize } from '../../core/amounts';
import { writeOut } from '../shell/cancellable';
import { localizedMessage } from '../shell/localize';

export type { View };

/**
 * Content of more bytes, or text of more characters, is not opened in an editor as a whole: it is opened in parts, or saved.
 */
export const MAXIMUM_LENGTH = 64 * 1024 * 1024;

/** The URI of a read-only document of an item, or of the value at a path in it. */
export function documentUri(
  item: Pick<ReceivedItem, 'id' | 'name'>,
  view: View,
  path?: readonly number[],
  part = 0,
): vscode.Uri {
  return addressUri({ source: { item: item.id }, view, part, ...(path && { path }) }, item.name);
}

/** @param name to show */
export function addressUri(address: DocumentAddress, name: string): vscode.Uri {
  return vscode.Uri.from({ scheme: DOCUMENT_SCHEME, ...formatDocumentUri(address, name) });
}

/** A part of some bytes. */
interface Part {
  readonly bytes: Uint8Array;
  /** Number of all bytes. */
  readonly total: number;
}

/** Shows received items, and values of files, as read-only files, so that editors for text, images and so on open them. */
export class ReceivedFiles implements FileReader, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.changed.event;
  private readonly contents = new ContentCache(MAXIMUM_LENGTH);
  private readonly subscription: vscode.Disposable;

  constructor(
    private readonly items: ReceivedItems,
    private readonly worker: ValueWorker,
  ) {
    this.subscription = vscode.Disposable.from(items.onDidChange(() => void this.tellDeleted()));
  }

  /** The content of a document. @throws PicklepostError if the item, or its value in this form, cannot be shown */
  async content(uri: vscode.Uri): Promise<Uint8Array> {
    const address = parse(uri);
    const key = `${uri.toString()} ${await this.modified(address)}`;
    return this.contents.get(key, () => this.render(address));
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    try {
      const address = parse(uri);
      const time = await this.modified(address);
      const size = (await this.sizeOfAll(address)) ?? (await this.content(uri)).length;
      return {
        type: vscode.FileType.File,
        ctime: time,
        mtime: time,
        size,
        permissions: vscode.FilePermission.Readonly,
      };
    } catch (error) {
      throw vscode.FileSystemError.FileNotFound(localizedMessage(error));
    }
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    try {
      return await this.content(uri);
    } catch (error) {
      throw vscode.FileSystemError.Unavailable(localizedMessage(error));
    }
  }

  /** Received items never change, but a file that is compared may. */
  watch(uri: vscode.Uri): vscode.Disposable {
    const source = parseDocumentUri(uri)?.source;
    if (source === undefined || !('file' in source)) return new vscode.Disposable(() => undefined);
    return watchFile(vscode.Uri.parse(source.file, true), () => {
      this.changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    });
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
    this.contents.clear();
  }

  /** VS Code marks open documents of deleted items as deleted. Never rejects. */
  private async tellDeleted(): Promise<void> {
    const shown = openUris().filter(({ scheme }) => scheme === DOCUMENT_SCHEME);
    if (shown.length === 0) return;
    const ids = await this.items.ids().catch(() => undefined);
    const isGone = (uri: vscode.Uri): boolean => itemsShown([uri]).some((id) => ids?.includes(id) === false);
    const gone = shown.filter(isGone).map((uri) => ({ type: vscode.FileChangeType.Deleted, uri }));
    if (gone.length > 0) this.changed.fire(gone);
  }

  /** Milliseconds since the epoch. */
  private async modified({ source }: DocumentAddress): Promise<number> {
    if ('item' in source) return (await this.items.get(source.item)).receivedAt;
    return (await vscode.workspace.fs.stat(vscode.Uri.parse(source.file, true))).mtime;
  }

  private async render(address: DocumentAddress): Promise<Uint8Array> {
    const { view, path = [], part } = address;
    if (view === 'content') return this.whole(address);
    if (view === 'csv') return this.renderCsv(address);
    if (view !== 'hex')
      return this.useValue(address, (value) =>
        writeOut((signal) => value.within(signal).ask('encode', path, view, MAXIMUM_LENGTH)),
      );
    const { bytes, total } = await this.bytes(address, part * HEX_PART, HEX_PART);
    return this.worker.hexDump(bytes, part * HEX_PART, total);
  }

  private async renderCsv(address: DocumentAddress): Promise<Uint8Array> {
    const question = { name: 'csv', maxLength: MAXIMUM_LENGTH } as const;
    const text = await this.useValue(address, (value) =>
      writeOut((signal) =>
        finishWhile(value.steps('look', address.path ?? [], question), () => !signal.aborted),
      ),
    );
    return Buffer.from(text as string);
  }

  private async useValue<T>(
    { source }: DocumentAddress,
    ask: (value: LoadedValue) => Promise<T>,
  ): Promise<T> {
    if ('item' in source) return this.items.values.use(source.item, ask);
    const value = await loadFile(
      { worker: this.worker, items: this.items },
      vscode.Uri.parse(source.file, true),
    );
    try {
      return await ask(value);
    } finally {
      value.dispose();
    }
  }

  private async whole(address: DocumentAddress): Promise<Uint8Array> {
    const known = await this.sizeOfAll(address);
    if (known !== undefined && known > MAXIMUM_LENGTH) throw tooLarge(known);
    const { bytes, total } = await this.bytes(address, 0, MAXIMUM_LENGTH);
    if (total > bytes.length) throw tooLarge(total);
    return bytes;
  }

  /** In bytes, for content that is shown as it is; undefined if its size is only known after decoding or rendering. */
  private async sizeOfAll({ source, view, path }: DocumentAddress): Promise<number | undefined> {
    if (view !== 'content' || path !== undefined) return undefined;
    if ('item' in source) return (await this.items.get(source.item)).size;
    return (await vscode.workspace.fs.stat(vscode.Uri.parse(source.file, true))).size;
  }

  private async bytes(address: DocumentAddress, from: number, count: number): Promise<Part> {
    const { source, path } = address;
    if (path !== undefined) {
      const found = await this.useValue(address, (value) => value.ask('bytes', path, from, count));
      if (found) return found;
      throw new PicklepostError('unsupported', vscode.l10n.t('Only bytes and text can be shown like this.'));
    }
    if ('item' in source) {
      const { size } = await this.items.get(source.item);
      return { bytes: await (await this.items.inbox()).readRange(source.item, from, count), total: size };
    }
    const file = vscode.Uri.parse(source.file, true);
    const { size } = await vscode.workspace.fs.stat(file);
    return { bytes: await readFilePart(file, from, count), total: size };
  }
}

function tooLarge(size: number): PicklepostError {
  return new PicklepostError(
    'limit-exceeded',
    vscode.l10n.t(
      'Too large for the editor ({0}, limit {1}). Open it as hex, in parts, or save it to a file.',
      formatSize(size),
      formatSize(MAXIMUM_LENGTH),
    ),
  );
}

function parse(uri: vscode.Uri): DocumentAddress {
  const address = parseDocumentUri(uri);
  if (!address) throw vscode.FileSystemError.FileNotFound(uri);
  return address;
}
