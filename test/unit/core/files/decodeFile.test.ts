import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import type { PickleActions } from '../../../../src/core/codecs/pickle/format';
import { PicklepostError } from '../../../../src/core/errors';
import { MemoryBudget } from '../../../../src/core/codecs/memoryBudget';
import { MemorySource, type ByteSource } from '../../../../src/core/values/byteSource';
import { decodeFile, unpackFile, type DecodedFile } from '../../../../src/core/files/fileDecoder';
import {
  allBytes,
  Dict,
  InertCall,
  InertName,
  InertReference,
  isBytes,
  Tuple,
  type Value,
} from '../../../../src/core/values/value';
import { makeNpy, makeSafetensors, makeZip } from './makeFiles';

const VECTORS = path.join('test', 'vectors', 'files');

const decode = (bytes: Uint8Array): DecodedFile => decodeFile(new MemorySource(bytes));
const vector = async (name: string): Promise<DecodedFile> =>
  decodeFile(await unpackFile(new MemorySource(readFileSync(path.join(VECTORS, name)))));

function only({ values, problem }: DecodedFile): Value {
  assert.equal(problem, undefined);
  assert.equal(values.length, 1);
  return values[0]!;
}

function entry(value: Value, key: string): Value {
  assert.ok(value instanceof Dict);
  const found = value.get(key);
  assert.notEqual(found, undefined, key);
  return found!;
}

/** Shape, order and data of an array in the form of numpy's pickles. */
function arrayParts(value: Value): { shape: bigint[]; isFortran: Value; data: Value } {
  assert.ok(
    value instanceof InertCall && value.callable instanceof InertName && value.state instanceof Tuple,
  );
  assert.equal(value.callable.name, '_reconstruct');
  const [, shape, , isFortran, data] = value.state.items;
  assert.ok(shape instanceof Tuple);
  return { shape: shape.items as bigint[], isFortran: isFortran!, data: data! };
}

function float64s(value: Value): number[] {
  assert.ok(isBytes(value));
  const bytes = Uint8Array.from(allBytes(value));
  return [...new Float64Array(bytes.buffer)];
}

function float32s(value: Value | undefined): number[] {
  assert.ok(value !== undefined && isBytes(value));
  const bytes = Uint8Array.from(allBytes(value));
  return [...new Float32Array(bytes.buffer)];
}

function storageOf(tensor: Value): InertReference {
  assert.ok(tensor instanceof InertCall && tensor.args instanceof Tuple);
  const [storage] = tensor.args.items;
  if (storage instanceof InertCall) return storageOf(storage);
  assert.ok(storage instanceof InertReference);
  return storage;
}

const HEADER = "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }";
const THREE = Buffer.from(new Float64Array([0, 1, 2]).buffer);

describe('Decoding a .npy file', () => {
  it('returns the array as the call that a pickle of it has', () => {
    const { shape, isFortran, data } = arrayParts(only(decode(makeNpy(HEADER, THREE))));
    assert.deepEqual([shape, isFortran, float64s(data)], [[3n], false, [0, 1, 2]]);
  });

  it('returns each array of a file into which several were saved', () => {
    const one = makeNpy(HEADER, THREE);
    assert.equal(decode(Buffer.concat([one, one])).values.length, 2);
  });

  it('does not read the elements of a large array', () => {
    const header = makeNpy(HEADER.replace('(3,)', '(1000000, 1000)'), Buffer.alloc(0));
    let taken = 0;
    const source: ByteSource = {
      size: header.length + 8e9,
      read(offset, length) {
        taken += length;
        const bytes = Buffer.alloc(length);
        header.copy(bytes, 0, offset);
        return bytes;
      },
    };
    assert.deepEqual(arrayParts(only(decodeFile(source))).shape, [1000000n, 1000n]);
    assert.ok(taken < 10_000, `${taken} bytes were read`);
  });

  for (const [what, header] of Object.entries({
    'a shape of 2 ** 62': HEADER.replace('(3,)', '(4611686018427387904,)'),
    'a shape whose product overflows': HEADER.replace('(3,)', '(4294967296, 4294967296, 4294967296)'),
    'a negative size': HEADER.replace('(3,)', '(-3,)'),
    'more elements than bytes': HEADER.replace('(3,)', '(4,)'),
    'an unknown type': HEADER.replace('<f8', '<q8'),
    'an item of a gigabyte': HEADER.replace('<f8', '|V999999999'),
    'deep nesting': '('.repeat(10_000),
    'a call': "{'descr': print(), 'fortran_order': False, 'shape': (3,)}",
    'no shape': "{'descr': '<f8', 'fortran_order': False}",
    'a header that is not a dictionary': '[]',
  }))
    it(`refuses ${what}`, () => {
      const { values, problem } = decode(makeNpy(header, THREE));
      assert.equal(values.length, 0);
      assert.equal(problem?.code, 'undecodable');
    });

  it('throws nothing but PicklepostError, whatever the header is', () => {
    const text = fc.string({
      unit: fc.constantFrom(...`{}[](),:'"0123456789Lub <>f|VUTrueFalseNone\\x`.split('')),
    });
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), (header) => {
        const { values, problem } = decode(makeNpy(header, THREE));
        assert.ok(values.length === 1 || problem instanceof PicklepostError);
      }),
    );
  });
});

