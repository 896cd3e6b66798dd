import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { decodePickle, encodePickle, pickleCodec } from '../../../../../src/core/codecs/pickle/codec';
import { DecodeError } from '../../../../../src/core/errors';
import { DEFAULT_LIMITS } from '../../../../../src/core/limits';
import { Dict, type Value } from '../../../../../src/core/values/value';
import { arbitraryValue } from '../../values/arbitraryValue';
import { assertSameValue } from '../../values/sameValue';
import { say } from '../../../../../src/core/text';

const encode = (value: Value): Uint8Array => encodePickle(value, DEFAULT_LIMITS);

/** A value with something of everything that is written. */
const SAMPLES = fc.sample(arbitraryValue(), { numRuns: 20, seed: 7 });

describe('pickle', () => {
  it('reads what it writes without any difference, including references', () => {
    fc.assert(
      fc.property(arbitraryValue(), (value) => assertSameValue(decodePickle(encode(value)).value, value)),
      { numRuns: 1000 },
    );
  });

  it('writes a value that it has read with the same bytes', () => {
    fc.assert(
      fc.property(arbitraryValue(), (value) => {
        const pickle = encode(value);
        assert.deepEqual(encode(decodePickle(pickle).value), pickle);
      }),
    );
  });

  it('reads what it writes across frames and batches', () => {
    const entries = Array.from({ length: 5001 }, (_, i): [Value, Value] => [
      `key ${i}`,
      [BigInt(i), 'x'.repeat(i % 100)],
    ]);
    const value = Dict.from([...entries, ['large', 'é'.repeat(70_000)], [1n, new Uint8Array(70_000)]]);
    assertSameValue(decodePickle(encode(value)).value, value);
  });

  it('refuses every truncated pickle, with its end as the position', () => {
    for (const value of SAMPLES) {
      const pickle = encode(value);
      for (let length = 0; length < pickle.length; length++) {
        assert.throws(
          () => decodePickle(pickle.subarray(0, length)),
          (error) => error instanceof DecodeError && error.offset === length,
        );
      }
    }
  });

  it('reads a pickle in which bytes were changed, or refuses it by a DecodeError', () => {
    const change = fc.record({ at: fc.nat(), byte: fc.nat(255) });
    fc.assert(
      fc.property(arbitraryValue(), fc.array(change, { minLength: 1, maxLength: 3 }), (value, changes) => {
        const pickle = encode(value);
        for (const { at, byte } of changes) pickle[at % pickle.length] = byte;
        assertReadOrRefused(pickle);
      }),
      { numRuns: 2000 },
    );
  });

  it('reads any bytes, or refuses them by a DecodeError', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), assertReadOrRefused), { numRuns: 2000 });
  });
});

describe('pickleCodec', () => {
  it('decodes what it encodes', () => {
    const value = Dict.from([['a', [1n, 1]]]);
    assertSameValue(
      pickleCodec.decode(pickleCodec.encode(value, DEFAULT_LIMITS), DEFAULT_LIMITS).value,
      value,
    );
  });

  it('refuses bytes after the end, and says where they start', () => {
    assert.throws(
      () => pickleCodec.decode(Buffer.from('N.N.'), DEFAULT_LIMITS),
      new DecodeError('pickle', say`${2} more bytes follow its end`, 2),
    );
  });
});

function assertReadOrRefused(bytes: Uint8Array): void {
  try {
    decodePickle(bytes);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
  }
}
