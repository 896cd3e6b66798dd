import * as vscode from 'vscode';
import { messageOf, PicklepostError } from '../../core/errors';
import { DECODED_SIZE } from '../../core/limits';
import { parseDocumentUri } from '../items/documentUri';
import { DOCUMENT_SCHEME } from '../shell/names';
import type { ReceivedItems } from '../items/receivedItems';
import type { LoadedPickleFile } from '../../worker/loadedValue';
import { tooLargeToDecode, type ValueWorker } from '../../worker/valueWorker';
import type { Inbox } from '../../inbox/inbox';
import type { RemoteContent } from '../../worker/remoteContent';
import { readFilePart } from '../inspect/filePart';
import { ValueCache } from '../../worker/valueCache';

/** Bytes by which a file is known. */
const START = 64 * 1024;

/** The decoded content of files of pickles, arrays and tensors, by the text of their addresses. */
export type PickleFiles = ValueCache<LoadedPickleFile>;

/** Reads and decodes a file when it is first asked for, and again once it has been forgotten. */
export function createPickleFiles(worker: ValueWorker, items: ReceivedItems): PickleFiles {
  return new ValueCache(async (address) =>
    worker.openFile(await contentOf(vscode.Uri.parse(address, true), items)),
  );
}

/** @throws PicklepostError `limit-exceeded`, `disk`, `damaged-item` */
async function contentOf(uri: vscode.Uri, items: ReceivedItems): Promise<string | RemoteContent> {
  const address = uri.scheme === DOCUMENT_SCHEME ? parseDocumentUri(uri) : undefined;
  const isWhole = address?.view === 'content' && address.path === undefined;
  if (isWhole && 'item' in address.source) return itemContent(await items.inbox(), address.source.item);
  return uri.scheme === 'file' ? uri.fsPath : readOtherFile(uri);
}

async function itemContent(inbox: Inbox, id: string): Promise<RemoteContent> {
  const { size } = await inbox.get(id);
  return { size, read: (offset, length) => inbox.readRange(id, offset, length) };
}

/** VS Code gives files of other machines only as a whole. */
async function readOtherFile(uri: vscode.Uri): Promise<RemoteContent> {
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > DECODED_SIZE) throw tooLargeToDecode();
    const content = await vscode.workspace.fs.readFile(uri);
    const read = (offset: number, length: number): Promise<Uint8Array> =>
      Promise.resolve(content.subarray(offset, offset + length));
    return { size: content.length, read };
  } catch (error) {
    throw readError(error);
  }
}

/** The beginning of a file; empty where it is. @throws PicklepostError `disk` */
export async function firstPiece(uri: vscode.Uri): Promise<Uint8Array> {
  try {
    return await readFilePart(uri, 0, START);
  } catch (error) {
    throw readError(error);
  }
}

function readError(error: unknown): PicklepostError {
  if (error instanceof PicklepostError) return error;
  const reason = vscode.l10n.t('The file cannot be read: {0}', messageOf(error));
  return new PicklepostError('disk', reason, { cause: error });
}