describe('Decoding an archive', () => {
  it('returns the arrays of a .npz file by name, stored or deflated', () => {
    const value = only(
      decode(
        makeZip([
          { name: 'a.npy', content: makeNpy(HEADER, THREE) },
          { name: 'b.npy', content: makeNpy(HEADER, THREE), isDeflated: true },
        ]),
      ),
    );
    for (const name of ['a', 'b']) assert.deepEqual(float64s(arrayParts(entry(value, name)).data), [0, 1, 2]);
  });

  it('returns the pickle that is the only file of a zip archive', () => {
    const content = Buffer.from('\x80\x04K\x01.', 'latin1');
    assert.equal(only(decode(makeZip([{ name: 'x.pkl', content, isDeflated: true }]))), 1n);
  });

  it('reports the calls of a pickle inside of it', () => {
    const content = Buffer.from('cos\nsystem\n(S"x"\ntR.', 'latin1');
    const { actions } = decode(
      makeZip([
        { name: 'x.bin', content },
        { name: 'y', content: THREE },
      ]),
    );
    assert.deepEqual(
      actions.effects.map(({ subject }) => subject),
      ['os.system'],
    );
  });

  it('refuses entries that overlap, lie outside of the file, or have wrong sizes', () => {
    const content = Buffer.alloc(1000);
    const bad: Buffer[] = [
      makeZip([
        { name: 'a', content },
        { name: 'b', content, claims: { offset: 0 } },
      ]),
      makeZip([{ name: 'a', content, claims: { offset: 1e9 } }]),
      makeZip([{ name: 'a', content, claims: { packedSize: 4e9 } }]),
      makeZip([{ name: 'a', content, isDeflated: true, claims: { size: 4e9 } }]),
      makeZip([{ name: 'a', content, isDeflated: true, claims: { size: 999 } }]),
      makeZip([{ name: 'a', content, isDeflated: true, claims: { size: 1001 } }]),
    ];
    for (const bytes of bad) assert.equal(decode(bytes).problem?.code, 'undecodable');
  });

  it('refuses a decompression bomb before it takes the memory', () => {
    const content = Buffer.alloc(8 * 1024 * 1024);
    const files = Array.from({ length: 4 }, (_, i) => ({ name: `${i}`, content, isDeflated: true }));
    const { problem } = decodeFile(new MemorySource(makeZip(files)), new MemoryBudget(16 * 1024 * 1024));
    assert.equal(problem?.code, 'limit-exceeded');
  });

  it('refuses archives that are nested without end', () => {
    let content = makeZip([{ name: 'x', content: THREE }]);
    for (let i = 0; i < 5; i++) content = makeZip([{ name: 'x', content }]);
    assert.equal(decode(content).problem?.code, 'undecodable');
  });

  it('fails in no other way than with words of ours, whatever is changed in it', () => {
    const archive = makeZip([
      { name: 'a.npy', content: makeNpy(HEADER, THREE), isDeflated: true },
      { name: 'b.npy', content: makeNpy(HEADER, THREE) },
    ]);
    fc.assert(
      fc.property(fc.nat(archive.length - 1), fc.nat(255), fc.nat(archive.length), (at, byte, length) => {
        const changed = Buffer.from(archive);
        changed[at] = byte;
        for (const bytes of [changed, archive.subarray(0, length)]) {
          const { values, problem } = decode(bytes);
          assert.ok(values.length > 0 || problem instanceof PicklepostError);
        }
      }),
    );
  });
});

