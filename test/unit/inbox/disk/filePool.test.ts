import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { FilePool } from '../../../../src/inbox/disk/filePool';
import { temporaryDirectory } from '../temporary';

describe('Files that are opened when they are needed', () => {
  const newDirectory = temporaryDirectory();

  function newFiles(count: number): string[] {
    const directory = newDirectory();
    mkdirSync(directory);
    return Array.from({ length: count }, (_, i) => {
      const file = path.join(directory, String(i));
      writeFileSync(file, '');
      return file;
    });
  }

  it('use a limited number of descriptors, however many files are used at the same time', async () => {
    const [files, pool] = [newFiles(40), new FilePool(4)];
    const open = new Set<number>();
    let most = 0;
    const write = (file: string, round: number): Promise<void> =>
      pool.use(file, async (handle) => {
        open.add(handle.fd);
        most = Math.max(most, open.size);
        await handle.write(String(round), round);
        open.delete(handle.fd);
      });
    for (let round = 0; round < 3; round++) await Promise.all(files.map((file) => write(file, round)));
    assert(most <= 4, String(most));
    for (const file of files) {
      assert.equal(readFileSync(file, 'latin1'), '012');
      await pool.close(file);
    }
  });

  it('are opened once while they are used repeatedly', async () => {
    const [[file = ''], pool] = [newFiles(1), new FilePool(4)];
    const descriptors = [1, 2, 3].map(() => pool.use(file, (handle) => Promise.resolve(handle.fd)));
    assert.equal(new Set(await Promise.all(descriptors)).size, 1);
    await pool.close(file);
  });

  it('can be requested again after a failure', async () => {
    const [[file = ''], pool] = [newFiles(1), new FilePool(1)];
    const missing = `${file}-missing`;
    await assert.rejects(
      pool.use(missing, () => Promise.resolve()),
      { code: 'ENOENT' },
    );
    writeFileSync(missing, '');
    for (const one of [missing, file]) await pool.use(one, () => Promise.resolve());
    await pool.close(file);
    await pool.close(missing);
  });
});
