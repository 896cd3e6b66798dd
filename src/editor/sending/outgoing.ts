import { posix } from 'node:path';
import * as vscode from 'vscode';
import { codecs } from '../../core/codecs/codecs';
import { CancelledError, messageOf, PicklepostError } from '../../core/errors';
import type { DialectName } from '../../core/wire/dialects';
import type { Format, OutgoingItem } from '../../core/item/item';
import { bytesItem, emptyFolderItem } from '../../core/wire/outgoing';
import { fileItem } from '../../net/fileItem';
import type { ValueWorker } from '../../worker/valueWorker';
import type { Settings } from '../shell/settings';

/** More files than this are sent only when the person says so. */
const MANY_FILES = 200;

/** An item to send, and the file or document that it is. */
export interface Attachment {
  readonly uri: string;
  readonly item: OutgoingItem;
}

/** What there is to send. */
export interface Collected {
  readonly attachments: readonly Attachment[];
  /** How many things in folders were left out, which are no files: pipes, links that lead nowhere or to folders. */
  readonly leftOut: number;
}

/** The documents and files that a command was called with, as items to send. Documents go as they stand in the editor. */
export async function collectFiles(
  uris: readonly vscode.Uri[],
  options: {
    readonly settings: Pick<Settings, 'bufferSize' | 'send'>;
    readonly dialect: DialectName;
    /** Whether to ask before very many files are sent. */
    readonly confirmsMany: boolean;
    /** An item that is no file, such as a received one that is sent on. */
    readonly special: (uri: vscode.Uri) => Promise<OutgoingItem | undefined>;
  },
): Promise<Collected> {
  const { settings, dialect, confirmsMany, special } = options;
  const keepsPaths = settings.send.keepPaths && dialect === 'native';
  const found = new Found(keepsPaths);
  for (const uri of uris) {
    const item = await special(uri);
    if (item) found.add({ uri, item });
    else if (await isDocument(uri)) found.add({ uri });
    else await addFiles(uri, '', found);
  }
  const files = found.all;
  if (files.length === 0)
    throw new PicklepostError('unsupported', vscode.l10n.t('There is no file in this folder.'));
  if (confirmsMany && files.length > MANY_FILES) await confirmMany(files.length);
  const attachments = files.map(async ({ uri, path, item }) => ({
    uri: uri.toString(),
    item: item ?? (await itemAt(uri, settings.bufferSize, keepsPaths ? path : undefined)),
  }));
  return { attachments: await Promise.all(attachments), leftOut: found.leftOut };
}

/** The JSON of a document (or a part of it) as a dictionary. @throws PlacedError with the offset in `text` of a mistake */
export async function dictionaryItem(
  worker: ValueWorker,
  text: string,
  name: string,
  format: Format,
): Promise<OutgoingItem> {
  const bytes = await worker.encode(text, format);
  const named = `${posix.parse(name).name}.${codecs[format].extensions[0]}`;
  return bytesItem({ kind: 'dictionary', format, name: named, bytes });
}

/** The document of a URI, opened if need be. @throws PicklepostError `disk` */
export async function openDocument(uri: vscode.Uri): Promise<vscode.TextDocument> {
  const open = textDocument(uri);
  if (open) return open;
  // VS Code would make a new one, which is empty.
  if (uri.scheme === 'untitled') throw cannotRead(uri, vscode.FileSystemError.FileNotFound());
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch (error) {
    throw cannotRead(uri, error);
  }
}

export function baseName(uri: vscode.Uri): string {
  return posix.basename(uri.path);
}

interface FoundFile {
  readonly uri: vscode.Uri;
  /** Where it lies in the folder that was chosen, from the name of the folder on. */
  readonly path?: string;
  readonly item?: OutgoingItem;
}

/** What has been found so far. A file that was chosen together with its folder counts once. */
class Found {
  private readonly files = new Map<string, FoundFile>();
  leftOut = 0;

  /** @param keepsPaths without it, an empty folder has no place to be kept at */
  constructor(private readonly keepsPaths: boolean) {}

  get all(): FoundFile[] {
    return [...this.files.values()];
  }

  /** @param path where it lies, with `/` at the end */
  addEmptyFolder(uri: vscode.Uri, path: string): void {
    if (this.keepsPaths) this.add({ uri, path });
    else this.leftOut++;
  }

  add(file: FoundFile): void {
    const key = file.uri.toString();
    if (!this.files.has(key)) this.files.set(key, file);
  }
}

/** @param folder where a file lies, with `/` at the end; empty for what was chosen itself */
async function addFiles(uri: vscode.Uri, folder: string, found: Found): Promise<void> {
  const type = await typeOf(uri);
  if (type & vscode.FileType.File) found.add(folder === '' ? { uri } : { uri, path: folder + baseName(uri) });
  else if (type & vscode.FileType.Directory) await addFolder(uri, `${folder}${baseName(uri)}/`, found);
  else throw cannotRead(uri, new Error(vscode.l10n.t('it is neither a file nor a folder')));
}

