import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { MemorySource } from '../../../../src/core/values/byteSource';
import { summarizeCheckpoint } from '../../../../src/core/files/checkpoint';
import { decodeFile, type DecodedFile } from '../../../../src/core/files/fileDecoder';
import { writeForm } from '../../../../src/core/codecs/writeForm';
import { LimitError } from '../../../../src/core/errors';
import { WRITTEN_TEXT } from '../../../../src/core/limits';
import { plainJson } from '../../../../src/core/values/known/plainJson';
import { recognise } from '../../../../src/core/values/known/recognise';
import { inEnglish } from '../../../../src/core/text';
import { Dict, type Value } from '../../../../src/core/values/value';
import { makeSafetensors, makeZip } from './makeFiles';

const open = (bytes: Uint8Array): DecodedFile => {
  const file = decodeFile(new MemorySource(bytes));
  assert.equal(file.problem, undefined);
  return file;
};
const vector = (name: string): DecodedFile => open(readFileSync(path.join('test', 'vectors', 'files', name)));

/** Each line by its name. */
function lines({ values }: DecodedFile): Record<string, string | undefined> {
  const [value] = values;
  assert.ok(value instanceof Dict);
  return Object.fromEntries([...value].map(([name, one]) => [name as string, lineOf(one)]));
}

function lineOf(value: Value): string | undefined {
  const line = recognise(value)?.line;
  return line === undefined ? undefined : inEnglish(line);
}

/** A file of one tensor of four floats, whose size and strides are written as opcodes. */
function oneTensor(
  size: string,
  strides: string,
  offset = 'K\0',
  type = 'Float',
  metadata = '',
  order = 'little',
): DecodedFile {
  const count = type === 'Float' ? '\x04' : '\x02';
  const storage = `(X\x07\0\0\0storagectorch\n${type}Storage\nX\x01\0\0\x000X\x06\0\0\0cuda:1K${count}tQ`;
  const tensor = `ctorch._utils\n_rebuild_tensor_v2\n(${storage}${offset}${size}${strides}\x89ccollections\nOrderedDict\n)R${metadata}tR`;
  const numbers = Buffer.from(new Float32Array([1, 2, 3, 4]).buffer);
  return open(
    makeZip([
      { name: 'm/data.pkl', content: Buffer.from(`\x80\x02}X\x01\0\0\0t${tensor}s.`, 'latin1') },
      { name: 'm/byteorder', content: Buffer.from(order) },
      { name: 'm/data/0', content: order === 'big' ? numbers.swap32() : numbers },
    ]),
  );
}

