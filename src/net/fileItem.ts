import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { PicklepostError } from '../core/errors';
import type { OutgoingItem } from '../core/wire/item';

/**
 * A file to send, as it is whenever it is read.
 * @param options bufferSize: bytes read at once, where the dialect does not want another number; path: where it lies in the
 * folder that is sent, if that is to be told
 * @throws PicklepostError `disk`, here and while its content is read
 */
export async function fileItem(
  file: string,
  options: { readonly bufferSize: number; readonly path?: string },
): Promise<OutgoingItem> {
  const stats = await stat(file).catch((error: unknown) => {
    throw readError(file, error);
  });
  if (stats.isDirectory()) throw readError(file, { code: 'EISDIR' });
  return {
    kind: 'file',
    name: path.basename(file),
    size: stats.size,
    modified: Math.floor(stats.mtimeMs),
    source: path.resolve(file),
    ...(options.path !== undefined && { path: options.path }),
    open: (atOnce = options.bufferSize) => readFile(file, atOnce),
  };
}

async function* readFile(file: string, bufferSize: number): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const bytes of createReadStream(file, { highWaterMark: bufferSize })) yield bytes as Buffer;
  } catch (error) {
    throw readError(file, error);
  }
}

function readError(file: string, cause: unknown): PicklepostError {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  const reason =
    code === 'ENOENT'
      ? 'there is no such file'
      : code === 'EISDIR'
        ? 'it is a folder'
        : 'it may not be readable here';
  return new PicklepostError(
    'disk',
    `Cannot read "${path.basename(file)}": ${reason}. Check the path and your permissions.`,
    { cause },
  );
}
