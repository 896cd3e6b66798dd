import { posix } from 'node:path';
import * as vscode from 'vscode';
import { codecs } from '../core/codecs/codecs';
import { CancelledError, PicklepostError } from '../core/errors';
import type { Format, OutgoingItem } from '../core/wire/item';
import { bytesItem } from '../core/wire/outgoing';
import { fileItem } from '../net/fileItem';
import type { ValueWorker } from '../worker/valueWorker';
import type { Settings } from './settings';

/** More files than this are sent only when the person says so. */
const MANY_FILES = 200;

/** The documents and files that a command was called with, as items to send. */
export async function collectFiles(
  uris: readonly vscode.Uri[],
  { bufferSize, send }: Pick<Settings, 'bufferSize' | 'send'>,
): Promise<OutgoingItem[]> {
  const files: FoundFile[] = [];
  for (const uri of uris) await addFiles(uri, '', files);
  if (files.length === 0)
    throw new PicklepostError('unsupported', vscode.l10n.t('There is no file in this folder.'));
  if (files.length > MANY_FILES) await confirmMany(files.length);
  return Promise.all(
    files.map(({ uri, path }) => fileAt(uri, bufferSize, send.keepPaths ? path : undefined)),
  );
}

/** A document as it stands in the editor: the file's own bytes where nothing has been changed, else its text. */
export async function documentItem(document: vscode.TextDocument, bufferSize: number): Promise<OutgoingItem> {
  if (!document.isDirty && !document.isUntitled) return fileAt(document.uri, bufferSize);
  const bytes = await vscode.workspace.encode(document.getText(), { encoding: document.encoding });
  return bytesItem({ kind: 'file', name: baseName(document.uri), bytes });
}

/** The JSON of a document (or a part of it) as a dictionary. @throws PlacedError with the offset in `text` of a mistake */
export async function dictionaryItem(
  worker: ValueWorker,
  text: string,
  name: string,
  format: Format,
): Promise<OutgoingItem> {
  const bytes = await worker.encode(text, format);
  const named = `${posix.parse(name).name}.${codecs[format].extension}`;
  return bytesItem({ kind: 'dictionary', format, name: named, bytes });
}

export function baseName(uri: vscode.Uri): string {
  return posix.basename(uri.path);
}

interface FoundFile {
  readonly uri: vscode.Uri;
  /** Where it lies in the folder that was chosen, from the name of the folder on. */
  readonly path: string | undefined;
}

/** @param folder where a file lies, with `/` at the end; empty for what was chosen itself */
async function addFiles(uri: vscode.Uri, folder: string, files: FoundFile[]): Promise<void> {
  const { type } = await vscode.workspace.fs.stat(uri);
  if (type & vscode.FileType.Directory) {
    const entries = await vscode.workspace.fs.readDirectory(uri);
    entries.sort(([a], [b]) => a.localeCompare(b));
    for (const [name, entryType] of entries) {
      // A link to a folder may lead back to where it stands.
      if (entryType & vscode.FileType.Directory && entryType & vscode.FileType.SymbolicLink) continue;
      await addFiles(vscode.Uri.joinPath(uri, name), `${folder}${baseName(uri)}/`, files);
    }
  } else files.push({ uri, path: folder === '' ? undefined : folder + baseName(uri) });
}

async function fileAt(uri: vscode.Uri, bufferSize: number, path?: string): Promise<OutgoingItem> {
  const place = path === undefined ? {} : { path };
  if (uri.scheme === 'file') return fileItem(uri.fsPath, { bufferSize, ...place });
  const bytes = await vscode.workspace.fs.readFile(uri);
  return { ...bytesItem({ kind: 'file', name: baseName(uri), bytes }), ...place };
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
