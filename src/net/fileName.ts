import { isUtf8 } from 'node:buffer';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** A path as the file system has it: bytes if it is not UTF-8. */
export type FilePath = string | Buffer;

/** A path for people: bytes that are not UTF-8 become `\\xe9` and the like. */
export function showPath(file: FilePath): string {
  if (typeof file === 'string') return file;
  if (isUtf8(file)) return file.toString();
  let text = '';
  for (let at = 0; at < file.length;) {
    const length = [1, 2, 3, 4].find(
      (count) => at + count <= file.length && isUtf8(file.subarray(at, at + count)),
    );
    text +=
      length === undefined
        ? `\\x${file.toString('hex', at, at + 1)}`
        : file.toString('utf8', at, at + length);
    at += length ?? 1;
  }
  return text;
}

/** @param name an entry of the folder */
export function joinPath(folder: FilePath, name: Buffer): FilePath {
  if (typeof folder === 'string' && isUtf8(name)) return path.join(folder, name.toString());
  return Buffer.concat([Buffer.from(folder), Buffer.from(path.sep), name]);
}

/**
 * The path that was given on the command line, in which Node.js replaces bytes that are not UTF-8 by U+FFFD: the entry of
 * the folder that reads so, if there is exactly one.
 */
export async function findPath(file: string): Promise<FilePath> {
  if (!file.includes(REPLACEMENT)) return file;
  const entries = await readdir(path.dirname(file), { encoding: 'buffer' }).catch(() => []);
  const matches = entries.filter((entry) => entry.toString() === path.basename(file));
  const [match] = matches;
  return match && matches.length === 1 ? joinPath(path.dirname(file), match) : file;
}

const REPLACEMENT = '\ufffd';
