/* Files of arrays, tensors and models, and what is packed. */
import { readFileSync } from 'node:fs';
import { MemoryBudget } from '../../src/core/codecs/memoryBudget';
import { decodeFile, unpackFile } from '../../src/core/files/fileDecoder';
import { MemorySource, type ByteSource } from '../../src/core/values/byteSource';
import { makeNpy, makeSafetensors, makeZip } from '../unit/core/files/makeFiles';
import { readRows } from '../unit/core/values/known/vectors';
import { isRefusal, showValue } from './show';
import { expecting, words, type Target } from './target';

const MEMORY = 64 * 1024 * 1024;

function show(source: ByteSource): void {
  expecting(isRefusal, () => {
    for (const value of decodeFile(source, new MemoryBudget(MEMORY)).values.slice(0, 3)) showValue(value);
  });
}

const header = (type: string, shape: string): string =>
  `{'descr': ${type}, 'fortran_order': False, 'shape': (${shape}), }`;
const floats = Buffer.from(Float64Array.of(1, NaN, -0, 1e300).buffer);
const ARRAYS = [
  makeNpy(header("'<f8'", '2, 2'), floats),
  makeNpy(header("[('a', '<i4'), ('b', '|S4', (3,))]", '2,'), floats),
  makeNpy(header("'<M8[ns]'", '4,'), floats),
  makeNpy(header("'|O'", '1,'), Buffer.from('\x80\x04]K\x01a.', 'latin1')),
];

/** An array as it comes, and as one of an archive whose checksum is right. */
export const arrays: Target = {
  name: 'arrays',
  corpus: [
    ...ARRAYS,
    makeZip([
      { name: 'a.npy', content: ARRAYS[0]!, isDeflated: true },
      { name: 'b.npy', content: ARRAYS[1]! },
    ]),
  ],
  dictionary: words(
    ...[
      'PK\x01\x02',
      'PK\x03\x04',
      'PK\x05\x06',
      'PK\x06\x06',
      'PK\x06\x07',
      '\x93NUMPY\x02\0',
      '\xff\xff\xff\xff',
    ],
    ...[
      "'shape': (",
      "'descr': '",
      "'<u1'",
      "'|V0'",
      "'<U2147483647'",
      "'>c16'",
      '-1',
      '99999999999999999999',
      'True',
    ],
    ...['[', ']', '(', ')', ',', "'"],
  ),
  run(input) {
    show(new MemorySource(input));
    show(new MemorySource(makeZip([{ name: 'a.npy', content: input, isDeflated: input.length % 2 === 0 }])));
  },
};

export const safetensors: Target = {
  name: 'safetensors',
  corpus: [
    makeSafetensors(
      {
        a: { dtype: 'F64', shape: [2, 2], data_offsets: [0, 32] },
        b: { dtype: 'BF16', shape: [2], data_offsets: [8, 12] },
        __metadata__: { format: 'pt' },
      },
      floats,
    ),
    makeSafetensors({ a: { dtype: 'F8_E4M3', shape: [], data_offsets: [0, 1] } }, floats),
  ],
  dictionary: words(
    ...[
      '"dtype":',
      '"shape":[',
      '"data_offsets":[',
      '0',
      '-1',
      '1e99',
      '9007199254740993',
      '[[',
      '{',
      '}',
      ']',
      ',',
      '"',
    ],
    ...['"F32"', '"BOOL"', '"I64"', '"U8"', '"__metadata__":', '"__proto__":', '\xff\xff\xff\xff'],
  ),
  run(input) {
    show(new MemorySource(input));
    // The same as a header whose length is right.
    show(new MemorySource(makeSafetensors(input.toString(), floats)));
  },
};

const vector = (name: string): Buffer => readFileSync(`test/vectors/files/${name}`);
const torchPickle = Buffer.from(
  '\x80\x02ctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpuK\x04tQK\0K\x02K\x02\x86K\x02K\x01\x86\x89NtR.',
  'latin1',
);

/** Models as torch and joblib write them, and a pickle in an archive of torch whose checksum is right. */
export const models: Target = {
  name: 'models',
  corpus: [
    torchPickle,
    ...['tensors.pt', 'legacy.pt', 'state.pt', 'module.pt', 'plain-pandas15.joblib'].map(vector),
    ...joblibFiles(/ none$/),
  ],
  dictionary: words(
    ...[
      'PK\x01\x02',
      'PK\x03\x04',
      'PK\x05\x06',
      '/data.pkl',
      '/data/0',
      'Q',
      'R',
      'b',
      '\x85',
      '\x86',
      't',
      'K\xff',
    ],
    ...[
      'ctorch\nLongStorage\n',
      'ctorch._utils\n_rebuild_parameter\n',
      'cjoblib.numpy_pickle\nNumpyArrayWrapper\n',
    ],
    ...['J\xff\xff\xff\xff', '\x8a\x08\0\0\0\0\0\0\0\x40', '\xff\xff\xff\x7f'],
  ),
  run(input) {
    show(new MemorySource(input));
    const files = [
      { name: 'm/data.pkl', content: input },
      { name: 'm/data/0', content: floats.subarray(0, 16) },
      { name: 'm/byteorder', content: Buffer.from('little') },
    ];
    show(new MemorySource(makeZip(files)));
  },
};

/** Files of joblib, by how they are compressed. */
function joblibFiles(way: RegExp): Buffer[] {
  const files = readRows('joblib').flatMap(({ pickles }) => Object.entries(pickles));
  return files.filter(([name]) => way.test(name)).map(([, text]) => Buffer.from(text, 'base64'));
}

/** The content that is packed in each way. */
export const packed: Target = {
  name: 'packed',
  corpus: [
    ...joblibFiles(/ (?:gzip|bz2|xz|lz4)$/),
    ...joblibFiles(/ zlib$/).slice(0, 5),
    // A frame of zstd with the text `abc`.
    Buffer.from('28b52ffd2003190000616263', 'hex'),
  ],
  dictionary: words(
    ...[
      '\x1f\x8b\x08',
      'BZh1',
      'BZh9',
      '1AY&SY',
      '\x17rE8P\x90',
      '\xfd7zXZ\0',
      'YZ',
      '\x28\xb5\x2f\xfd',
      '\x04\x22\x4d\x18',
    ],
    ...['\x78\x9c', '\xff\xff', '\0\0\0\0', '\x01\0\0\xff\xff'],
  ),
  async run(input) {
    const source = await unpackFile(new MemorySource(input)).catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
      return undefined;
    });
    if (source) show(source);
  },
};