describe('A checkpoint', () => {
  it('reports the calls of every pickle that torch may read as its value', () => {
    const { actions } = open(
      makeZip([
        { name: 'a/data.pkl', content: Buffer.from('\x80\x02}.', 'latin1') },
        { name: 'b/data.pkl', content: Buffer.from('\x80\x02cos\nsystem\n(Vid\ntR.', 'latin1') },
      ]),
    );
    assert.deepEqual([actions.level, actions.effects[0]?.text], ['calls', 'os.system("id")']);
  });

  it('shows the type, shape, size and shared storage of each tensor', () => {
    assert.deepEqual(lines(vector('tensors.pt')), {
      a: 'Tensor float32 (2, 3) 24 B, shares storage 0',
      view: 'Tensor float32 (2, 2) 16 B, strides (3, 1), shares storage 0',
      bf16: 'Tensor bfloat16 (2, 3) 12 B',
      b: 'Tensor bool (2, 3) 6 B',
      i: 'Tensor int64 (2, 3) 48 B',
      p: 'Parameter float32 (2, 3) 24 B',
    });
  });

  it('shows the device of a tensor', () => {
    assert.deepEqual(lines(oneTensor('K\x02K\x02\x86', 'K\x02K\x01\x86')), {
      t: 'Tensor float32 (2, 2) 16 B, on cuda:1',
    });
  });

  it('counts tensors and parameters, also in the format before torch 1.6 and in a module', () => {
    assert.deepEqual(summarizeCheckpoint(vector('tensors.pt')), { tensors: 6, parameters: 34 });
    assert.deepEqual(summarizeCheckpoint(vector('legacy.pt')), { tensors: 1, parameters: 6 });
    assert.deepEqual(summarizeCheckpoint(vector('module.pt')), { tensors: 2, parameters: 3 });
  });

  it('reads the elements of a view by its strides', () => {
    const [value] = vector('tensors.pt').values;
    const text = writeForm('python', (value as Dict).get('view')!, { maxLength: 1000 });
    assert.equal(text, 'torch.tensor([[1.0, 2.0], [4.0, 5.0]], dtype=torch.float32)');
  });

  it('shows a tensor that exceeds its storage as its call', () => {
    const outside = [
      oneTensor('K\x02K\x02\x86', 'K\x04K\x01\x86'),
      oneTensor('K\x04\x85', 'K\x01\x85', 'K\x01'),
      oneTensor('K\x04\x85', 'J\xff\xff\xff\xff\x85'),
      // More elements than any array can have.
      oneTensor('\x8a\x08\0\0\0\0\0\0\0\x40\x85', 'K\0\x85'),
      oneTensor('K\x04\x85', 'K\x01K\x01\x86'),
      // Backwards, which torch refuses.
      oneTensor('K\x04\x85', 'J\xff\xff\xff\xff\x85', 'K\x03'),
    ];
    for (const file of outside) assert.deepEqual(lines(file), { t: undefined });
  });

  it('shows the elements of a tensor that is a conjugated or negated view', () => {
    const shown = (metadata: string, type = 'ComplexFloat'): string | undefined =>
      lines(oneTensor('K\x02\x85', 'K\x01\x85', 'K\0', type, metadata)).t;
    const conj = 'X\x04\0\0\0conj\x88';
    const neg = 'X\x03\0\0\0neg\x88';
    assert.match(shown(`}${conj}s`) ?? '', /\[\(1-2j\), \(3-4j\)\]$/);
    assert.match(shown(`}${neg}s`) ?? '', /\[\(-1-2j\), \(-3-4j\)\]$/);
    assert.match(shown(`}(${conj}${neg}u`) ?? '', /\[\(-1\+2j\), \(-3\+4j\)\]$/);
    assert.match(shown(`}${neg}s`, 'Float') ?? '', /\[-1\.0, -2\.0\]$/);
    assert.match(shown(`}${neg.replace('\x88', '\x89')}s`) ?? '', /\[\(1\+2j\), \(3\+4j\)\]$/);
  });

  it('reads numbers in the byte order of the machine that wrote them', () => {
    const shown = (size: string, offset: string, type: string): string | undefined =>
      lines(oneTensor(size, 'K\x01\x85', offset, type, '', 'big')).t;
    assert.match(shown('K\x02\x85', 'K\x01', 'Float') ?? '', /\[2\.0, 3\.0\]$/);
    assert.match(shown('K\x01\x85', 'K\x01', 'ComplexFloat') ?? '', /\[\(3\+4j\)\]$/);
  });

  it('shows a tensor with metadata that torch does not write as its call', () => {
    const entries = ['X\x04\0\0\0conjK\x01', 'X\x03\0\0\0new\x88', 'K\x01\x88'];
    for (const metadata of [...entries.map((entry) => `}${entry}s`), ']', '}X\x04\0\0\0conj\x88s'])
      assert.deepEqual(lines(oneTensor('K\x01\x85', 'K\x01\x85', 'K\0', 'Long', metadata)), { t: undefined });
  });

  it('with complex numbers that overlap is not written out where they would take all memory, and is shown', () => {
    const file = oneTensor('J\xd0\x07\0\0J\xd0\x07\0\0\x86', 'K\0K\0\x86', 'K\0', 'ComplexFloat');
    assert.match(lines(file).t ?? '', /^Tensor complex64 \(2000, 2000\) 32\.0 MB/);
    const [value] = file.values;
    assert.throws(() => writeForm('python', value!, { maxLength: 1_000_000_000 }), LimitError);
  });

  it('with more numbers than a text can hold is refused before any of them is written', () => {
    // 8000 times 8000 times the first element, whose text and comma take five characters.
    const file = oneTensor('J\x40\x1f\0\0J\x40\x1f\0\0\x86', 'K\0K\0\x86');
    const [value] = file.values;
    const refusal = /The number of elements that are written out exceeds/;
    assert.throws(() => writeForm('python', value!, { maxLength: WRITTEN_TEXT }), refusal);
    assert.throws(() => plainJson(value!), refusal);
  });

  it('is read from safetensors with types that only torch has', () => {
    const header = {
      half: { dtype: 'BF16', shape: [2], data_offsets: [0, 4] },
      tiny: { dtype: 'F8_E4M3', shape: [2], data_offsets: [4, 6] },
      fnuz: { dtype: 'F8_E5M2FNUZ', shape: [2], data_offsets: [6, 8] },
      pairs: { dtype: 'F4', shape: [1, 4], data_offsets: [8, 10] },
    };
    const content = [0x80, 0x3f, 0, 0x40, 0x38, 0x40, 0x40, 0x80, 0x12, 0x34];
    const file = open(makeSafetensors(header, Buffer.from(content)));
    assert.deepEqual(lines(file), {
      half: 'Tensor bfloat16 (2,) 4 B [1.0, 2.0]',
      tiny: 'Tensor float8_e4m3fn (2,) 2 B [1.0, 2.0]',
      fnuz: 'Tensor float8_e5m2fnuz (2,) 2 B [1.0, nan]',
      pairs: 'Tensor float4_e2m1fn_x2 (1, 2) 2 B',
    });
    assert.deepEqual(summarizeCheckpoint(file), { tensors: 4, parameters: 8 });
  });

  it('is not read from safetensors that hold half an element', () => {
    for (const shape of [[3], [], 4]) {
      const file = makeSafetensors({ odd: { dtype: 'F4', shape, data_offsets: [0, 2] } }, Buffer.alloc(2));
      assert.match(
        decodeFile(new MemorySource(file)).problem?.message ?? '',
        /tensor "odd": (the|its) shape/,
      );
    }
  });
});