async function addFolder(uri: vscode.Uri, folder: string, found: Found): Promise<void> {
  const entries = await entriesOf(uri);
  if (entries.length === 0) found.addEmptyFolder(uri, folder);
  for (const [name, type] of entries) {
    const entry = vscode.Uri.joinPath(uri, name);
    if (type & vscode.FileType.File) found.add({ uri: entry, path: folder + name });
    // A link to a folder may lead back to where it stands.
    else if (type === vscode.FileType.Directory) await addFolder(entry, `${folder}${name}/`, found);
    else found.leftOut++;
  }
}

async function typeOf(uri: vscode.Uri): Promise<vscode.FileType> {
  try {
    return (await vscode.workspace.fs.stat(uri)).type;
  } catch (error) {
    throw cannotRead(uri, error);
  }
}

async function entriesOf(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
  try {
    const entries = await vscode.workspace.fs.readDirectory(uri);
    return entries.sort(([a], [b]) => a.localeCompare(b));
  } catch (error) {
    throw cannotRead(uri, error);
  }
}

/** Whether it is open as text, or is nothing but a document, such as one that an extension computes. */
async function isDocument(uri: vscode.Uri): Promise<boolean> {
  if (textDocument(uri)) return true;
  if (hasFileSystem(uri)) return false;
  await openDocument(uri);
  return true;
}

function textDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  const key = uri.toString();
  return vscode.workspace.textDocuments.find((open) => !open.isClosed && open.uri.toString() === key);
}

/** VS Code knows nothing of a file system that it has not needed yet: then there is no document of it either. */
function hasFileSystem({ scheme }: vscode.Uri): boolean {
  return scheme === 'file' || vscode.workspace.fs.isWritableFileSystem(scheme) !== undefined;
}

/** As it stands in an editor: the file's own bytes where nothing has been changed, else the text. */
async function itemAt(uri: vscode.Uri, bufferSize: number, path?: string): Promise<OutgoingItem> {
  if (path?.endsWith('/')) return emptyFolderItem(path.slice(0, -1), uri.toString());
  const place = path === undefined ? {} : { path };
  const document = textDocument(uri);
  if (document && (document.isDirty || document.isUntitled || !hasFileSystem(uri))) {
    const bytes = await vscode.workspace.encode(document.getText(), { encoding: document.encoding });
    return { ...bytesItem({ kind: 'file', name: baseName(uri), bytes }), ...place };
  }
  if (hasUnsavedEditor(uri)) throw unsaved(uri);
  if (uri.scheme === 'file') return fileItem(uri.fsPath, { bufferSize, ...place });
  try {
    const bytes = await vscode.workspace.fs.readFile(uri);
    return { ...bytesItem({ kind: 'file', name: baseName(uri), bytes }), ...place };
  } catch (error) {
    throw cannotRead(uri, error);
  }
}

/** Whether a notebook or a custom editor holds changes of it that only saving brings out. */
function hasUnsavedEditor(uri: vscode.Uri): boolean {
  const key = uri.toString();
  return vscode.window.tabGroups.all.some(({ tabs }) =>
    tabs.some(({ input, isDirty }) => {
      const isOther = input instanceof vscode.TabInputNotebook || input instanceof vscode.TabInputCustom;
      return isDirty && isOther && input.uri.toString() === key;
    }),
  );
}

function unsaved(uri: vscode.Uri): PicklepostError {
  return new PicklepostError(
    'unsupported',
    vscode.l10n.t('"{0}" has changes that are not saved. Save it, then send it.', baseName(uri)),
  );
}

function cannotRead(uri: vscode.Uri, cause: unknown): PicklepostError {
  const code = cause instanceof vscode.FileSystemError ? cause.code : undefined;
  const name = baseName(uri);
  const message =
    code === 'FileNotFound'
      ? vscode.l10n.t('Cannot read "{0}": it is no longer there. Check its path.', name)
      : code === 'NoPermissions'
        ? vscode.l10n.t('Cannot read "{0}": permission is denied. Change the permissions of the file.', name)
        : vscode.l10n.t('Cannot read "{0}": {1}. Save it as a file, and send that.', name, reasonOf(cause));
  return new PicklepostError('disk', message, { cause });
}

function reasonOf(cause: unknown): string {
  return messageOf(cause).replace(/\.$/, '');
}

async function confirmMany(count: number): Promise<void> {
  const send = vscode.l10n.t('Send {0} files', count);
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('Send all {0} files of this folder?', count),
    { modal: true },
    send,
  );
  if (chosen !== send) throw new CancelledError();
}
