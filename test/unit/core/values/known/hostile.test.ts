import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { LimitError, PicklepostError } from '../../../../../src/core/errors';
import { writeForm } from '../../../../../src/core/codecs/writeForm';
import { decodeFile } from '../../../../../src/core/files/fileDecoder';
import { MemorySource } from '../../../../../src/core/values/byteSource';
import { formatPreview } from '../../../../../src/core/render/preview';
import { plainJson } from '../../../../../src/core/values/known/plainJson';
import { recognise } from '../../../../../src/core/values/known/recognise';
import { shownAt, shownCount } from '../../../../../src/core/values/known/shown';
import { Dict, InertCall, InertName, Tuple, type Value } from '../../../../../src/core/values/value';
import { readRows } from './vectors';

/** Changed pickles of each library; KNOWN_FUZZ=<number> tries more, and PROPERTY_SEED=<number> others. */
const RUNS = Number(process.env.KNOWN_FUZZ ?? 600);

function call(name: string, args: readonly Value[], state?: Value): InertCall {
  const at = name.lastIndexOf('.');
  const made = new InertCall(new InertName(name.slice(0, at), name.slice(at + 1)), new Tuple([...args]));
  made.state = state;
  return made;
}

function newCall(name: string, state: Value): InertCall {
  const { callable, args } = call(name, []);
  const made = new InertCall(callable, args, undefined, true);
  made.state = state;
  return made;
}

function dtype(code: string, size = -1n, order = '<'): InertCall {
  return call('numpy.dtype', [code, false, true], new Tuple([3n, order, null, null, null, size, -1n, 0n]));
}

function array(type: InertCall, shape: readonly bigint[], data: Value): InertCall {
  const args = [new InertName('numpy', 'ndarray'), new Tuple([0n]), Buffer.from('b')];
  const state = new Tuple([1n, new Tuple([...shape]), type, false, data]);
  return call('numpy._core.multiarray._reconstruct', args, state);
}

function integers(...numbers: readonly number[]): InertCall {
  return array(dtype('i4'), [BigInt(numbers.length)], Buffer.from(Int32Array.from(numbers).buffer));
}

function arrow(
  type: Value,
  length: bigint,
  buffers: readonly (Uint8Array | null)[],
  children: Value[] = [],
): InertCall {
  const held = buffers.map((bytes) => bytes && call('pyarrow.lib.py_buffer', [bytes]));
  return call('pyarrow.lib._restore_array', [new Tuple([type, length, 0n, 0n, held, children, null])]);
}

/** The parts of an array of bytes that has none. */
const EMPTY_BYTES = new Tuple([
  call('pyarrow.lib.type_for_alias', ['int8']),
  0n,
  0n,
  0n,
  [null, null],
  [],
  null,
]);
const alias = (name: string): InertCall => call('pyarrow.lib.type_for_alias', [name]);
const offsets = (...numbers: readonly number[]): Uint8Array => Buffer.from(Int32Array.from(numbers).buffer);

function categorical(...codes: readonly number[]): InertCall {
  const labels = array(dtype('O8', -1n, '|'), [2n], ['a', 'b']);
  const index = call('pandas.core.indexes.base._new_Index', [
    new InertName('pandas', 'Index'),
    Dict.from([
      ['data', labels],
      ['name', null],
    ]),
  ]);
  const type = newCall(
    'pandas.CategoricalDtype',
    Dict.from([
      ['categories', index],
      ['ordered', false],
    ]),
  );
  const args = [new InertName('pandas', 'Categorical'), 1n, null];
  return call(
    'pandas._libs.arrays.__pyx_unpickle_NDArrayBacked',
    args,
    new Tuple([type, integers(...codes), new Dict()]),
  );
}

function sparse(index: InertCall): InertCall {
  const type = newCall(
    'pandas.SparseDtype',
    Dict.from([
      ['_dtype', dtype('i4')],
      ['_fill_value', 0n],
    ]),
  );
  return newCall(
    'pandas.arrays.SparseArray',
    Dict.from([
      ['_sparse_index', index],
      ['_sparse_values', integers(7, 8)],
      ['_dtype', type],
    ]),
  );
}

