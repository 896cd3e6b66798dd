import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { PicklepostError } from '../../../../src/core/errors';
import { decodeFile, unpackFile } from '../../../../src/core/files/fileDecoder';
import { formatPreview } from '../../../../src/core/render/preview';
import { MemorySource } from '../../../../src/core/values/byteSource';
import { shownAt, shownCount } from '../../../../src/core/values/known/shown';
import type { Value } from '../../../../src/core/values/value';
import { readRows } from '../values/known/vectors';
import { makeNpy, makeSafetensors, makeZip } from './makeFiles';

/** Changed files of each format; FILES_FUZZ=<number> tries more, and PROPERTY_SEED=<number> others. */
const RUNS = Number(process.env.FILES_FUZZ ?? 150);

const vector = (name: string): Buffer => readFileSync(path.join('test', 'vectors', 'files', name));
const floats = Buffer.from(Float64Array.of(1, 2, 3, 4).buffer);
const header = (shape: string): string => `{'descr': '<f8', 'fortran_order': False, 'shape': (${shape}), }`;
const npy = makeNpy(header('2, 2'), floats);

/** A pickle of joblib with an array, compressed in a way. */
function compressed(way: string): Buffer {
  const pickles = readRows('joblib').flatMap((row) => Object.entries(row.pickles));
  const found = pickles.find(([name]) => name.endsWith(`protocol ${way}`));
  assert.ok(found, way);
  return Buffer.from(found[1], 'base64');
}

const FILES: Readonly<Record<string, Buffer>> = {
  npy,
  npz: makeZip([
    { name: 'a.npy', content: npy, isDeflated: true },
    { name: 'b.npy', content: npy },
  ]),
  safetensors: makeSafetensors(
    {
      a: { dtype: 'F64', shape: [2, 2], data_offsets: [0, 32] },
      b: { dtype: 'F32', shape: [2], data_offsets: [8, 16] },
    },
    floats,
  ),
  'torch since 1.6': vector('tensors.pt'),
  'torch before 1.6': vector('legacy.pt'),
  joblib: vector('plain-pandas15.joblib'),
  zlib: compressed('zlib'),
  gzip: compressed('gzip'),
  bzip2: compressed('bz2'),
  xz: compressed('xz'),
  lzma: compressed('lzma'),
  lz4: compressed('lz4'),
};

/** Numbers that lie when they stand for a length, an offset or a count. */
const LIES = [0n, 1n, 0x7fn, 0xffn, 0xffffn, 0x7fffffffn, 0xffffffffn, 2n ** 62n, 2n ** 63n, 2n ** 64n - 1n];

type Change =
  | { readonly kind: 'byte'; readonly at: number; readonly value: number }
  | { readonly kind: 'number'; readonly at: number; readonly size: 2 | 4 | 8; readonly value: bigint }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'twice'; readonly at: number; readonly count: number };

/** Where something is changed, as a share of the file: mostly near its ends, where headers and directories stand. */
const place = fc.oneof(fc.nat(999), fc.nat(80), fc.integer({ min: 900, max: 999 }));
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('byte' as const), at: place, value: fc.nat(255) }),
  fc.record({
    kind: fc.constant('number' as const),
    at: place,
    size: fc.constantFrom(2 as const, 4 as const, 8 as const),
    value: fc.constantFrom(...LIES),
  }),
  fc.record({ kind: fc.constant('cut' as const), at: place }),
  fc.record({ kind: fc.constant('twice' as const), at: place, count: fc.nat(64) }),
);

function apply(file: Buffer, one: Change): Buffer {
  const at = Math.floor((one.at * file.length) / 1000);
  switch (one.kind) {
    case 'cut':
      return file.subarray(0, at);
    case 'twice':
      return Buffer.concat([file.subarray(0, at + one.count), file.subarray(at)]);
    case 'byte':
      return Buffer.concat([file.subarray(0, at), Buffer.from([one.value]), file.subarray(at + 1)]);
    case 'number': {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(one.value);
      return Buffer.concat([file.subarray(0, at), bytes.subarray(0, one.size), file.subarray(at + one.size)]);
    }
  }
}

/** Looks at a value as a tree does: its line, and those of its first and last parts. */
function look(value: Value, depth = 0): void {
  formatPreview(value);
  const count = shownCount(value);
  if (depth > 2 || count === 0) return;
  for (const place of new Set([0, 1, count - 1])) {
    const child = shownAt(value, place);
    if (child !== undefined) look(child.value, depth + 1);
  }
}

describe('A hostile file', () => {
  for (const [format, file] of Object.entries(FILES))
    it(`of ${format}, whatever was changed in it, is shown or refused with a PicklepostError`, async function () {
      this.timeout(60_000);
      const { values } = decodeFile(await unpackFile(new MemorySource(file)));
      assert.ok(values.length > 0);
      await fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
          const hostile = changes.reduce(apply, file);
          try {
            for (const value of decodeFile(await unpackFile(new MemorySource(hostile))).values) look(value);
          } catch (error) {
            assert.ok(error instanceof PicklepostError, String((error as Error).stack));
          }
        }),
        { numRuns: RUNS },
      );
    });

  it('with an extremely large or negative shape has no elements to show', () => {
    for (const shape of [`${2n ** 62n},`, `${2n ** 62n}, 4`, '-1,', '2, -2', `${2n ** 32n}, ${2n ** 32n}`]) {
      const { values, problem } = decodeFile(new MemorySource(makeNpy(header(shape), floats)));
      assert.ok(problem instanceof PicklepostError || values.length === 0, shape);
    }
  });
});
