import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { decodePickle, encodePickle } from '../../../../../src/core/codecs/pickle/codec';
import { EncodeError, LimitError } from '../../../../../src/core/errors';
import { DEFAULT_LIMITS } from '../../../../../src/core/limits';
import {
  ByteArray,
  Dict,
  InertCall,
  InertName,
  InertReference,
  ValueSet,
  type Value,
} from '../../../../../src/core/values/value';
import { assertSameValue } from '../../values/sameValue';
import { tuple } from '../../values/values';

const dump = (value: Value): string => Buffer.from(encodePickle(value, DEFAULT_LIMITS)).toString('hex');
const texts = (count: number): string[] => Array.from({ length: count }, (_, i) => `k${i}`);

/** How many marks there are in the pickle of texts, and its last opcodes. */
function batches(value: Value): string {
  const pickle = Buffer.from(encodePickle(value, DEFAULT_LIMITS));
  return `${pickle.toString('latin1').split('(').length - 1} ${pickle.subarray(-4).toString('hex')}`;
}

describe('encodePickle', () => {
  it('writes the bytes that classic peers expect', () => {
    assert.equal(dump(Dict.from([['a', 1n]])), '8004950a000000000000007d948c0161944b01732e');
  });

  describe('writes as C Python does', () => {
    const list: Value[] = [];
    const shared: Value[] = [];
    list.push(list);
    const cycle = tuple([]);
    (cycle.items[0] as Value[]).push(cycle);
    const longCycle = tuple([], null, null, null);
    (longCycle.items[0] as Value[]).push(longCycle);
    // What pickle.dumps(value, 4) gave, after the protocol and, where there is a frame, its header.
    const cases: [what: string, value: Value, hex: string][] = [
      ['None', null, '4e2e'],
      ['True', true, '882e'],
      ['False', false, '892e'],
      ['a float', -0.1, '47bfb999999999999a2e'],
      ['an empty dict', new Dict(), '7d942e'],
      ['an empty list', [], '5d942e'],
      ['an empty tuple', tuple(), '292e'],
      ['an empty set', new ValueSet(false), '8f942e'],
      ['an empty frozenset', new ValueSet(true), '2891942e'],
      [
        'an empty bytearray',
        new ByteArray(new Uint8Array(0)),
        '8c086275696c74696e73948c096279746561727261799493942952942e',
      ],
      [
        'a bytearray',
        new ByteArray(Uint8Array.of(97, 98)),
        '8c086275696c74696e73948c096279746561727261799493944302616294859452942e',
      ],
      ['bytes', Uint8Array.of(97, 98), '43026162942e'],
      ['text', 'é😀\ud800', '8c09c3a9f09f9880eda080942e'],
      ['a tuple of one', tuple(null), '4e85942e'],
      ['a tuple of three', tuple(null, null, null), '4e4e4e87942e'],
      ['a tuple of four', tuple(null, null, null, null), '284e4e4e4e74942e'],
      ['a list of one', [null], '5d944e612e'],
      ['a list of two', [null, null], '5d94284e4e652e'],
      [
        'a dict of two',
        Dict.from([
          [1n, null],
          [2n, null],
        ]),
        '7d94284b014e4b024e752e',
      ],
      ['a set', ValueSet.from([1n]), '8f94284b01902e'],
      ['a frozenset', ValueSet.from([1n], true), '284b0191942e'],
      ['equal texts once', ['a', 'a'], '5d94288c0161946801652e'],
      [
        'short bytes once',
        [Uint8Array.of(), Uint8Array.of(), Uint8Array.of(97), Uint8Array.of(97)],
        '5d94284300946801430161946802652e',
      ],
      ['longer bytes apart', [Uint8Array.of(1, 2), Uint8Array.of(1, 2)], '5d942843020102944302010294652e'],
      ['a shared list', tuple(shared, shared), '5d94680086942e'],
      ['a list that contains itself', list, '5d946800612e'],
      ['a tuple that contains itself', cycle, '5d9468008594613068012e'],
      ['a longer tuple that contains itself', longCycle, '285d942868004e4e4e7494614e4e4e3168012e'],
    ];
    for (const [what, value, hex] of cases) {
      it(what, () => {
        const written = dump(value);
        assert.equal(written.startsWith('800495') ? written.slice(22) : written.slice(4), hex);
      });
    }

    const integers: [value: bigint, hex: string][] = [
      [0n, '4b00'],
      [255n, '4bff'],
      [256n, '4d0001'],
      [65535n, '4dffff'],
      [65536n, '4a00000100'],
      [-1n, '4affffffff'],
      [2n ** 31n - 1n, '4affffff7f'],
      [-(2n ** 31n), '4a00000080'],
      [2n ** 31n, '8a050000008000'],
      [-(2n ** 31n) - 1n, '8a05ffffff7fff'],
      [-(2n ** 39n), '8a050000000080'],
      [2n ** 39n, '8a06000000008000'],
      [2n ** 63n, `8a09${'00'.repeat(7)}8000`],
      [-(2n ** 63n), `8a08${'00'.repeat(7)}80`],
      [2n ** 2039n - 1n, `8aff${'ff'.repeat(254)}7f`],
      [2n ** 2039n, `8b00010000${'00'.repeat(254)}8000`],
    ];
    for (const [value, hex] of integers) {
      it(`the integer ${String(value).slice(0, 25)}`, () => assert.ok(dump(value).endsWith(`${hex}2e`)));
    }
  });

  describe('writes the content of a container in batches of 1000', () => {
    const entries = (count: number): Dict => Dict.from(texts(count).map((key) => [key, null]));
    const members = (count: number): ValueSet => ValueSet.from(texts(count));
    // Number of marks and the last four bytes as pickle.dumps(value, 4) gave them: after full batches of entries or
    // members comes an empty one.
    const cases: [what: string, value: Value, expected: string][] = [
      ['a list of 999', texts(999), '1 3894652e'],
      ['a list of 1000', texts(1000), '1 3994652e'],
      ['a list of 1001', texts(1001), '2 3094652e'],
      ['a dict of 1000', entries(1000), '2 7528752e'],
      ['a dict of 1001', entries(1001), '2 944e752e'],
      ['a set of 1000', members(1000), '2 9028902e'],
      ['a set of 2001', members(2001), '3 3094902e'],
      ['a frozenset of 2001', ValueSet.from(texts(2001), true), '1 9491942e'],
    ];
    for (const [what, value, expected] of cases) {
      it(what, () => assert.equal(batches(value), expected));
    }
  });

  describe('puts opcodes into frames', () => {
    /** Size of each frame, by following them. */
    function frames(value: Value): number[] {
      const pickle = Buffer.from(encodePickle(value, DEFAULT_LIMITS));
      const sizes: number[] = [];
      for (let at = 2; pickle[at] === 0x95; at += 9 + sizes.at(-1)!)
        sizes.push(Number(pickle.readBigUInt64LE(at + 1)));
      return sizes;
    }
    const text = (length: number): string => 'x'.repeat(length);

    it('of at least 4 bytes, and none smaller', () => {
      assert.deepEqual(frames(1n), []);
      assert.deepEqual(frames(256n), [4]);
    });

    it('that end before the first value that begins after 64 KiB', () => {
      // pickle.dumps(['a' * 30000, 'b' * 30000, 'c' * 30000, None], 4)
      assert.deepEqual(frames(['a', 'b', 'c'].map((letter) => letter.repeat(30_000))), [90_023]);
      assert.deepEqual(frames([...['a', 'b', 'c'].map((letter) => letter.repeat(30_000)), null]), [90_021]);
    });

    it('that end at exactly 64 KiB', () => {
      // pickle.dumps(['x' * 65527, None], 4): what is left, Ne., is too little for a frame.
      assert.deepEqual(frames([text(65_527), null]), [65_536]);
      assert.deepEqual(frames([text(65_526), null]), [65_538]);
    });

    it('that do not contain values of 64 KiB or more', () => {
      assert.deepEqual(frames(text(65_535)), [65_542]);
      assert.deepEqual(frames(text(65_536)), []);
      const bytes = new Uint8Array(65_536);
      const pickle = Buffer.from(encodePickle([bytes, null], DEFAULT_LIMITS));
      // pickle.dumps([bytes(65536), None], 4): no frame for 3 bytes, then the bytes, then a frame again
      assert.equal(pickle.subarray(0, 10).toString('hex'), '80045d9428420000' + '0100');
      assert.equal(pickle.subarray(-13).toString('hex'), '9504000000000000' + '00944e652e');
      assertSameValue(decodePickle(pickle).value, [bytes, null]);
    });
  });

  it('writes the length of a text in one byte up to 255, and in four bytes above', () => {
    for (const [text, start] of [
      ['x'.repeat(255), '8cff'],
      ['x'.repeat(256), '5800010000'],
      ['€'.repeat(85), '8cff'],
      ['€'.repeat(86), '5802010000'],
    ] as const) {
      assert.equal(dump(text).slice(22, 22 + start.length), start);
      assertSameValue(decodePickle(encodePickle(text, DEFAULT_LIMITS)).value, text);
    }
  });

  it('keeps lone surrogates in long texts', () => {
    for (const text of ['\ud800'.repeat(100), `${'é'.repeat(100)}\udfff😀`]) {
      assertSameValue(decodePickle(encodePickle(text, DEFAULT_LIMITS)).value, text);
    }
  });

  it('refers to objects beyond the first 256 in the memo by four bytes', () => {
    const shared: Value[] = [];
    const value = [...texts(300), shared, shared, 'k299'];
    const hex = dump(value);
    assert.ok(hex.endsWith('5d946a2d0100006a2c010000652e'), hex.slice(-40));
  });

  describe('refuses inert objects', () => {
    const system = new InertName('os', 'system');
    const cases: [value: Value, path: string][] = [
      [system, 'data'],
      [Dict.from([['a', [1n, 2n, 3n, new InertCall(system, tuple('ls'))]]]), "data['a'][3]"],
      [Dict.from([[tuple(1n, new InertReference('persistent', 'x')), null]]), 'list(data)[0][1]'],
      [tuple(null, ValueSet.from([null, system])), 'list(data[1])[1]'],
    ];
    for (const [value, path] of cases) {
      it(`and names ${path}`, () => {
        assert.throws(
          () => encodePickle(value, DEFAULT_LIMITS),
          (error) => error instanceof EncodeError && error.path.replaceAll('"', "'") === path,
        );
      });
    }
  });

  it('refuses containers that are nested more deeply than the limit, and no others', () => {
    const nested: Value = [[new Dict(), tuple(), []]];
    assert.doesNotThrow(() => encodePickle(nested, { nestingDepth: 3 }));
    assert.throws(() => encodePickle(nested, { nestingDepth: 2 }), LimitError);
  });

  it('writes the deepest nesting that the settings allow', () => {
    let value: Value = null;
    for (let i = 0; i < DEFAULT_LIMITS.nestingDepth; i++)
      value = i % 2 === 0 ? tuple(value) : Dict.from([['k', value]]);
    assertSameValue(decodePickle(encodePickle(value, DEFAULT_LIMITS)).value, value);
  });
});
