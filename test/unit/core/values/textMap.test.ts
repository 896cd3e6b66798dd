import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { TextMap } from '../../../../src/core/values/textMap';
import { textKey } from '../../../../src/core/values/plainKeys';

describe('A map by texts from outside', () => {
  const texts = fc.array(fc.oneof(fc.string(), fc.nat().map(String), fc.constant('x'.repeat(5000))));

  it('has the same content and order as a Map', () => {
    fc.assert(
      fc.property(texts, (all) => {
        const [expected, map] = [new Map<string, number>(), new TextMap<number>()];
        all.forEach((text, i) => {
          assert.equal(map.has(text), expected.has(text));
          expected.set(text, i);
          map.set(text, i);
        });
        assert.equal(map.size, expected.size);
        assert.deepEqual(
          [...map.keys()].map((text) => map.get(text)),
          [...expected.values()],
        );
        assert.deepEqual(new Map(map), expected);
      }),
    );
  });

  it('uses no numeric or long text as a key of its Map, because many of these can have the same hash', () => {
    fc.assert(
      fc.property(fc.nat(), (number) => {
        assert(!/^\d/.test(textKey(String(number))));
      }),
    );
    assert(textKey('x'.repeat(20_000)).length < 100);
  });
});
