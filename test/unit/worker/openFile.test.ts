import assert from 'node:assert/strict';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { after, before, describe, it } from 'mocha';
import { PicklepostError } from '../../../src/core/errors';
import type { RemoteContent } from '../../../src/worker/remoteContent';
import { inEnglish } from '../../../src/core/text';
import { ValueWorker } from '../../../src/worker/valueWorker';
import { makeNpy } from '../core/files/makeFiles';

const SCRIPT = path.join(__dirname, '../../../src/worker/worker.js');
const GiB = 1024 ** 3;

describe('Opening a file in the worker', () => {
  let folder = '';
  let worker: ValueWorker;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'picklepost-'));
    worker = new ValueWorker(SCRIPT, 1000);
  });
  after(async () => {
    worker.dispose();
    await rm(folder, { recursive: true });
  });

  const small = makeNpy("{'descr': '<i2', 'fortran_order': False, 'shape': (2,)}", Buffer.of(1, 0, 2, 0));
  const remote = (bytes: Uint8Array): RemoteContent => ({
    size: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
  });

  it('reads it from the disk or through the main thread, compressed or not, with the same result', async () => {
    const file = path.join(folder, 'a.npy.gz');
    await writeFile(file, gzipSync(small));
    for (const content of [file, remote(small), remote(gzipSync(small))]) {
      const { decoded } = await worker.openFile(content);
      assert.deepEqual([decoded.kind, decoded.count, decoded.problem], ['npy', 1, undefined]);
      assert.match(inEnglish(decoded.root.preview), /int16/);
    }
  });

  it('opens an array that is larger than memory, and shows its last elements', async () => {
    const header = makeNpy(
      `{'descr': '<f8', 'fortran_order': False, 'shape': (${4 * GiB}, 8)}`,
      Buffer.alloc(0),
    );
    const asked: number[] = [];
    const loaded = await worker.openFile({
      size: header.length + 256 * GiB,
      read(offset, length) {
        asked.push(length);
        const bytes = Buffer.alloc(length);
        header.copy(bytes, 0, offset);
        return Promise.resolve(bytes);
      },
    });
    assert.equal(loaded.decoded.problem, undefined);
    const bytes = asked.reduce((sum, length) => sum + length, 0);
    assert.ok(bytes < 4 * 1024 * 1024, `${bytes} bytes were read`);
  });

  it('reads a few bytes to show the first elements of an array of a gigabyte', async () => {
    const header = makeNpy(
      `{'descr': '<f8', 'fortran_order': False, 'shape': (${2 ** 27},)}`,
      Buffer.alloc(0),
    );
    let bytes = 0;
    const loaded = await worker.openFile({
      size: header.length + GiB,
      read(offset, length) {
        bytes += length;
        const part = Buffer.alloc(length);
        part.set(header.subarray(offset, offset + length));
        return Promise.resolve(part);
      },
    });
    const children = await loaded.ask('children', [], 2 ** 26, 10);
    assert.deepEqual([children.length, children[9]?.preview], [10, '0.0']);
    assert.ok(bytes < 4 * 1024 * 1024, `${bytes} bytes were read`);
  });

  it('reports why the file cannot be read', async () => {
    const content: RemoteContent = { size: 100, read: () => Promise.reject(new Error('it is gone')) };
    await assert.rejects(
      worker.openFile(content),
      (error) => error instanceof PicklepostError && error.message === 'it is gone',
    );
    await assert.rejects(worker.openFile(path.join(folder, 'nothing')), { code: 'disk' });
    await assert.rejects(worker.openFile(folder), { code: 'disk' });
  });

  it('does not mix the old and the new content of a changed file', async () => {
    const file = path.join(folder, 'large.npy');
    const count = 100_000;
    const header = `{'descr': '<f8', 'fortran_order': False, 'shape': (${count},)}`;
    await writeFile(file, makeNpy(header, Buffer.alloc(8 * count)));
    const loaded = await worker.openFile(file);
    const handle = await open(file, 'r+');
    await handle.truncate(1000);
    await handle.close();
    await assert.rejects(loaded.ask('text', [], 'python', 1e9), { code: 'no-such-item' });
  });
});
