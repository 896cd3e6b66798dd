import { createReadStream } from 'node:fs';
import * as vscode from 'vscode';
import { PicklepostError } from '../../core/errors';
import { DECODED_SIZE } from '../../core/limits';
import { parseDocumentUri } from '../inspect/documentUri';
import { DOCUMENT_SCHEME } from '../shell/names';
import type { ReceivedItems } from '../received/receivedItems';
import type { LoadedPickleFile } from '../../worker/loadedValue';
import { tooLargeToDecode, type ValueWorker } from '../../worker/valueWorker';
import { ValueCache } from '../inspect/valueCache';

/** Bytes that are read at once. */
const PIECE = 1024 * 1024;

/** Bytes by which a file is known. */
const START = 64 * 1024;

/** The decoded content of pickle files, by the text of their addresses. */
export type PickleFiles = ValueCache<LoadedPickleFile>;

/** Reads and decodes a file when it is first asked for, and again once it has been forgotten. */
export function createPickleFiles(worker: ValueWorker, items: ReceivedItems): PickleFiles {
  return new ValueCache((address) =>
    worker.loadPickleFile(contentOf(vscode.Uri.parse(address, true), items)),
  );
}

/** Of a received item, piece by piece as the inbox has it. @throws PicklepostError `limit-exceeded`, `disk`, `damaged-item` */
async function* contentOf(uri: vscode.Uri, items: ReceivedItems): AsyncGenerator<Uint8Array> {
  const address = uri.scheme === DOCUMENT_SCHEME ? parseDocumentUri(uri) : undefined;
  const isWhole = address?.view === 'content' && address.path === undefined;
  if (isWhole && 'item' in address.source) yield* (await items.inbox()).read(address.source.item);
  else yield* readPieces(uri);
}

/** The beginning of a file; empty where it is. @throws PicklepostError `limit-exceeded`, `disk` */
export async function firstPiece(uri: vscode.Uri): Promise<Uint8Array> {
  for await (const piece of readPieces(uri, START)) return piece;
  return new Uint8Array();
}

/** @throws PicklepostError `limit-exceeded`, `disk` */
async function* readPieces(uri: vscode.Uri, length = PIECE): AsyncGenerator<Uint8Array> {
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > DECODED_SIZE) throw tooLargeToDecode();
    if (uri.scheme === 'file')
      yield* createReadStream(uri.fsPath, { highWaterMark: length }) as AsyncIterable<Buffer>;
    else {
      const content = await vscode.workspace.fs.readFile(uri);
      // A view of all would bring all over with each piece.
      for (let at = 0; at < content.length; at += length) yield content.slice(at, at + length);
    }
  } catch (error) {
    if (error instanceof PicklepostError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new PicklepostError('disk', vscode.l10n.t('The file cannot be read: {0}', reason), {
      cause: error,
    });
  }
}
