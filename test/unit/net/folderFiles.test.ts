import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { folderFiles } from '../../../src/net/folderFiles';
import { temporaryDirectory } from '../inbox/temporary';

function refuse(folder: string): void {
  assert.fail(`${folder} is unreadable`);
}

describe('The files of a folder', () => {
  const newDirectory = temporaryDirectory();

  it('are those in it and in its folders, by name, each with its place', async () => {
    const folder = path.join(newDirectory(), 'data');
    mkdirSync(path.join(folder, 'b', 'c'), { recursive: true });
    for (const name of ['z', 'a', 'b/x', 'b/c/y']) writeFileSync(path.join(folder, name), name);
    const files = await folderFiles(folder, refuse);
    assert.deepEqual(
      files.map(({ path: place }) => place),
      ['data/a', 'data/b/c/y', 'data/b/x', 'data/z'],
    );
    assert.deepEqual(files[1]?.file, path.join(folder, 'b', 'c', 'y'));
  });

  it('are found through a link to a file, and not through one to a folder', async function () {
    if (process.platform === 'win32') this.skip();
    const folder = path.join(newDirectory(), 'data');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'a'), '');
    symlinkSync(path.join(folder, 'a'), path.join(folder, 'link'));
    symlinkSync(folder, path.join(folder, 'loop'));
    symlinkSync(path.join(folder, 'nothing'), path.join(folder, 'broken'));
    const files = await folderFiles(folder, refuse);
    assert.deepEqual(
      files.map(({ path: place }) => place),
      ['data/a', 'data/link'],
    );
  });

  it('are those of the other folders where one cannot be read', async () => {
    const folder = path.join(newDirectory(), 'missing');
    const unreadable: string[] = [];
    assert.deepEqual(await folderFiles(folder, (which) => unreadable.push(which)), []);
    assert.deepEqual(unreadable, [folder]);
  });
});
