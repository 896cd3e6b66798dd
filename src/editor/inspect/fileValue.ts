import * as vscode from 'vscode';
import { codecs, FORMATS } from '../../core/codecs/codecs';
import { LimitError, PicklepostError } from '../../core/errors';
import { slices } from '../../core/wire/pieces';
import { fileItem } from '../../net/fileItem';
import type { LoadedValue } from '../../worker/loadedValue';
import type { ValueWorker } from '../../worker/valueWorker';
import { formatOfFile } from '../../core/codecs/fileFormat';
import { readFilePart } from './filePart';

/** Bytes of a file that is decoded to be compared. */
const MAXIMUM_FILE = 512 * 1024 * 1024;

/** Bytes that are handed to the worker at once, so that no step takes long. */
const PART = 1024 * 1024;

/**
 * Decodes a file of the workspace in the worker. The caller disposes of the value.
 * @throws PicklepostError `unsupported` where the file holds no dictionary, `undecodable`, `limit-exceeded`
 */
export async function loadFile(worker: ValueWorker, file: vscode.Uri): Promise<LoadedValue> {
  const { size } = await vscode.workspace.fs.stat(file);
  if (size > MAXIMUM_FILE)
    throw new LimitError(
      vscode.l10n.t('The size of the file'),
      MAXIMUM_FILE,
      vscode.l10n.t('bytes'),
      vscode.l10n.t('Compare smaller files.'),
    );
  const format = formatOfFile(file.path, await readFilePart(file, 0, PART));
  if (format === undefined) {
    throw new PicklepostError(
      'unsupported',
      vscode.l10n.t(
        '{0} is in none of the formats {1}.',
        file.path.slice(file.path.lastIndexOf('/') + 1),
        FORMATS.map((one) => codecs[one].title).join(', '),
      ),
    );
  }
  return worker.load(format, parts(file));
}

async function* parts(file: vscode.Uri): AsyncGenerator<Uint8Array> {
  if (file.scheme === 'file') yield* (await fileItem(file.fsPath, { bufferSize: PART })).open();
  // Each in memory of its own, as all of the memory behind it is copied for the worker.
  else for (const part of slices(await vscode.workspace.fs.readFile(file), PART)) yield new Uint8Array(part);
}