const FAR = 2n ** 40n;
const bytes8 = new Uint8Array(8);
const HOSTILE: Readonly<Record<string, Value>> = {
  'a shape of 2 ** 62': array(dtype('f8'), [2n ** 62n], bytes8),
  'a shape whose product overflows': array(dtype('f8'), [2n ** 32n, 2n ** 32n, 2n ** 32n], bytes8),
  'a negative length': array(dtype('f8'), [-1n], bytes8),
  'any number of elements without bytes': array(dtype('S0', 0n, '|'), [FAR], new Uint8Array(0)),
  'any number of elements that are empty arrays': array(
    call(
      'numpy.dtype',
      ['V0', false, true],
      new Tuple([3n, '|', new Tuple([dtype('S0', 0n, '|'), new Tuple([FAR])]), null, null, 0n, 1n, 0n]),
    ),
    [1n],
    new Uint8Array(0),
  ),
  'fewer objects than the shape claims': array(dtype('O8', -1n, '|'), [3n], [1n, 2n]),
  'a mask that is too short': call(
    'numpy.ma.core._mareconstruct',
    [new InertName('numpy.ma', 'MaskedArray'), new InertName('numpy', 'ndarray'), new Tuple([0n]), 'b'],
    new Tuple([1n, new Tuple([2n]), dtype('i4'), false, bytes8, new Uint8Array(1), null]),
  ),
  'category codes above the last': categorical(0, 2),
  'category codes below the first': categorical(0, -2),
  'a block with any number of sparse values': sparse(
    call('pandas._libs.sparse.BlockIndex', [
      FAR,
      integers(0),
      array(dtype('i8'), [1n], Buffer.from(BigInt64Array.of(FAR).buffer)),
    ]),
  ),
  'descending positions of sparse values': sparse(
    call('pandas._libs.sparse.IntIndex', [10n, integers(3, 1)]),
  ),
  'positions of sparse values above the length': sparse(
    call('pandas._libs.sparse.IntIndex', [2n, integers(1, 2)]),
  ),
  'descending offsets of text': arrow(alias('string'), 2n, [null, offsets(0, 3, 1), Buffer.from('abc')]),
  'offsets of text above its length': arrow(alias('string'), 1n, [null, offsets(0, 9), Buffer.from('abc')]),
  'too few offsets of text': arrow(alias('string'), 5n, [null, offsets(0, 1), Buffer.from('abc')]),
  'too few numbers': arrow(alias('int64'), 2n, [null, bytes8]),
  'a bitmap that is too short': arrow(alias('int64'), 1n, [new Uint8Array(0), bytes8]),
  'more null values than fit into memory': arrow(alias('null'), FAR, []),
  'more lists of no elements than fit into memory': arrow(
    call('pyarrow.lib.list_', [alias('int8'), 0n]),
    FAR,
    [null],
    [EMPTY_BYTES],
  ),
  'lists of more elements than there are': arrow(
    call('pyarrow.lib.list_', [alias('int8'), 3n]),
    1n,
    [null],
    [EMPTY_BYTES],
  ),
  'a view of a buffer that is missing': arrow(alias('string_view'), 1n, [null, offsets(13, 0, 0, 0)]),
  'a view beyond its buffer': arrow(alias('string_view'), 1n, [null, offsets(13, 0, 0, 1), Buffer.alloc(13)]),
  'a view of a negative length': arrow(alias('string_view'), 1n, [null, offsets(-1, 0, 0, 0)]),
  'a list view beyond its elements': arrow(
    call('pyarrow.lib.list_view', [alias('int8')]),
    1n,
    [null, offsets(0), offsets(1)],
    [EMPTY_BYTES],
  ),
  'a list view that begins before its elements': arrow(
    call('pyarrow.lib.list_view', [alias('int8')]),
    1n,
    [null, offsets(-1), offsets(1)],
    [EMPTY_BYTES],
  ),
  'too few intervals': arrow(alias('month_day_nano_interval'), 1n, [null, bytes8]),
  'any number of structures without fields': arrow(call('pyarrow.lib.struct', [[]]), FAR, [null]),
  'an unknown zone': arrow(call('pyarrow.lib.timestamp', ['us', 'Mars/Olympus']), 1n, [null, bytes8]),
  'an unknown frequency': call('pandas._libs.tslibs.period.Period', [
    null,
    call('pandas._libs.tslibs.offsets.Eon', [1n, false]),
    1n,
  ]),
  'an impossible date': call('datetime.date', [Uint8Array.of(7, 0xe8, 2, 30)]),
  'a truncated array of machine codes': call('array._array_reconstructor', [
    new InertName('array', 'array'),
    'd',
    16n,
    new Uint8Array(7),
  ]),
};

/** Everything that a person may ask of a value, up to some length. */
function lookAt(value: Value): void {
  formatPreview(value);
  const known = recognise(value);
  for (let i = 0; i < Math.min(20, shownCount(value)); i++) formatPreview(shownAt(value, i)?.value ?? null);
  known?.picture?.();
  const table = known?.table?.();
  for (const column of table?.columns.slice(0, 20) ?? [])
    for (let row = 0; row < Math.min(20, table?.rowCount ?? 0); row++) column.cell(row);
  writeForm('python', value, { maxLength: 10_000 });
  plainJson(value);
}

