import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { decodePickle, encodePickle } from '../../../../../src/core/codecs/pickle/codec';
import { PickleScanner } from '../../../../../src/core/codecs/pickle/format';
import { DecodeError } from '../../../../../src/core/errors';
import { DEFAULT_LIMITS } from '../../../../../src/core/limits';
import { arbitraryValue } from '../../values/arbitraryValue';

interface Scan {
  /** Bytes to just after STOP. */
  readonly end: number | undefined;
  readonly isPickle: boolean;
}

/** Scans in chunks of the given sizes, over and over. */
function scan(bytes: Uint8Array, sizes: readonly number[]): Scan {
  const scanner = new PickleScanner();
  let start = 0;
  for (let i = 0; start < bytes.length; i++) {
    const chunk = bytes.subarray(start, start + sizes[i % sizes.length]!);
    const end = scanner.scan(chunk);
    if (end !== undefined) return { end: start + end, isPickle: scanner.isPickle };
    start += chunk.length;
  }
  return { end: undefined, isPickle: scanner.isPickle };
}

const scanWhole = (bytes: Uint8Array): Scan => scan(bytes, [Math.max(bytes.length, 1)]);
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** One of each kind of argument. */
const EVERY_ARGUMENT = latin1(
  '\x80\x04\x95\0\0\0\0\0\0\0\0K.M..J....G........cos.\nsystem.\nPid.\n' +
    '\x8c\x02..X\x02\0\0\0..\x8d\x02\0\0\0\0\0\0\0..T\x02\0\0\0..\x8a\x02..(.',
);

describe('PickleScanner', () => {
  it('skips arguments of every kind, whatever they contain', () => {
    assert.deepEqual(scanWhole(EVERY_ARGUMENT), { end: EVERY_ARGUMENT.length, isPickle: true });
    assert.deepEqual(scan(EVERY_ARGUMENT, [1]), { end: EVERY_ARGUMENT.length, isPickle: true });
  });

  it('returns how much of the last chunk belongs to the pickle', () => {
    const scanner = new PickleScanner();
    assert.equal(scanner.scan(latin1('\x80\x04K')), undefined);
    assert.equal(scanner.scan(latin1('..gAAAAA')), 2);
    assert.equal(scanner.scan(latin1('.')), 0);
  });

  it('rejects content at the first byte that is not an opcode', () => {
    const scanner = new PickleScanner();
    assert.equal(scanner.scan(latin1('\x80\x04N')), undefined);
    assert.equal(scanner.isPickle, true);
    assert.equal(scanner.scan(latin1('\xff.')), undefined);
    assert.equal(scanner.isPickle, false);
    assert.equal(scanner.scan(latin1('.')), undefined);
  });

  for (const opcode of ['T', '\x8b']) {
    it(`rejects a negative length (0x${opcode.charCodeAt(0).toString(16)})`, () => {
      assert.equal(scanWhole(latin1(`${opcode}\0\0\0\x80`)).isPickle, false);
      assert.equal(scanWhole(latin1(`${opcode}\0\0\0\x7f`)).isPickle, true);
    });
  }

  it('reads lengths of four bytes as unsigned if pickles define them so', () => {
    assert.deepEqual(scanWhole(latin1('X\0\0\0\x80.')), { end: undefined, isPickle: true });
  });

  it('finds the end of every pickle in chunks of any size, and never before', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(arbitraryValue(), sizes, (value, chunkSizes) => {
        const pickle = encodePickle(value, DEFAULT_LIMITS);
        const followed = Buffer.concat([pickle, latin1('gAAAAA...')]);
        assert.deepEqual(scan(followed, chunkSizes), { end: pickle.length, isPickle: true });
        assert.deepEqual(scanWhole(pickle.subarray(0, -1)), { end: undefined, isPickle: true });
      }),
    );
  });

  it('has the same result for any bytes, whole or byte by byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        assert.deepEqual(scan(bytes, [1]), scanWhole(bytes));
        const started = Buffer.concat([EVERY_ARGUMENT.subarray(0, -1), bytes]);
        assert.deepEqual(scan(started, [1]), scanWhole(started));
      }),
    );
  });

  it('finds the same end as the reader', () => {
    const opcode = fc.constantFrom(...latin1('(.01NK]}\x85aetlduqh\x8c'));
    fc.assert(
      fc.property(fc.array(opcode, { maxLength: 50 }), (opcodes) => {
        const bytes = Uint8Array.from([...latin1('N]'), ...opcodes]);
        try {
          const { length } = decodePickle(bytes);
          assert.equal(scanWhole(bytes).end, length);
        } catch (error) {
          if (!(error instanceof DecodeError)) throw error;
        }
      }),
      { numRuns: 1000 },
    );
  });
});
