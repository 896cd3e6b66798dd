import { stat } from 'node:fs/promises';
import { posix } from 'node:path';
import * as vscode from 'vscode';
import { formats } from '../../core/codecs/formats';
import { CancelledError, PicklepostError } from '../../core/errors';
import { findDialect, type DialectName } from '../../core/wire/dialects';
import type { Format, OutgoingItem } from '../../core/item/item';
import { bytesItem, emptyFolderItem } from '../../core/wire/outgoing';
import { Semaphore } from '../../core/scheduling/semaphore';
import { notTaken } from '../../core/wire/dialectErrors';
import { fileItem } from '../../net/fileItem';
import type { LeftOut } from '../../net/folderFiles';
import type { ValueWorker } from '../../worker/valueWorker';
import { baseName } from '../shell/formatting';
import type { Settings } from '../shell/settings';
import { cannotRead, FoundFiles, hasFileSystem, textDocument, type FoundFile } from './foundFiles';
import { type Words } from '../../core/text';

/** More files than this are sent only if the person agrees. */
const MANY_FILES = 200;

/** Files that are checked at once before they are sent. */
const LOOKS_AT_ONCE = 32;

/** An item to send, and its file or document. */
export interface Attachment {
  readonly uri: string;
  readonly item: OutgoingItem;
  /** Why it cannot be sent. */
  readonly problem?: PicklepostError;
}

/** The content that was found to send. */
export interface Collected {
  /** At least one of them can be sent. */
  readonly attachments: readonly Attachment[];
  /** Entries of folders that are not sent: neither a file nor a folder, or an empty folder without a path to keep. */
  readonly leftOut: readonly LeftOut[];
  /** Notices from reading a dictionary. */
  readonly notices?: readonly Words[];
}

/**
 * The documents and files of a command as items to send. Documents have their content in the editor. An unreadable one does
 * not stop the others.
 * @throws PicklepostError if nothing can be sent, CancelledError
 */
export async function collectFiles(
  uris: readonly vscode.Uri[],
  options: {
    readonly settings: Pick<Settings, 'bufferSize' | 'send'>;
    readonly dialect: DialectName;
    /** Whether to ask before very many files are sent. */
    readonly confirmsMany: boolean;
    /** An item that is not a file, such as a received one that is forwarded. */
    readonly special: (uri: vscode.Uri) => Promise<OutgoingItem | undefined>;
  },
): Promise<Collected> {
  const { settings, dialect, confirmsMany, special } = options;
  const found = new FoundFiles(settings.send.keepPaths && findDialect(dialect).carriesPaths);
  for (const uri of uris) {
    try {
      const item = await special(uri);
      if (item) found.add({ uri, item });
      else if (await isDocument(uri)) found.add({ uri });
      else await found.search(uri);
    } catch (error) {
      found.fail(uri, error);
    }
  }
  const { files, leftOut } = found;
  if (files.length === 0)
    throw new PicklepostError('unsupported', vscode.l10n.t('There are no files in this folder.'));
  if (confirmsMany && files.length > MANY_FILES) await confirmMany(files.length);
  const looks = new Semaphore(LOOKS_AT_ONCE);
  const attachments = await Promise.all(
    files.map((file) => looks.run(() => attachmentOf(file, settings.bufferSize))),
  );
  const problems = attachments.flatMap(({ problem }) => problem ?? []);
  if (problems.length === attachments.length) throw notTaken(problems, attachments.length);
  return { attachments, leftOut };
}

/** The JSON of a document (or a part of it) as a dictionary. @throws PlacedError with the offset in `text` of an error */
export async function dictionaryItem(
  worker: ValueWorker,
  text: string,
  name: string,
  format: Format,
): Promise<{ item: OutgoingItem; notices: readonly Words[] }> {
  const { bytes, notices } = await worker.encode(text, format);
  const named = `${posix.parse(name).name}.${formats[format].extensions[0]}`;
  return { item: bytesItem({ kind: 'dictionary', format, name: named, bytes }), notices };
}

/** The document of a URI, opened if necessary. @throws PicklepostError `disk` */
export async function openDocument(uri: vscode.Uri): Promise<vscode.TextDocument> {
  const open = textDocument(uri);
  if (open) return open;
  // VS Code would create a new, empty one.
  if (uri.scheme === 'untitled') throw cannotRead(uri, vscode.FileSystemError.FileNotFound());
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch (error) {
    throw cannotRead(uri, error);
  }
}

async function attachmentOf(file: FoundFile, bufferSize: number): Promise<Attachment> {
  const { uri, problem } = file;
  try {
    if (problem) throw problem;
    return { uri: uri.toString(), item: file.item ?? (await itemAt(file, bufferSize)) };
  } catch (error) {
    if (!(error instanceof PicklepostError)) throw error;
    return { uri: uri.toString(), item: unreadableItem(baseName(uri), error), problem: error };
  }
}

/** Takes the place of an item that cannot be sent. */
function unreadableItem(name: string, problem: PicklepostError): OutgoingItem {
  return {
    kind: 'file',
    name,
    open: () => {
      throw problem;
    },
  };
}

/** Whether it is open as text, or exists only as a document, such as one that an extension computes. */
async function isDocument(uri: vscode.Uri): Promise<boolean> {
  if (textDocument(uri)) return true;
  if (hasFileSystem(uri)) return false;
  await openDocument(uri);
  return true;
}

/** Its content in the editor: the file's own bytes if nothing has been changed, otherwise the text. */
async function itemAt({ uri, file, path }: FoundFile, bufferSize: number): Promise<OutgoingItem> {
  if (path?.endsWith('/')) return emptyFolderItem(path.slice(0, -1), uri.toString());
  const place = path === undefined ? {} : { path };
  const document = textDocument(uri);
  if (document && (document.isDirty || document.isUntitled || !hasFileSystem(uri))) {
    const bytes = await vscode.workspace.encode(document.getText(), { encoding: document.encoding });
    const mode = file === undefined || path === undefined ? undefined : (await stat(file)).mode & 0o111;
    return { ...bytesItem({ kind: 'file', name: baseName(uri), bytes }), ...place, ...(mode && { mode }) };
  }
  if (hasUnsavedEditor(uri)) throw unsaved(uri);
  if (uri.scheme === 'file') return fileItem(file ?? uri.fsPath, { bufferSize, ...place });
  try {
    const bytes = await vscode.workspace.fs.readFile(uri);
    return { ...bytesItem({ kind: 'file', name: baseName(uri), bytes }), ...place };
  } catch (error) {
    throw cannotRead(uri, error);
  }
}

/** Whether a notebook or a custom editor has unsaved changes to it, which cannot be read. */
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

async function confirmMany(count: number): Promise<void> {
  const send = vscode.l10n.t('Send {0} files', count);
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('Send all {0} files of this folder?', count),
    { modal: true },
    send,
  );
  if (chosen !== send) throw new CancelledError();
}
