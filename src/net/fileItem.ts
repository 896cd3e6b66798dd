import type { Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { PicklepostError } from '../core/errors';
import type { BufferRing } from '../core/bufferRing';
import type { OutgoingItem } from '../core/item/item';
import { showPath, type FilePath } from './fileName';
import { fill } from '../core/fill';
import { say, type Words } from '../core/text';

/** A file cannot be sent, while others can. The message contains only its base name. */
export class UnreadableError extends PicklepostError {
  constructor(
    /** Its absolute path, which is also the `source` of its item. */
    readonly file: string,
    /** Sentences that say why, and what to do. */
    readonly reason: Words,
    options?: ErrorOptions,
  ) {
    super('disk', say`Cannot read "${path.basename(file)}": ${reason}`, options);
  }
}

/**
 * A file to send, with its content at the time of reading. It must be a regular file: a pipe, for example, may give its
 * bytes only once, and would be empty when a dialect reads it again.
 * @param options bufferSize: bytes read at once, unless the dialect wants another number; path: its path in the sent folder,
 * if that is to be sent, together with its executable bits
 * @throws UnreadableError here and while its content is read
 */
export async function fileItem(
  file: FilePath,
  options: { readonly bufferSize: number; readonly path?: string },
): Promise<OutgoingItem> {
  const stats = await checkReadable(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  const shown = showPath(file);
  const modified = Math.floor(stats.mtimeMs);
  return {
    kind: 'file',
    name: path.basename(shown),
    size: stats.size,
    ...(Number.isSafeInteger(modified) && { modified }),
    source: path.resolve(shown),
    ...(options.path !== undefined && { path: options.path, ...executeBits(stats) }),
    open: (atOnce = options.bufferSize, ring?: BufferRing) => readFile(file, stats.size, atOnce, ring),
  };
}

/** Windows has no such bits, and Node.js makes them up there. */
function executeBits({ mode }: Stats): { mode?: number } {
  const bits = process.platform === 'win32' ? 0 : mode & 0o111;
  return bits === 0 ? {} : { mode: bits };
}

/** Reads a byte, so that an unreadable file is noticed before anything is sent. @throws what node:fs throws */
async function checkReadable(file: FilePath): Promise<Stats> {
  const stats = await stat(file);
  if (stats.isDirectory()) throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
  // Opening a pipe would wait for its writer.
  if (!stats.isFile()) throw Object.assign(new Error('not a regular file'), { code: NOT_REGULAR });
  const handle = await open(file);
  try {
    await handle.read(Buffer.alloc(1), 0, 1, 0);
  } finally {
    await handle.close();
  }
  return stats;
}

/** Reads each part while the previous one is being used. @param size bytes of the file, as far as known */
async function* readFile(
  file: FilePath,
  size: number,
  atOnce: number,
  ring?: BufferRing,
): AsyncGenerator<Buffer, void, undefined> {
  const handle = await open(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  let left = size;
  const readNext = (): Promise<Buffer> => {
    const length = Math.min(atOnce, Math.max(left + 1, LEAST_AT_ONCE));
    left = Math.max(0, left - length);
    const place = (length === atOnce && ring?.next()) || Buffer.allocUnsafeSlow(length);
    const part = fill((...given) => handle.read(...given), place, null);
    // The consumer of the previous part may take long, or not ask again.
    part.catch(() => undefined);
    return part;
  };
  let next = readNext();
  try {
    for (;;) {
      const part = await next.catch((error: unknown) => {
        throw unreadable(file, error);
      });
      if (part.length === 0) return;
      next = readNext();
      yield part;
    }
  } finally {
    await next.catch(() => undefined);
    await handle.close();
  }
}

/** Bytes that are read at once even if a file seems to have fewer: it may have grown. */
const LEAST_AT_ONCE = 64 * 1024;

/** @param cause what node:fs throws */
export function unreadable(file: FilePath, cause: unknown): UnreadableError {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return new UnreadableError(path.resolve(showPath(file)), reasonFor(code), { cause });
}

const NOT_REGULAR = 'NOT_REGULAR';

function reasonFor(code: unknown): Words {
  switch (code) {
    case 'ENOENT':
      return say`there is no such file. Check the path.`;
    case 'EISDIR':
      return say`it is a folder. Name a file.`;
    case NOT_REGULAR:
      return say`it is not a regular file, and its bytes may be readable only once. Save them to a file, and send that.`;
    case 'EACCES':
    case 'EPERM':
      return say`permission is denied. Change its permissions, then send it again.`;
    default:
      return say`it cannot be read (${String(code)}). Check the path and your permissions.`;
  }
}
