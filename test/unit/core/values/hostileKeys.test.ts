import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readJson } from '../../../../src/core/codecs/json/codec';
import { Dict, ValueSet, type Value } from '../../../../src/core/values/value';

/** So many keys take milliseconds if they do not collide, and minutes if all of them do. */
const COUNT = 30_000;

/** Keys that a Map takes for one another until it compares them. */
const families: [what: string, key: (i: number) => Value, count: number][] = [
  ['integers that differ above their lowest 64 bits', (i) => BigInt(i + 1) << 64n, COUNT],
  ['integers that differ above 16,384 bits', (i) => (BigInt(i + 1) << 20_000n) + 1n, 3_000],
  ['negative integers that differ in the same way', (i) => -((BigInt(i + 1) << 20_000n) + 1n), 3_000],
  ['strings of digits', (i) => String((i * 65_536) % 4_294_967_295), COUNT],
  ['strings of the same length', (i) => `${'a'.repeat(20_000)}${String(i).padStart(8, '0')}`, 3_000],
  ['floats', (i) => (i + 1) * 2 ** 300, COUNT],
];

describe('Keys that are chosen to have the same hash', function () {
  // Colliding, these would take many times as long.
  this.timeout(20_000);
  for (const [what, key, count] of families) {
    it(`take no more time than others: ${what}`, () => {
      const dict = new Dict();
      const set = new ValueSet(false);
      for (let i = 0; i < count; i++) {
        dict.set(key(i), BigInt(i));
        set.add(key(i));
      }
      assert.equal(dict.size, count);
      assert.equal(set.size, count);
      assert.equal(dict.get(key(count - 1)), BigInt(count - 1));
    });
  }

  it('take no more time than others in a JSON object with a repeated key', () => {
    const keys = Array.from({ length: COUNT }, (_, i) => String((i * 65_536) % 4_294_967_295));
    const text = JSON.stringify(Object.fromEntries(keys.map((key) => [`x${key}`, 1]))).replaceAll('"x', '"');
    const { value } = readJson(`${text.slice(0, -1)},"0":2}`, 10);
    assert(value instanceof Dict);
    assert.equal(value.size, new Set(keys).size);
    assert.deepEqual(value.get('0'), [1n, 2n]);
  });

  it('are the same key if and only if they are equal, whichever text or digest replaces them', () => {
    const dict = new Dict();
    for (let i = 0; i < 20; i++) dict.set(`filler ${String(i)}`, null);
    const pairs: [Value, Value][] = [
      [2n ** 20_000n, 2n ** 20_000n],
      ['7', '7'],
      ['b'.repeat(5_000), 'b'.repeat(5_000)],
    ];
    for (const [first, second] of pairs) {
      const { size } = dict;
      dict.set(first, 1n);
      dict.set(second, 2n);
      assert.equal(dict.size, size + 1);
    }
    for (const other of [-(2n ** 20_000n), 7n, `${'b'.repeat(4_999)}c`, '\0s7'])
      assert.equal(dict.get(other), undefined);
  });
});
