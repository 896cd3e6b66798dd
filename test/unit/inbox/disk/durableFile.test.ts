import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeFolder, PRIVATE_FOLDER } from '../../../../src/inbox/disk/durableFile';

describe('makeFolder', () => {
  let directory: string;
  beforeEach(() => void (directory = mkdtempSync(path.join(os.tmpdir(), 'picklepost-folder-'))));
  afterEach(() => rmSync(directory, { recursive: true }));

  it('creates a folder and its parents, for their owner only if requested', async () => {
    const folder = path.join(directory, 'a', 'b', 'c');
    await makeFolder(folder, PRIVATE_FOLDER);
    for (const made of [folder, path.dirname(folder)]) {
      assert.ok(statSync(made).isDirectory());
      if (process.platform !== 'win32') assert.equal(statSync(made).mode & 0o777, PRIVATE_FOLDER);
    }
  });

  it('keeps an existing one, also if others create it at the same time', async () => {
    const folder = path.join(directory, 'a', 'b');
    await Promise.all(Array.from({ length: 8 }, () => makeFolder(folder)));
    await makeFolder(folder);
    assert.ok(statSync(folder).isDirectory());
  });

  it('reports a part of the path that is a file', async () => {
    const file = path.join(directory, 'file');
    writeFileSync(file, '');
    await assert.rejects(makeFolder(file), { code: 'EEXIST' });
    await assert.rejects(makeFolder(path.join(file, 'a', 'b')), { code: 'ENOTDIR' });
  });

  it('fails if the system reports that there is no parent', async function () {
    if (!existsSync('/proc/self')) this.skip();
    await assert.rejects(makeFolder('/proc/nowhere/a'), { code: 'ENOENT' });
  });
});
