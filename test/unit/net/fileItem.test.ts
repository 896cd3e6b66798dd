import assert from 'node:assert/strict';
import { appendFile, mkdir, readlink, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, it } from 'mocha';
import { BufferRing } from '../../../src/core/bufferRing';
import { fileItem, UnreadableError } from '../../../src/net/fileItem';
import { collect, temporaryDirectory } from '../inbox/temporary';

function sampleBytes(size: number): Buffer {
  return Buffer.from(Array.from({ length: size }, (_, at) => (at * 31 + (at >> 8)) & 0xff));
}

describe('A file that is sent', () => {
  const newDirectory = temporaryDirectory();
  let file: string;

  beforeEach(async () => {
    const directory = newDirectory();
    await mkdir(directory);
    file = path.join(directory, 'file');
  });

  it('is read completely, in parts of the requested size', async () => {
    for (const size of [0, 1, 999, 1000, 1001, 3000, 3001, 200_000]) {
      await writeFile(file, sampleBytes(size));
      const item = await fileItem(file, { bufferSize: 1111 });
      const parts = await readParts(item.open(1000));
      assert.ok(parts.every((part, index) => part.length === 1000 || index === parts.length - 1));
      assert.deepEqual(Buffer.concat(parts), sampleBytes(size));
      assert.deepEqual(await collect(item.open()), sampleBytes(size));
    }
  });

  it('is read into the given buffers in turn, one part ahead', async () => {
    const bytes = sampleBytes(10_500);
    await writeFile(file, bytes);
    const item = await fileItem(file, { bufferSize: 1111 });
    const memories = new Set<ArrayBufferLike>();
    let before: Uint8Array = Buffer.alloc(0);
    let at = 0;
    for await (const part of item.open(1000, new BufferRing(3, 1000))) {
      if (part.length === 1000) memories.add(part.buffer);
      // With three buffers, a part stays while the one after it is in use and the next is being read.
      assert.deepEqual(before, bytes.subarray(at - before.length, at));
      assert.deepEqual(part, bytes.subarray(at, at + part.length));
      before = part;
      at += part.length;
    }
    assert.equal(at, bytes.length);
    assert.equal(memories.size, 3);
  });

  it('is read with its current size, if it has grown or shrunk', async () => {
    await writeFile(file, 'begin');
    const item = await fileItem(file, { bufferSize: 100_000 });
    const more = sampleBytes(300_000);
    await appendFile(file, more);
    assert.deepEqual(await collect(item.open()), Buffer.concat([Buffer.from('begin'), more]));
    await truncate(file, 3);
    assert.equal((await collect(item.open())).toString(), 'beg');
  });

  it('is closed if it is not read completely', async function () {
    if (process.platform !== 'linux') this.skip();
    await writeFile(file, sampleBytes(100_000));
    const item = await fileItem(file, { bufferSize: 1000 });
    for await (const part of item.open()) {
      assert.equal(part.length, 1000);
      assert.equal((await openFiles()).filter((open) => open === file).length, 1);
      break;
    }
    assert.deepEqual(
      (await openFiles()).filter((open) => open === file),
      [],
    );
  });

  it('is reported as unreadable, by name, if it is missing or has become a folder', async () => {
    await writeFile(file, 'content');
    const item = await fileItem(file, { bufferSize: 1000 });
    await rm(file);
    await assert.rejects(collect(item.open()), isUnreadable(/Cannot read "file": there is no such file/));
    await mkdir(file);
    await assert.rejects(collect(item.open()), isUnreadable(/Cannot read "file": it is a folder/));
  });
});

async function readParts(source: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return parts;
}

function isUnreadable(message: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof UnreadableError && message.test(error.message);
}

/** The files that this process has open. */
async function openFiles(): Promise<string[]> {
  const descriptors = await readdir('/proc/self/fd');
  return Promise.all(descriptors.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
}
