import * as vscode from 'vscode';
import { formats, FORMATS } from '../../core/codecs/formats';
import { formatOfFile, isPickleFile } from '../../core/codecs/fileFormat';
import { PicklepostError } from '../../core/errors';
import { DECODED_SIZE } from '../../core/limits';
import { beginsAsData, compressionOf } from '../../core/files/fileKind';
import { isDataFileName } from '../../core/files/fileNames';
import { slices } from '../../core/wire/pieces';
import { fileItem } from '../../net/fileItem';
import type { LoadedValue } from '../../worker/loadedValue';
import { tooLargeToDecode, type ValueWorker } from '../../worker/valueWorker';
import type { ReceivedItems } from '../items/receivedItems';
import { contentOfFile, startOfFile, type FileStart } from './fileContent';

/** Bytes that are handed to the worker at once, so that no step takes long. */
const PART = 1024 * 1024;

/** Whether the editor of pickles, arrays and tensors shows a file. */
export function opensAsData(name: string, { bytes, total }: FileStart): boolean {
  if (isPickleFile(name, bytes) || beginsAsData(bytes, total)) return true;
  return isDataFileName(name) && compressionOf(bytes) !== undefined;
}

/** Whether a file holds a value: a dictionary, pickles, arrays or tensors. */
export function holdsValue(name: string, start: FileStart): boolean {
  return opensAsData(name, start) || formatOfFile(name, start.bytes) !== undefined;
}

/**
 * Decodes a file in the worker. The caller disposes of the value; for a file with several pickles or arrays, it is the list
 * of them.
 * @param beside as {@link ValueWorker.load}
 * @throws PicklepostError `unsupported` if the file holds no value, `undecodable`, `limit-exceeded`
 */
export async function loadFile(
  { worker, items }: { readonly worker: ValueWorker; readonly items: ReceivedItems },
  file: vscode.Uri,
  beside = false,
): Promise<LoadedValue> {
  const start = await startOfFile(file, items);
  if (opensAsData(file.path, start)) {
    const loaded = await worker.openFile(await contentOfFile(file, items), { beside });
    const { count, problem } = loaded.decoded;
    if (count > 0) return loaded;
    loaded.dispose();
    throw new PicklepostError('undecodable', problem ?? vscode.l10n.t('The file is empty.'));
  }
  if (start.total > DECODED_SIZE) throw tooLargeToDecode();
  const format = formatOfFile(file.path, start.bytes);
  if (format === undefined) throw holdsNone(file);
  return worker.load(format, parts(file), { beside });
}

async function* parts(file: vscode.Uri): AsyncGenerator<Uint8Array> {
  if (file.scheme === 'file') yield* (await fileItem(file.fsPath, { bufferSize: PART })).open();
  // Each in memory of its own, as all of the memory behind it is copied for the worker.
  else for (const part of slices(await vscode.workspace.fs.readFile(file), PART)) yield new Uint8Array(part);
}

function holdsNone(file: vscode.Uri): PicklepostError {
  return new PicklepostError(
    'unsupported',
    vscode.l10n.t(
      '{0} is not in a supported format ({1}).',
      file.path.slice(file.path.lastIndexOf('/') + 1),
      FORMATS.map((one) => formats[one].title).join(', '),
    ),
  );
}
