import path from 'node:path';
import * as vscode from 'vscode';
import type { LoadedPickleFile } from '../../worker/loadedValue';
import type { ValueWorker } from '../../worker/valueWorker';
import { contentOfFile } from '../inspect/fileContent';
import { ValueCache } from '../../worker/valueCache';
import type { ReceivedItems } from '../items/receivedItems';
import { cancellable } from '../shell/cancellable';

/** The decoded content of files of pickles, arrays and tensors, by their URIs. */
export type PickleFiles = ValueCache<LoadedPickleFile>;

/** Reads and decodes a file when it is first needed, and again after it has been dropped. */
export function createPickleFiles(worker: ValueWorker, items: ReceivedItems): PickleFiles {
  return new ValueCache(async (address, forgotten) => {
    const file = vscode.Uri.parse(address, true);
    const content = await contentOfFile(file, items);
    const title = vscode.l10n.t('Reading "{0}"', path.posix.basename(file.path));
    return cancellable(title, (signal) => worker.openFile(content, { signal }), forgotten);
  });
}
