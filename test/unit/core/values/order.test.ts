import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { CanonicalOrder } from '../../../../src/core/values/order';
import { codecs } from '../../../../src/core/codecs/codecs';
import { formatCanonical } from '../../../../src/core/render/canonicalLiteral';
import {
  ByteArray,
  Dict,
  InertCall,
  InertName,
  Tuple,
  ValueSet,
  type Value,
} from '../../../../src/core/values/value';
import { arbitraryKey, arbitraryText, arbitraryValue } from './arbitraryValue';
import { tuple } from './values';

const OPTIONS = { indent: 4, maxLength: 1_000_000 };
const DEPTH = { nestingDepth: 100 };

function compare(a: Value, b: Value): number {
  return Math.sign(new CanonicalOrder().compare(a, b));
}

/** The same value, filled in another order. */
function shuffled(value: Value, random: () => number, copies = new Map<Value, Value>()): Value {
  const known = copies.get(value);
  if (known !== undefined) return known;
  const mix = <T>(parts: readonly T[]): T[] =>
    parts
      .map((part) => [random(), part] as const)
      .sort(([a], [b]) => a - b)
      .map(([, part]) => part);
  if (value instanceof Dict) {
    const dict = new Dict();
    copies.set(value, dict);
    for (const [key, inner] of mix([...value])) dict.set(key, shuffled(inner, random, copies));
    return dict;
  }
  if (value instanceof ValueSet) return ValueSet.from(mix(value.members), value.frozen);
  if (!Array.isArray(value) && !(value instanceof Tuple)) return value;
  const items: Value[] = [];
  const copy = Array.isArray(value) ? items : new Tuple(items);
  copies.set(value, copy);
  for (const item of Array.isArray(value) ? value : value.items) items.push(shuffled(item, random, copies));
  return copy;
}

describe('the canonical order', () => {
  it('orders values by type, and numbers by value', () => {
    const ordered: Value[] = [
      null,
      -Infinity,
      -1n,
      -0,
      0,
      true,
      1n,
      1,
      1.5,
      2n ** 70n,
      Infinity,
      NaN,
      '',
      '10',
      '9',
      'a',
      Uint8Array.of(1),
      new ByteArray(Uint8Array.of(0)),
      tuple(),
      tuple(1n),
      tuple(1n, 0n),
      tuple(2n),
      [],
      ValueSet.from([1n], true),
      ValueSet.from([0n]),
      Dict.from([['a', 1n]]),
      Dict.from([['a', 2n]]),
      new InertName('a', 'b'),
      new InertCall(new InertName('a', 'b'), tuple()),
    ];
    for (const [i, a] of ordered.entries())
      for (const [j, b] of ordered.entries()) assert.equal(compare(a, b), Math.sign(i - j), `${i} and ${j}`);
  });

  it('is a total order of any values', () => {
    const any = fc.oneof(arbitraryKey(), arbitraryValue());
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        assert.equal(compare(a, a), 0);
        assert.equal(compare(a, b), -compare(b, a) + 0);
        if (compare(a, b) <= 0 && compare(b, c) <= 0) assert.ok(compare(a, c) <= 0);
      }),
      { numRuns: 300 },
    );
  });

  it('does not depend on the order in which sets and dictionaries were filled', () => {
    const order = [3n, 'b', null, tuple(ValueSet.from(['y', 'x'], true))];
    const [a, b] = [ValueSet.from(order), ValueSet.from(order.toReversed())];
    assert.equal(compare(a, b), 0);
    const pairs = order.map((key) => [key, a] as const);
    assert.equal(compare(Dict.from(pairs), Dict.from(pairs.toReversed())), 0);
  });

  it('ends for values that contain themselves', () => {
    const loop = (end: Value): Value => {
      const list: Value[] = [];
      list.push(list, end);
      return list;
    };
    assert.equal(compare(loop(1n), loop(1n)), 0);
    assert.equal(compare(loop(1n), loop(2n)), -1);
  });
});

describe('the canonical literal', () => {
  it('has sorted keys and members, with one in each line', () => {
    const value = Dict.from([
      ['b', ValueSet.from([3n, 1n, 'x'])],
      [2n, tuple(1n)],
      ['a', [Dict.from([])]],
      [null, NaN],
    ]);
    const lines = [
      '{',
      '    None: float("nan"),',
      '    2: (',
      '        1,',
      '    ),',
      '    "a": [',
      '        {},',
      '    ],',
      '    "b": {',
      '        1,',
      '        3,',
      '        "x",',
      '    },',
      '}',
    ];
    assert.equal(formatCanonical(value, OPTIONS), lines.join('\n'));
  });

  it('has sorted keyword arguments', () => {
    const call = (...names: string[]): Value =>
      new InertCall(new InertName('a', 'b'), tuple(), Dict.from(names.map((name) => [name, null])));
    assert.equal(formatCanonical(call('y', 'x'), OPTIONS), 'a.b(\n    x=None,\n    y=None,\n)');
  });

  it('is the same for equal values however they were filled, and different for others', () => {
    fc.assert(
      fc.property(
        arbitraryValue(),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (value, numbers) => {
          const other = shuffled(value, () => numbers.next().value as number);
          assert.equal(formatCanonical(other, OPTIONS), formatCanonical(value, OPTIONS));
          assert.notEqual(formatCanonical([value, 1n], OPTIONS), formatCanonical([value, 2n], OPTIONS));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is the same for values from pickle, JSON and XML', () => {
    const leaf = fc.oneof(fc.constant(null), fc.boolean(), fc.bigInt(), arbitraryText());
    const value = arbitraryValue({
      leaf,
      key: arbitraryText(),
      containers: ['list', 'dict'],
      references: 'tree',
    });
    fc.assert(
      fc.property(value, (original) => {
        const texts = [codecs.binary, codecs.json, codecs.xml].map((codec) =>
          formatCanonical(codec.decode(codec.encode(original, DEPTH), DEPTH).value, OPTIONS),
        );
        assert.equal(texts[1], texts[0]);
        assert.equal(texts[2], texts[0]);
      }),
      { numRuns: 200 },
    );
  });
});
