import * as vscode from 'vscode';
import type { LoadedPickleFile } from '../../worker/loadedValue';
import type { ValueWorker } from '../../worker/valueWorker';
import { contentOfFile } from '../inspect/fileContent';
import { ValueCache } from '../../worker/valueCache';
import type { ReceivedItems } from '../items/receivedItems';

/** The decoded content of files of pickles, arrays and tensors, by the text of their addresses. */
export type PickleFiles = ValueCache<LoadedPickleFile>;

/** Reads and decodes a file when it is first asked for, and again once it has been forgotten. */
export function createPickleFiles(worker: ValueWorker, items: ReceivedItems): PickleFiles {
  return new ValueCache(async (address) =>
    worker.openFile(await contentOfFile(vscode.Uri.parse(address, true), items)),
  );
}
