import type { Format } from '../core/codecs/formats';
import { formatOfFile } from '../core/codecs/fileFormat';
import { PicklepostError } from '../core/errors';
import { beginsAsData, compressionOf } from '../core/files/fileKind';
import { isDataFileName } from '../core/files/fileNames';
import type { ReceivedItem } from '../core/item/item';
import { DECODED_SIZE } from '../core/limits';
import { MemorySource } from '../core/values/byteSource';
import type { Inbox } from '../inbox/inbox';
import { harmless } from '../inbox/output/screenText';
import { decodeContent, decodeFileContent, type DecodedContent } from './decode';
import type { Output } from './output';
import type { Written } from './valueForms';

export type Content = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** The format of a dictionary, or of an item sent as a file or a text; undefined if none is recognized. */
export async function formatOfItem(inbox: Inbox, item: ReceivedItem): Promise<Format | undefined> {
  return item.format ?? formatOfFile(item.name, await firstPiece(inbox, item));
}

/** Whether it is a file of arrays or tensors, or a compressed file with such a name. */
export async function isDataFile(inbox: Inbox, item: ReceivedItem): Promise<boolean> {
  const start = await firstPiece(inbox, item);
  return beginsAsData(start, item.size) || (isDataFileName(item.name) && compressionOf(start) !== undefined);
}

export async function firstPiece(inbox: Inbox, item: ReceivedItem): Promise<Buffer> {
  for await (const piece of inbox.read(item.id)) return piece;
  return Buffer.alloc(0);
}

/** The whole content of an item that is to be decoded. @throws LimitError if it is too large for that */
export async function readItem(inbox: Inbox, item: ReceivedItem): Promise<Buffer> {
  return inbox.readAll(item.id, DECODED_SIZE);
}

/** @param advice what to do if it cannot be decoded */
export async function decodeItem(
  inbox: Inbox,
  item: ReceivedItem,
  output: Output,
  advice: string,
): Promise<DecodedContent> {
  const format = await formatOfItem(inbox, item);
  const isFile = item.format === undefined && (await isDataFile(inbox, item));
  if (format === undefined && !isFile)
    throw new PicklepostError('unsupported', `${item.name} is not a pickle, JSON or XML. ${advice}`);
  const bytes = await readItem(inbox, item);
  try {
    if (isFile || format === undefined)
      return await decodeFileContent(item.name, new MemorySource(bytes), output);
    return decodeContent(item.name, bytes, format, output);
  } catch (error) {
    throw error instanceof PicklepostError && error.code === 'undecodable'
      ? new PicklepostError(error.code, `${error.message} ${advice}`, { cause: error })
      : error;
  }
}

/** Prints a written value. Nothing in text acts on a terminal, not even characters that JSON or XML may hold unescaped. */
export async function showPieces(pieces: Written['pieces'], output: Output): Promise<void> {
  for (const piece of pieces) {
    if (output.closed.aborted) return;
    const isSafe = !output.isTerminal || typeof piece !== 'string';
    await output.content(isSafe ? piece : harmless(piece));
  }
}

export async function copy(content: Content, output: Output): Promise<void> {
  for await (const piece of content) {
    if (output.closed.aborted) return;
    await output.content(piece);
  }
}
