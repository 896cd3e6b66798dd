import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as zlib from 'node:zlib';
import fc from 'fast-check';
import { PicklepostError } from '../../../../src/core/errors';
import { MemorySource } from '../../../../src/core/values/byteSource';
import { unpack } from '../../../../src/core/files/compression/unpack';
import { compressionOf, type Compression } from '../../../../src/core/files/fileKind';

/** Programs that compress standard input to standard output. */
const PROGRAMS: readonly (readonly [Compression, string, readonly string[]])[] = [
  ['bzip2', 'bzip2', ['-c']],
  ['bzip2', 'bzip2', ['-c', '-1']],
  ['xz', 'xz', ['-c']],
  ['lzma', 'xz', ['-c', '--format=lzma']],
  ['lzma', 'xz', ['-c', '--format=lzma', '--lzma1=preset=1,dict=64KiB,lc=3,lp=0,pb=2']],
  ['zstd', 'zstd', ['-c', '-q']],
  ['lz4', 'lz4', ['-c', '-q']],
  ['lz4', 'lz4', ['-c', '-q', '-BD', '-9']],
];

function pack(program: string, parameters: readonly string[], content: Uint8Array): Buffer | undefined {
  const { status, stdout } = spawnSync(program, parameters, { input: content, maxBuffer: 1e9 });
  return status === 0 ? stdout : undefined;
}

async function unpacked(packed: Uint8Array): Promise<Buffer> {
  const compression = compressionOf(packed);
  assert.ok(compression);
  const source = await unpack(compression, new MemorySource(packed));
  return Buffer.from(source.read(0, source.size));
}

/** Repeats, noise, runs and text, over several blocks of every format. */
function sample(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let i = 0, seed = 1; i < size; i++) {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    const part = Math.floor(i / 5000) % 4;
    bytes[i] = part === 0 ? 65 : part === 1 ? seed >>> 24 : part === 2 ? i % 251 : 97 + ((seed >>> 16) % 4);
  }
  return bytes;
}

const CONTENTS = [Buffer.alloc(0), Buffer.from('a'), Buffer.alloc(300_000, 7), sample(1_000_000)];

describe('Unpacking', () => {
  for (const [compression, program, parameters] of PROGRAMS)
    it(`unpacks files of ${[program, ...parameters].join(' ')}, also with several streams`, async function () {
      const all = CONTENTS.map((content) => pack(program, parameters, content));
      if (all.some((packed) => packed === undefined)) {
        console.warn(`      SKIPPED: ${program} is not installed, so its files were not read.`);
        this.skip();
      }
      for (const [i, packed] of (all as Buffer[]).entries()) {
        assert.equal(compressionOf(packed), compression);
        assert.ok((await unpacked(packed)).equals(CONTENTS[i]!), `content ${i}`);
      }
      const twice = Buffer.concat([all[1]!, all[2]!]);
      if (compression !== 'xz' && compression !== 'lzma')
        assert.ok((await unpacked(twice)).equals(Buffer.concat([CONTENTS[1]!, CONTENTS[2]!])));
    });

  it('ends .lzma at the size in its header or at an end marker, and refuses files with another end', async function () {
    const content = sample(2_000_000);
    const packed = pack('xz', ['-c', '--format=lzma', '--lzma1=preset=0,dict=64KiB'], content);
    if (!packed) {
      console.warn('      SKIPPED: xz is not installed, so no .lzma file was read.');
      this.skip();
    }
    const saying = (size: bigint): Buffer => {
      const changed = Buffer.from(packed);
      changed.writeBigUInt64LE(size, 5);
      return changed;
    };
    assert.ok((await unpacked(packed)).equals(content));
    assert.ok((await unpacked(saying(BigInt(content.length)))).equals(content));
    await assert.rejects(unpacked(saying(BigInt(content.length) + 1n)), /too early/);
    await assert.rejects(unpacked(Buffer.concat([packed, packed])), /follows its end/);
  });

  it('unpacks content of zlib', async () => {
    for (const content of CONTENTS) {
      assert.ok((await unpacked(zlib.gzipSync(content))).equals(content));
      assert.ok((await unpacked(zlib.deflateSync(content))).equals(content));
    }
  });

  it('refuses a decompression bomb by its ratio, long before it is unpacked', async () => {
    const zeros = pack('bzip2', ['-c'], Buffer.alloc(100 * 1024 * 1024));
    if (!zeros) return;
    await assert.rejects(unpacked(zeros), { code: 'limit-exceeded' });
  });

  it('refuses zstd files that would take too much memory or time', async () => {
    // Node.js has its own limits.
    if ('createZstdDecompress' in zlib) return;
    const [zeros, nothing] = [Buffer.of(2, 0, 16, 0), Buffer.of(0, 0, 0)];
    const frame = (window: number, block: Buffer, count: number): Buffer =>
      Buffer.concat([
        Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0, window),
        ...Array.from({ length: count }, () => block),
        Buffer.of(1, 0, 0),
      ]);
    const [smallWindow, largestWindow] = [0x50, 0x88];
    const refused = { code: 'limit-exceeded' };
    assert.ok((await unpacked(frame(smallWindow, zeros, 3))).equals(Buffer.alloc(3 * 128 * 1024)));
    await assert.rejects(unpacked(frame(smallWindow, zeros, 10_000)), refused);
    await assert.rejects(unpacked(frame(largestWindow + 1, zeros, 1)), refused);
    await assert.rejects(unpacked(frame(largestWindow, nothing, 10_000)), refused);
  });

  it('refuses truncated files, and throws nothing but PicklepostError', async () => {
    const content = sample(10_000);
    const files: Buffer[] = [zlib.gzipSync(content), zlib.deflateSync(content)];
    for (const [, program, parameters] of PROGRAMS) {
      const packed = pack(program, parameters, content);
      if (packed) files.push(packed);
    }
    for (const file of files) {
      await assert.rejects(unpacked(file.subarray(0, file.length >> 1)), PicklepostError);
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 8, max: file.length - 1 }), fc.nat(255), async (at, byte) => {
          const changed = Buffer.from(file);
          changed[at] = byte;
          await unpacked(changed).catch((error: unknown) =>
            assert.ok(error instanceof PicklepostError, String(error)),
          );
        }),
        { numRuns: 15 },
      );
    }
  });
});