describe('Decoding a safetensors file', () => {
  it('reports the calls of one that is a pickle as well', () => {
    // The length of the header is the opcode of a text, and texts lead through the header to the content.
    const length = 0x58 | (40 << 8);
    const [start, jump, end] = ['{"__metadata__":{"a":"'.padEnd(37, 'A'), `U~${'B'.repeat(126)}`, '"}}'];
    const jumps = Math.floor((length - start.length - end.length) / jump.length);
    const rest = length - start.length - end.length - jumps * jump.length - 2;
    const last = `U${String.fromCharCode(rest + end.length)}${'B'.repeat(rest)}`;
    const prefix = Buffer.alloc(8);
    prefix.writeUInt32LE(length);
    const text = `${start}${jump.repeat(jumps)}${last}${end}cos\nsystem\n(Vid\ntR.`;
    const { kind, actions } = decode(Buffer.concat([prefix, Buffer.from(text, 'latin1')]));
    assert.deepEqual([kind, actions.level], ['safetensors', 'calls']);
    assert.deepEqual([actions.effects[0]?.text, actions.effects[0]?.only], ['os.system("id")', 'pickle']);
  });

  const header = { __metadata__: { format: 'pt' }, w: { dtype: 'F32', shape: [1, 2], data_offsets: [0, 8] } };
  const data = Buffer.from(new Float32Array([1, 2]).buffer);

  it('returns tensors by name, each in the form of a pickle of torch', () => {
    const value = only(decode(makeSafetensors(header, data)));
    assert.equal(entry(entry(value, '__metadata__'), 'format'), 'pt');
    assert.deepEqual(float32s(storageOf(entry(value, 'w')).content), [1, 2]);
  });

  for (const [what, change] of Object.entries({
    'an offset outside of the file': { data_offsets: [4, 12] },
    'offsets that do not match the shape': { data_offsets: [0, 4] },
    'an end before its start': { data_offsets: [8, 0] },
    'a shape that overflows': { shape: [2 ** 52, 2 ** 52] },
    'a shape of 2 ** 62': { shape: [2 ** 62] },
    'an unknown type': { dtype: '__proto__' },
  }))
    it(`refuses ${what}`, () => {
      const bytes = makeSafetensors({ w: { ...header.w, ...change } }, data);
      assert.equal(decode(bytes).problem?.code, 'undecodable');
    });

  it('throws nothing but PicklepostError, whatever its header is', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string(),
          fc.json().map((text) => JSON.parse(text) as unknown),
        ),
        (any) => {
          const { values, problem } = decode(makeSafetensors(any, data));
          assert.ok(values.length === 1 || problem instanceof PicklepostError);
        },
      ),
    );
  });
});

describe('Decoding a file of torch', () => {
  it('returns tensors with the content of their storages, which stay shared', async () => {
    const value = only(await vector('tensors.pt'));
    const a = storageOf(entry(value, 'a'));
    assert.deepEqual(float32s(a.content), [0, 1, 2, 3, 4, 5]);
    assert.equal(storageOf(entry(value, 'view')).content, a.content);
  });

  it('returns those of a file in the format before torch 1.6', async () => {
    const file = await vector('legacy.pt');
    assert.equal(file.kind, 'torch');
    const storage = storageOf(entry(only(file), 'a'));
    assert.deepEqual(float32s(storage.content), [0, 1, 2, 3, 4, 5]);
  });

  it('returns a module of an unknown class', async () => {
    const value = only(await vector('module.pt'));
    assert.ok(value instanceof InertCall && value.callable instanceof InertName);
    assert.equal(value.callable.qualifiedName, 'torch.nn.modules.linear.Linear');
  });

  it('gives no content to a storage that claims more bytes than its record has', () => {
    const pickle = Buffer.from(
      '\x80\x02(X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpuK\x03tQ.',
      'latin1',
    );
    const file = (size: number): Value =>
      only(
        decode(
          makeZip([
            { name: 'm/data.pkl', content: pickle },
            { name: 'm/data/0', content: Buffer.alloc(size) },
          ]),
        ),
      );
    assert.equal((file(12) as InertReference).content?.length, 12);
    assert.equal((file(11) as InertReference).content, undefined);
  });

  it('fails in no other way than with words of ours, whatever is changed in it', () => {
    for (const name of ['legacy.pt', 'tensors.pt']) {
      const file = readFileSync(path.join(VECTORS, name));
      fc.assert(
        fc.property(fc.nat(file.length - 1), fc.nat(255), fc.nat(file.length), (at, byte, length) => {
          const changed = Buffer.from(file);
          changed[at] = byte;
          for (const bytes of [changed, file.subarray(0, length)]) {
            const { values, problem } = decode(bytes);
            assert.ok(values.length > 0 || problem instanceof PicklepostError);
          }
        }),
      );
    }
  });
});

