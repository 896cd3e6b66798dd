import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  ByteArray,
  Dict,
  InertCall,
  InertName,
  UnhashableError,
  ValueSet,
  type Value,
} from '../../../../src/core/values/value';
import { arbitraryKey } from './arbitraryValue';
import { bytes, tuple } from './values';

/** A dictionary that is large enough to be indexed. */
function filled(): Dict {
  const dict = new Dict();
  for (let i = 0; i < 20; i++) dict.set(`key ${i}`, BigInt(i));
  return dict;
}

describe('Dict', () => {
  const equal: [what: string, a: Value, b: Value][] = [
    ['an int and a float', 1n, 1],
    ['an int and a bool', 0n, false],
    ['a timestamp as int and as float', 1_700_000_000_000n, 1_700_000_000_000],
    ['large whole numbers', 2n ** 70n, 2 ** 70],
    ['huge ints', 10n ** 6000n, 10n ** 6000n],
    ['fractions', 0.1, 0.1],
    ['zero and minus zero', 0, -0],
    ['bytes', bytes(1, 2), bytes(1, 2)],
    ['tuples', tuple('a', tuple(1n)), tuple('a', tuple(true))],
    ['frozensets in another order', ValueSet.from([1n, 'a'], true), ValueSet.from(['a', 1], true)],
    ['names', new InertName('os', 'system'), new InertName('os', 'system')],
  ];
  for (const [what, a, b] of equal) {
    it(`treats ${what} as one key, and keeps its first spelling`, () => {
      for (const dict of [new Dict(), filled()]) {
        const size = dict.size + 1;
        dict.set(a, 'first');
        dict.set(b, 'second');
        assert.equal(dict.size, size);
        assert.equal(dict.get(a), 'second');
        assert.ok(Object.is(dict.keys.at(-1), a));
      }
    });
  }

  const different: [what: string, a: Value, b: Value][] = [
    ['a text and its bytes', 'a', bytes(97)],
    ['a text and the internal form of bytes', '\0ba', bytes(97)],
    ['a text and None', 'null', null],
    ['an int and its text', 1n, '1'],
    ['ints that are equal as floats', 2n ** 53n, 2n ** 53n + 1n],
    ['an int in decimal and another in hexadecimal', 20_000_000_000_000n, 0x20000000000000n],
    ['an int and its hash', 2n ** 60n, '\0x1000000000000000'],
    ['huge ints', 10n ** 6000n, 10n ** 6000n + 1n],
    ['two NaN', NaN, NaN],
    ['a tuple and a frozenset', tuple('a'), ValueSet.from(['a'], true)],
    ['tuples whose joined texts are equal', tuple('a', 'b'), tuple('a1:sb')],
    ['a float and an int in tuples', tuple(1.5), tuple('1.5')],
    ['hexadecimal and text in tuples', tuple(10n), tuple('a')],
    ['calls', new InertCall(null, null), new InertCall(null, null)],
  ];
  for (const [what, a, b] of different) {
    it(`treats ${what} as two keys`, () => {
      for (const dict of [new Dict(), filled()]) {
        const size = dict.size + 2;
        dict.set(a, 1n);
        dict.set(b, 2n);
        assert.equal(dict.size, size);
      }
    });
  }

  for (const key of [
    [],
    new Dict(),
    new ValueSet(false),
    new ByteArray(bytes()),
    tuple([]),
    tuple(tuple(new Dict())),
  ]) {
    it(`refuses a key that Python could not hash: ${key.constructor.name}`, () => {
      assert.throws(() => new Dict().set(key, null), UnhashableError);
      assert.throws(() => filled().set(key, null), UnhashableError);
    });
  }

  it('finds every key, however many there are', () => {
    for (const count of [1, 8, 9, 1000]) {
      const keys = Array.from({ length: count }, (_, i) => `key ${i}`);
      const dict = Dict.from(keys.map((key, i) => [key, BigInt(i)]));
      keys.forEach((key, i) => assert.equal(dict.get(key), BigInt(i)));
      assert.equal(dict.get('other'), undefined);
      assert.equal(dict.has(1n), false);
    }
  });

  it('sets many entries with the same result as one by one', () => {
    fc.assert(
      fc.property(fc.array(arbitraryKey()), fc.nat(20), (keys, first) => {
        const flat = keys.flatMap((key, i): Value[] => [key, BigInt(i)]);
        const start = 2 * Math.min(first, keys.length);
        const one = Dict.from(keys.map((key, i) => [key, BigInt(i)]));
        const many = new Dict();
        many.setAll(flat, 0, start);
        many.setAll(flat, start, flat.length);
        assert.deepEqual(many.keys, one.keys);
        assert.deepEqual(many.values, one.values);
      }),
    );
  });

  it('compares long compound keys by identity, so that each takes little memory', () => {
    const long = tuple('x'.repeat(1000));
    const dict = Dict.from([
      [long, 1n],
      [tuple('x'.repeat(1000)), 2n],
    ]);
    assert.equal(dict.size, 2);
    assert.equal(dict.get(long), 1n);
  });

  it('keeps its speed with keys that a peer chose to have the same hash', () => {
    const dict = Dict.from(
      Array.from({ length: 20_000 }, (_, i) => [(BigInt(i) << 64n) + 5n, null] as const),
    );
    assert.equal(dict.size, 20_000);
  }).timeout(3000);

  it('iterates in the order of insertion', () => {
    assert.deepEqual(
      [
        ...Dict.from([
          ['b', 1n],
          [1n, 2n],
          ['a', 3n],
          ['b', 4n],
        ]),
      ],
      [
        ['b', 4n],
        [1n, 2n],
        ['a', 3n],
      ],
    );
  });
});

describe('ValueSet', () => {
  it('keeps the first of equal members, in the order of insertion', () => {
    assert.deepEqual(ValueSet.from(['b', 1n, true, 1, 'a', 'b']).members, ['b', 1n, 'a']);
  });

  it('refuses members that Python could not hash', () => {
    assert.throws(() => ValueSet.from([[]]), UnhashableError);
  });
});
