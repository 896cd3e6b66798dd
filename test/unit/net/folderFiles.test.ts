import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { fileItem } from '../../../src/net/fileItem';
import { findPath, showPath, type FilePath } from '../../../src/net/fileName';
import { folderFiles, type FolderContent } from '../../../src/net/folderFiles';
import { temporaryDirectory } from '../inbox/temporary';

function refuse(folder: FilePath): void {
  assert.fail(`${showPath(folder)} is unreadable`);
}

function placesOf({ entries }: FolderContent): string[] {
  return entries.map(({ path: place }) => place);
}

describe('The files of a folder', () => {
  const newDirectory = temporaryDirectory();

  it('are those in it and in its subfolders, by name and with their paths, and the empty folders', async () => {
    const folder = path.join(newDirectory(), 'data');
    mkdirSync(path.join(folder, 'b', 'c'), { recursive: true });
    mkdirSync(path.join(folder, 'd'));
    for (const name of ['z', '.hidden', 'a', 'b/x', 'b/c/y']) writeFileSync(path.join(folder, name), name);
    const content = await folderFiles(folder, refuse);
    assert.deepEqual(placesOf(content), [
      'data/.hidden',
      'data/a',
      'data/b/c/y',
      'data/b/x',
      'data/d',
      'data/z',
    ]);
    assert.deepEqual(content.entries[2]?.file, path.join(folder, 'b', 'c', 'y'));
    assert.deepEqual(
      content.entries.filter(({ kind }) => kind === 'emptyFolder').map(({ path: place }) => place),
      ['data/d'],
    );
    assert.deepEqual(content.leftOut, []);
  });

  it('include the targets of links to files, and anything else is reported with the reason', async function () {
    if (process.platform === 'win32') this.skip();
    const folder = path.join(newDirectory(), 'data');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'a'), '');
    symlinkSync(path.join(folder, 'a'), path.join(folder, 'link'));
    symlinkSync(folder, path.join(folder, 'loop'));
    symlinkSync(path.join(folder, 'nothing'), path.join(folder, 'broken'));
    execFileSync('mkfifo', [path.join(folder, 'pipe')]);
    const content = await folderFiles(folder, refuse);
    assert.deepEqual(placesOf(content), ['data/a', 'data/link']);
    assert.deepEqual(content.leftOut, [
      { path: 'data/broken', reason: 'broken-link' },
      { path: 'data/loop', reason: 'link-to-folder' },
      { path: 'data/pipe', reason: 'pipe' },
    ]);
  });

  it('may have names that are not UTF-8, and are still read and shown', async function () {
    if (process.platform !== 'linux') this.skip();
    const folder = path.join(newDirectory(), 'data');
    mkdirSync(folder, { recursive: true });
    const name = Buffer.from('caf\xe9 \u00fc.txt'.replace('\u00fc', '\xc3\xbc'), 'latin1');
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), name]), 'content');
    const { entries } = await folderFiles(folder, refuse);
    assert.deepEqual(
      entries.map(({ path: place }) => place),
      ['data/caf\\xe9 ü.txt'],
    );
    const item = await fileItem(entries[0]!.file, { bufferSize: 1024 });
    assert.equal(item.name, 'caf\\xe9 ü.txt');
    const parts: Uint8Array[] = [];
    for await (const part of item.open()) parts.push(Uint8Array.from(part));
    assert.equal(Buffer.concat(parts).toString(), 'content');
    // As Node.js hands it over from the command line.
    assert.deepEqual(await findPath(path.join(folder, name.toString())), entries[0]!.file);
  });

  it('are those of the other folders if one cannot be read', async () => {
    const folder = path.join(newDirectory(), 'missing');
    const unreadable: FilePath[] = [];
    const content = await folderFiles(folder, (which) => unreadable.push(which));
    assert.deepEqual([content.entries, content.leftOut], [[], []]);
    assert.deepEqual(unreadable, [folder]);
  });
});
