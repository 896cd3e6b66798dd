import * as vscode from 'vscode';
import { PicklepostError } from '../../core/errors';
import { DECODED_SIZE } from '../../core/limits';
import type { Inbox } from '../../inbox/inbox';
import type { RemoteContent } from '../../worker/remoteContent';
import { tooLargeToDecode } from '../../worker/valueWorker';
import type { ReceivedItems } from '../items/receivedItems';
import { DOCUMENT_SCHEME } from '../shell/names';
import { parseDocumentUri } from '../items/documentUri';
import { readFilePart } from './filePart';
import { localizedMessage } from '../shell/localize';

/** Bytes that are enough to recognize a file. */
const START = 64 * 1024;

/** The beginning of a file, and its size in bytes. */
export interface FileStart {
  readonly bytes: Uint8Array;
  readonly total: number;
}

/** The first bytes of a file of the workspace, or of a received item that is shown as one. @throws PicklepostError `disk` */
export async function startOfFile(file: vscode.Uri, items: ReceivedItems): Promise<FileStart> {
  const id = receivedId(file);
  if (id === undefined) return { bytes: await firstPiece(file), total: await sizeOf(file) };
  const inbox = await items.inbox();
  const { size } = await inbox.get(id);
  return { bytes: await inbox.readRange(id, 0, START), total: size };
}

/** The beginning of a workspace file; empty if the file is. @throws PicklepostError `disk` */
export async function firstPiece(uri: vscode.Uri): Promise<Uint8Array> {
  try {
    return await readFilePart(uri, 0, START);
  } catch (error) {
    throw readError(error);
  }
}

/**
 * How the worker opens a file: its path on this machine, or a reader.
 * @throws PicklepostError `limit-exceeded`, `disk`, `damaged-item`
 */
export async function contentOfFile(file: vscode.Uri, items: ReceivedItems): Promise<string | RemoteContent> {
  const id = receivedId(file);
  if (id !== undefined) return itemContent(await items.inbox(), id);
  return file.scheme === 'file' ? file.fsPath : readOtherFile(file);
}

/** The id of the received item whose raw content a document is. */
function receivedId(uri: vscode.Uri): string | undefined {
  const address = uri.scheme === DOCUMENT_SCHEME ? parseDocumentUri(uri) : undefined;
  const isWhole = address?.view === 'content' && address.path === undefined;
  return isWhole && 'item' in address.source ? address.source.item : undefined;
}

async function itemContent(inbox: Inbox, id: string): Promise<RemoteContent> {
  const { size } = await inbox.get(id);
  return { size, read: (offset, length) => inbox.readRange(id, offset, length) };
}

/** VS Code gives files of other machines only as a whole. */
async function readOtherFile(uri: vscode.Uri): Promise<RemoteContent> {
  if ((await sizeOf(uri)) > DECODED_SIZE) throw tooLargeToDecode();
  try {
    const content = await vscode.workspace.fs.readFile(uri);
    const read = (offset: number, length: number): Promise<Uint8Array> =>
      Promise.resolve(content.subarray(offset, offset + length));
    return { size: content.length, read };
  } catch (error) {
    throw readError(error);
  }
}

async function sizeOf(uri: vscode.Uri): Promise<number> {
  try {
    return (await vscode.workspace.fs.stat(uri)).size;
  } catch (error) {
    throw readError(error);
  }
}

function readError(error: unknown): PicklepostError {
  if (error instanceof PicklepostError) return error;
  const reason = vscode.l10n.t('The file cannot be read: {0}', localizedMessage(error));
  return new PicklepostError('disk', reason, { cause: error });
}