describe('A hostile value', () => {
  for (const [what, value] of Object.entries(HOSTILE))
    it(`with ${what} is shown as its call`, () => {
      assert.equal(recognise(value), undefined);
      assert.match(formatPreview(value), /\(/);
    });

  it('is only a variant of an honest one, which is recognized', () => {
    const honest = [
      categorical(0, 1, -1),
      sparse(call('pandas._libs.sparse.IntIndex', [10n, integers(1, 3)])),
      sparse(call('pandas._libs.sparse.BlockIndex', [10n, integers(1), integers(2)])),
      arrow(alias('string'), 2n, [null, offsets(0, 1, 3), Buffer.from('abc')]),
      arrow(alias('int64'), 1n, [Uint8Array.of(1), bytes8]),
      arrow(alias('null'), 3n, []),
      array(dtype('f8'), [1n], bytes8),
      array(dtype('S0', 0n, '|'), [3n], new Uint8Array(0)),
    ];
    for (const value of honest) assert.ok(recognise(value), formatPreview(value));
  });

  it('with a manager of blocks that contains itself is shown as its call', () => {
    const axes: Value[] = [];
    const manager = call('pandas.core.internals.managers.BlockManager', [new Tuple([]), axes]);
    axes.push(manager, manager);
    assert.equal(recognise(newCall('pandas.DataFrame', Dict.from([['_mgr', manager]]))), undefined);
  });

  it('with any number of empty rows is refused as plain JSON', () => {
    for (const shape of [
      [FAR, 0n],
      [2n ** 31n, 0n],
      [2n ** 20n, 2n ** 20n, 0n],
    ]) {
      const value = array(dtype('f8'), shape, new Uint8Array(0));
      assert.ok(recognise(value));
      assert.throws(() => plainJson(value), LimitError);
    }
  });

  it('that gives a distribution of scipy other code than its own is shown as its call', () => {
    const parts = ['_args(self', '_args_rvs(self', '_args_stats(self'].map(
      (part) => `def _parse${part}, a,  loc=0, scale=1`,
    );
    const template = `
${parts[0] ?? ''}):
    return (a, ), loc, scale

${parts[1] ?? ''}, size=None):
    return self._argcheck_rvs(a,  loc, scale, size=size)

${parts[2] ?? ''}, moments='mv'):
    return (a, ), loc, scale, moments
`;
    const made = (code: string, shapes = 'a'): Value =>
      newCall(
        'scipy.stats._continuous_distns.gamma_gen',
        Dict.from([
          ['name', 'gamma'],
          ['shapes', shapes],
          ['_parse_arg_template', code],
        ]),
      );
    assert.equal(recognise(made(template))?.type, 'gamma');
    for (const code of [`${template}print()\n`, template.replace('(a, )', '(a, print())'), 'print()', ''])
      assert.equal(recognise(made(code)), undefined, code);
    const injected = 'a=print()';
    assert.equal(recognise(made(template.replaceAll('a, ', `${injected}, `), injected)), undefined);
  });

  const doubled: Readonly<Record<string, (part: Value) => Value>> = {
    lists: (part) => [part, part],
    'arrays of objects': (part) => array(dtype('O8', -1n, '|'), [2n], [part, part]),
  };
  for (const [what, double] of Object.entries(doubled))
    it(`of ${what} that contain the same part twice on each level is refused as plain JSON`, () => {
      let value: Value = 1n;
      for (let i = 0; i < 60; i++) value = double(value);
      const { value: plain } = plainJson(value);
      assert.throws(() => writeForm('json', plain, { maxLength: 1_000_000 }), LimitError);
    });

  for (const library of [
    'standard',
    'numpy',
    'pandas',
    'scipy',
    'sklearn',
    'pillow',
    'dateutil',
    'joblib',
    'torch',
  ])
    it(`made by changing a pickle of ${library} is shown or refused with a PicklepostError`, function () {
      this.timeout(120_000 + 100 * RUNS);
      const pickles = readRows(library).flatMap((row) => Object.values(row.pickles));
      const change = fc.tuple(fc.nat(), fc.nat(255));
      fc.assert(
        fc.property(
          fc.constantFrom(...pickles),
          fc.array(change, { minLength: 1, maxLength: 4 }),
          (pickle, changes) => {
            const bytes = Buffer.from(pickle, 'base64');
            for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
            try {
              for (const value of decodeFile(new MemorySource(bytes)).values) lookAt(value);
            } catch (error) {
              assert.ok(
                error instanceof PicklepostError,
                error instanceof Error ? error.stack : String(error),
              );
            }
          },
        ),
        { numRuns: RUNS },
      );
    });
});