describe('Decoding a file of torch before 1.6', () => {
  it('reports the calls of one whose list of storages is missing', () => {
    const magic = '\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.';
    const start = `${magic}\x80\x02M\xe9\x03.\x80\x02}.`;
    const { actions, problem } = decode(Buffer.from(`${start}\x80\x02cos\nsystem\n(Vid\ntR.`, 'latin1'));
    assert.ok(problem instanceof PicklepostError);
    assert.equal(actions.effects[0]?.text, 'os.system("id")');
  });
});

describe('Decoding a file of joblib', () => {
  for (const version of ['pandas15', 'pandas22', 'pandas30']) {
    it(`reads the arrays between the opcodes (${version})`, async () => {
      const plain = await vector(`plain-${version}.joblib`);
      const value = only(plain);
      assert.deepEqual(float64s(arrayParts(entry(value, 'a')).data), [0, 1, 2]);
      assert.deepEqual(arrayParts(entry(value, 'o')).data, [1n, 'x']);
      assert.equal(plain.actions.level, 'known');
      assert.ok(plain.actions.effects.every(({ dropped }) => dropped === 0));
    });

    it(`unpacks it first if it is compressed (${version})`, async () => {
      const value = only(await vector(`zlib-${version}.joblib`));
      assert.deepEqual(float64s(arrayParts(entry(value, 'a')).data), [0, 1, 2]);
    });
  }

  it('does not read the bytes of an array as opcodes, and reports the calls that they are without joblib', () => {
    const dtype = 'cnumpy\ndtype\n(Vu1\nI00\nI01\ntR(K\x03V|\nNNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tb';
    const state = `}(Vsubclass\ncnumpy\nndarray\nVshape\nK\x18\x85Vorder\nVC\nVdtype\n${dtype}Vallow_mmap\nI01\nu`;
    const wrapped = `\x80\x02cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81${state}b`;
    const data = '0cos\nsystem\n(Vid\ntR.'.padEnd(24, '\0');
    const { actions, problem } = decode(Buffer.from(`${wrapped}${data}.`, 'latin1'));
    assert.deepEqual([actions.level, problem], ['calls', undefined]);
    const [effect] = actions.effects;
    assert.deepEqual([effect?.text, effect?.only], ['os.system("id")', 'pickle']);
  });

  describe('with a pickle inside', () => {
    const dtype = 'cnumpy\ndtype\n(VO8\nI00\nI01\ntR(K\x03V|\nNNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?tb';
    const state = `}(Vsubclass\ncnumpy\nndarray\nVshape\n)Vorder\nVC\nVdtype\n${dtype}u`;
    const wrapper = `cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81${state}b`;
    /** Two texts, and a type by the first of them. In its place a plain reader finds the first value of the outer pickle. */
    const type = 'h\x00\x8c\x05dtype\x93\x8c\x02O8\x85R';
    const inside = `\x80\x04\x8c\x05numpy\x940\x8c\x05numpy\x940${type}`;
    const read = (outer: string, more = ''): PickleActions =>
      decode(Buffer.from(`\x80\x04${outer}${wrapper}${inside}${more}.0.`, 'latin1')).actions;

    it('takes the type in it for what it is, also if a plain reader would look for it elsewhere', () => {
      assert.equal(read('\x8c\x09DataFrame\x94').level, 'known');
      assert.equal(read('}\x94').level, 'known');
      assert.equal(read('cnumpy\nfloat64\n\x94').level, 'known');
      assert.equal(read('cm\nOwn\n)\x81\x94').level, 'classes');
    });

    it('reports what a plain reader calls, before and after that type', () => {
      assert.equal(read('\x8c\x02os\x94').level, 'calls');
      const { effects } = read(
        '\x8c\x0cnumpy.matlib\x94\x8c\x02os\x940',
        '0h\x01\x8c\x06system\x93\x8c\x02id\x85R',
      );
      const [found] = effects.filter(({ subject }) => subject === 'os.system');
      assert.deepEqual([found?.text, found?.only], ['os.system("id")', 'pickle']);
    });
  });

  it('fails in no other way than with words of ours, whatever is changed in it', () => {
    const file = readFileSync(path.join(VECTORS, 'plain-pandas22.joblib'));
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.nat(255), (at, byte) => {
        const changed = Buffer.from(file);
        changed[at] = byte;
        const { values, problem } = decode(changed);
        assert.ok(values.length > 0 || problem instanceof PicklepostError);
      }),
    );
  });
});
