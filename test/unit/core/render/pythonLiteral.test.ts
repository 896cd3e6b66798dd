import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { decodePickle } from '../../../../src/core/codecs/pickle/reader';
import { LimitError } from '../../../../src/core/errors';
import { flatLiteral } from '../../../../src/core/render/flatLiteral';
import { formatPython } from '../../../../src/core/render/pythonLiteral';
import {
  ByteArray,
  Dict,
  InertCall,
  InertName,
  InertReference,
  Tuple,
  ValueSet,
  type Value,
} from '../../../../src/core/values/value';
import { arrayValue } from '../../../../src/core/values/known/numpy/knownArray';
import { arbitraryInertLeaf, arbitraryLeaf, arbitraryValue } from '../values/arbitraryValue';
import { readRows } from '../values/known/vectors';
import { callOf, tuple } from '../values/values';

function format(value: Value, maxLength = 100_000): string {
  return formatPython(value, { indent: 4, maxLength });
}

const literals: [value: Value, literal: string][] = [
  [null, 'None'],
  [true, 'True'],
  [-7n, '-7'],
  [10n ** 4299n, `1${'0'.repeat(4299)}`],
  [-(16n ** 5000n), `-0x1${'0'.repeat(5000)}`],
  [1, '1.0'],
  [-0, '-0.0'],
  [1e16, '1e+16'],
  [9999999999999998, '9999999999999998.0'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [1.5e-7, '1.5e-07'],
  [1e100, '1e+100'],
  [NaN, 'float("nan")'],
  [-Infinity, 'float("-inf")'],
  ['a"\'\\\n\t\r', '"a\\"\'\\\\\\n\\t\\r"'],
  ['é😀\0\x7f\xa0\u202e\ud800\u{e0001}', '"é😀\\x00\\x7f\\xa0\\u202e\\ud800\\U000e0001"'],
  [Uint8Array.of(0, 34, 92, 97, 255), 'b"\\x00\\"\\\\a\\xff"'],
  [new ByteArray(Uint8Array.of(1)), 'bytearray(b"\\x01")'],
  [[1n, []], '[1, []]'],
  [tuple(), '()'],
  [tuple(1n), '(1,)'],
  [tuple(1n, 2n), '(1, 2)'],
  [ValueSet.from([]), 'set()'],
  [ValueSet.from([1n, 'a']), '{1, "a"}'],
  [ValueSet.from([], true), 'frozenset()'],
  [ValueSet.from([1n], true), 'frozenset({1})'],
  [new Dict(), '{}'],
  [
    Dict.from([
      ['a', 1n],
      [tuple(1n), null],
    ]),
    '{"a": 1, (1,): None}',
  ],
  [new InertName('os', 'system'), 'os.system'],
  [new InertName('', 'len'), 'len'],
  [new InertName('mod', 'f.<locals>.g'), '"mod.f.<locals>.g"'],
  [new InertName('os; import x', 'y\n'), '"os; import x.y\\n"'],
  [new InertName('m', 'lambda'), '"m.lambda"'],
  [new InertReference('persistent', 'id'), 'persistent_id("id")'],
  [new InertReference('extension', 5n), 'extension(5)'],
  [callOf('a.b', [1n, 'x'], [['k', 2n]]), 'a.b(1, "x", k=2)'],
  [callOf('a.b', [], [['not a name', 2n]]), 'a.b(**{"not a name": 2})'],
  [new InertCall(new InertName('a', 'b'), [1n]), 'a.b(*[1])'],
  [new InertCall(callOf('a.f', []), tuple(1n)), 'a.f()(1)'],
];

describe('formatPython', () => {
  for (const [value, literal] of literals) {
    it(`writes ${JSON.stringify(literal.slice(0, 60))}`, () => {
      assert.equal(format(value), literal);
    });
  }

  it('writes containers in one line if they fit, and in several lines otherwise', () => {
    const long = 'x'.repeat(80);
    const value = Dict.from([
      ['a', [1n, 2n]],
      ['b', tuple([long, long])],
      [tuple(long, long), ValueSet.from([long, 1n], true)],
    ]);
    assert.equal(
      format(value),
      `{
    "a": [1, 2],
    "b": (
        [
            "${long}",
            "${long}",
        ],
    ),
    ("${long}", "${long}"): frozenset({
        "${long}",
        1,
    }),
}`,
    );
  });

  it('writes comments on where cycles lead, and on changes to the result of a call', () => {
    const point = callOf('main.Point', [1n]);
    point.state = Dict.from([
      ['x', 1n],
      ['self', point],
    ]);
    point.appended.push('a');
    point.entries.push(['k', 2n]);
    const data = Dict.from([['p', point]]);
    data.set('loop', [data, data]);
    assert.equal(
      format(data),
      `{
    "p": main.Point(1),
    # state: {
    #     "x": 1,
    #     "self": ...,  # the same object as data["p"]
    # }
    # appended: ["a"]
    # entries: {
    #     "k": 2,
    # }
    "loop": [
        ...,  # the same object as data
        ...,  # the same object as data
    ],
}`,
    );
  });

  it('names paths from the root of the item in comments', () => {
    const list: Value[] = [];
    list.push(list);
    const place = [{ kind: 'key', key: 'a' }] as const;
    assert.match(
      formatPython(list, { indent: 4, maxLength: 100, place }),
      /the same object as data\["a"\]$/m,
    );
  });

  it('escapes characters that could end a comment or a literal', () => {
    const shape = {
      leaf: fc.oneof(arbitraryLeaf(), arbitraryInertLeaf()),
      containers: ['list', 'dict', 'call'] as const,
      references: 'tree' as const,
    };
    fc.assert(
      fc.property(arbitraryValue(shape), (value) => {
        for (const line of format(value).split('\n')) assert.match(line, /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u);
      }),
    );
  });

  it('describes long arrays if they are to be abridged, and writes out short ones', () => {
    const zeros = (length: number): Value =>
      arrayValue({
        type: { name: 'uint8', kind: 'uint', size: 1, littleEndian: true },
        shape: [length],
        strides: [1],
        offset: 0,
        bytes: new Uint8Array(length),
      });
    const value = [zeros(2), zeros(1_001)];
    const options = { indent: 4, maxLength: 100_000 };
    assert.equal(
      formatPython(value, { ...options, isAbridged: true }),
      '[\n    np.array([0, 0], dtype="uint8"),\n    <ndarray uint8 (1001,)>,\n]',
    );
    assert.doesNotMatch(formatPython(value, options), /</);
  });

  it('describes a frame that is too long for one line', () => {
    const [row] = readRows('pandas');
    const [pickle = ''] = Object.values(row?.pickles ?? {});
    const { value } = decodePickle(Buffer.from(pickle, 'base64'));
    assert.equal(flatLiteral([value], 20), '[<DataFrame 3 rows …');
  });

  it('stops at its largest length, also if shared lists would be exponentially long', () => {
    assert.equal(format('x'.repeat(98), 100).length, 100);
    assert.throws(() => format('x'.repeat(99), 100), LimitError);
    assert.throws(() => format(new Uint8Array(10_000_000), 100), LimitError);
    let bomb: Value = ['x'.repeat(100)];
    for (let i = 0; i < 100; i++) bomb = [bomb, bomb];
    assert.throws(() => format(bomb), LimitError);
    let key: Value = tuple('x');
    for (let i = 0; i < 100; i++) key = tuple(key, key);
    assert.throws(() => format(Dict.from([[key, 1n]])), LimitError);
  });

  it('stops at a depth of 1000, whatever the containers are', () => {
    const nest = (wrap: (value: Value) => Value): Value => {
      let value: Value = 'x'.repeat(100);
      for (let i = 0; i < 100_000; i++) value = wrap(value);
      return value;
    };
    const withState = (state: Value): Value => Object.assign(callOf('f', []), { state });
    for (const wrap of [
      (v: Value) => [v],
      (v: Value) => tuple(v),
      (v: Value) => new InertCall(v, tuple()),
      withState,
    ]) {
      assert.throws(() => format(nest(wrap), 100_000_000), LimitError);
    }
  });
});

describe('flatLiteral', () => {
  it('ends a cut text with an ellipsis, and never splits a surrogate pair', () => {
    assert.equal(flatLiteral([1n, 2n, 3n], 9), '[1, 2, 3]');
    assert.equal(flatLiteral([1n, 2n, 3n], 8), '[1, 2, …');
    assert.equal(flatLiteral('😀😀', 4), '"😀…');
    assert.equal(flatLiteral('😀😀', 3), '"…');
  });

  it('takes no more time for a large value than for its beginning', () => {
    const long = 'é'.repeat(5_000_000);
    const wide = new Array<Value>(2_000_000).fill('x'.repeat(1000));
    const list: Value[] = [];
    for (let i = 0; i < 10; i++) list.push(wide, list, new Tuple(wide), new Uint8Array(1_000_000));
    let deep: Value = null;
    for (let i = 0; i < 100_000; i++) deep = new InertCall(deep, tuple(deep, 'x'), Dict.from([['k', deep]]));
    for (let i = 0; i < 100; i++) {
      assert.equal(flatLiteral(list, 80).length, 80);
      assert.ok(flatLiteral(deep, 80).length <= 80);
      assert.equal(flatLiteral(long, 80).length, 80);
    }
  }).timeout(5000);
});
