import { open } from 'node:fs/promises';
import * as vscode from 'vscode';
import { diskError } from '../../inbox/disk/diskError';
import { fill } from '../../core/fill';
import { say } from '../../core/text';

/** At most `count` bytes of a file from a position on. For a file on this machine, nothing else is read. */
export async function readFilePart(file: vscode.Uri, from: number, count: number): Promise<Uint8Array> {
  if (file.scheme !== 'file') return (await vscode.workspace.fs.readFile(file)).subarray(from, from + count);
  try {
    const handle = await open(file.fsPath);
    try {
      const { size } = await handle.stat();
      const bytes = new Uint8Array(Math.max(0, Math.min(count, size - from)));
      return await fill((...part) => handle.read(...part), bytes, from);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw diskError(say`Cannot read ${file.fsPath}`, error);
  }
}
