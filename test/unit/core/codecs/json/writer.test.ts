import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { formatJson, jsonCodec } from '../../../../../src/core/codecs/json/codec';
import { DecodeError, EncodeError, LimitError } from '../../../../../src/core/errors';
import { ByteArray, Dict, ValueSet, type Value } from '../../../../../src/core/values/value';
import { arbitraryFloat, arbitraryInteger, arbitraryText, arbitraryValue } from '../../values/arbitraryValue';
import { assertSameContent } from '../../values/sameValue';
import { nested, systemCall, tuple } from '../../values/values';

const limits = { nestingDepth: 1000 };

function encode(value: Value): string {
  return Buffer.from(jsonCodec.encode(value, limits)).toString();
}

function format(value: Value, maxLength = 1_000_000): string {
  return formatJson(value, { indent: 2, maxLength });
}

function refusal(value: Value, write: (value: Value) => string = encode): string {
  try {
    write(value);
  } catch (error) {
    assert.ok(error instanceof EncodeError, String(error));
    return error.message;
  }
  throw new Error('it was written');
}

/** What JSON can hold. */
const arbitraryJson = arbitraryValue({
  leaf: fc.oneof(
    fc.constantFrom(null, true, false),
    arbitraryInteger(),
    arbitraryFloat().filter(Number.isFinite),
    arbitraryText(),
  ),
  key: arbitraryText(),
  containers: ['list', 'dict'],
  references: 'tree',
});

describe('jsonCodec', () => {
  const golden: [value: Value, text: string][] = [
    [Dict.from([['a', Dict.from([['b', 1n]])]]), '{"a": {"b": 1}}'],
    [[1n, 2n, [], new Dict()], '[1, 2, [], {}]'],
    [[true, false, null], '[true, false, null]'],
    [
      [1, -0, 1e16, 123456789012345680, 1e-5, 0.0001, 1e100, 5e-324],
      '[1.0, -0.0, 1e+16, 1.2345678901234568e+17, 1e-05, 0.0001, 1e+100, 5e-324]',
    ],
    ['"\\/\b\f\n\r\t\0\x1f\x7f', '"\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\\u007f"'],
    ['é\u2028😀\ud800', '"\\u00e9\\u2028\\ud83d\\ude00\\ud800"'],
    [2n ** 70n, '1180591620717411303424'],
  ];
  for (const [value, text] of golden) {
    it(`writes ${text.slice(0, 50)} as json.dumps does`, () => {
      assert.equal(encode(value), text);
    });
  }

  it('reads what it writes', () => {
    fc.assert(
      fc.property(arbitraryJson, (value) => {
        assertSameContent(jsonCodec.decode(jsonCodec.encode(value, limits), limits).value, value);
      }),
    );
  });

  it('either writes a value so that it reads back the same, or names the path that it cannot write', () => {
    fc.assert(
      fc.property(
        arbitraryValue({ containers: ['list', 'tuple', 'dict', 'set', 'bytearray', 'call'] }),
        (value) => {
          let text: string;
          try {
            text = encode(value);
          } catch (error) {
            assert.ok(error instanceof EncodeError);
            assert.match(error.path, /^(list\()*data/);
            return;
          }
          assertSameContent(jsonCodec.decode(Buffer.from(text), limits).value, value);
        },
      ),
    );
  });

  it('reads UTF-8 and UTF-16, and refuses other encodings', () => {
    const text = '{"é": "😀"}';
    const wide = Buffer.from(`\ufeff${text}`, 'utf16le');
    for (const bytes of [Buffer.from(text), Buffer.from(`\ufeff${text}`), wide, Buffer.from(wide).swap16()]) {
      assertSameContent(jsonCodec.decode(bytes, limits).value, Dict.from([['é', '😀']]));
    }
    for (const bytes of [Buffer.from(text, 'latin1'), wide.subarray(0, -1)]) {
      assert.throws(() => jsonCodec.decode(bytes, limits), /Invalid JSON: .*UTF-/);
    }
  });

  it('throws nothing but DecodeError, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        try {
          jsonCodec.decode(bytes, limits);
        } catch (error) {
          assert(error instanceof DecodeError);
        }
      }),
    );
  });

  describe('refuses', () => {
    const refused: [value: Value, message: string][] = [
      [Uint8Array.of(1), 'data: it is of type bytes'],
      [[tuple(1n)], 'data[0]: it is of type tuple'],
      [Dict.from([['a', [0n, ValueSet.from([1n])]]]), 'data["a"][1]: it is of type set'],
      [Dict.from([['a', ValueSet.from([1n], true)]]), 'data["a"]: it is of type frozenset'],
      [[[], new ByteArray(Uint8Array.of(1))], 'data[1]: it is of type bytearray'],
      [[[[NaN]]], 'data[0][0][0]: it is nan'],
      [[-Infinity], 'data[0]: it is -inf'],
      [
        Dict.from([
          [
            'a',
            Dict.from([
              ['b', []],
              [3n, 'x'],
            ]),
          ],
        ]),
        'data["a"][3]: its key is of type int',
      ],
      [Dict.from([[tuple(1n, 'b'), 'x']]), 'data[(1, "b")]: its key is of type tuple'],
      [[systemCall()], 'data[0]: it is an object, os.system("echo")'],
    ];
    for (const [value, message] of refused) {
      it(message, () => {
        assert.equal(refusal(value), `JSON cannot hold ${message}. Send it as pickle instead.`);
        assert.equal(
          refusal(value, format),
          `JSON cannot hold ${message}. Show it as a Python literal instead.`,
        );
      });
    }

    it('a container inside of itself', () => {
      const dict = new Dict();
      dict.set('a', [1n, dict]);
      assert.match(refusal(dict), /^JSON cannot hold data\["a"\]\[1\]: it contains itself/);
    });

    it('a value that is nested one level too deeply', () => {
      encode(nested(1000));
      assert.throws(() => encode(nested(1001)), LimitError);
      assert.throws(() => format(nested(1001)), LimitError);
    });

    it('an integer that it would not read', () => {
      assert.equal(encode(10n ** 49_999n).length, 50_000);
      assert.throws(() => encode(10n ** 50_000n), LimitError);
    });
  });

  it('writes a container in two places two times', () => {
    const shared: Value[] = [1n];
    assert.equal(encode([shared, shared]), '[[1], [1]]');
  });
});

describe('formatJson', () => {
  it('indents, and keeps readable characters as they are', () => {
    const value = Dict.from([
      ['é', [1n, 'x😀', []]],
      ['b', new Dict()],
    ]);
    assert.equal(format(value), '{\n  "é": [\n    1,\n    "x😀",\n    []\n  ],\n  "b": {}\n}');
  });

  it('escapes invisible and misleading characters', () => {
    assert.equal(format('\ud800\u202e\u2028\x7f\0'), '"\\ud800\\u202e\\u2028\\u007f\\u0000"');
  });

  it('writes text that is read as the same value', () => {
    fc.assert(
      fc.property(arbitraryJson, (value) => {
        assertSameContent(jsonCodec.decode(Buffer.from(format(value)), limits).value, value);
      }),
    );
  });

  it('names paths from the root of the item in errors', () => {
    const place = [{ kind: 'key', key: 'part' }] as const;
    assert.throws(() => formatJson([NaN], { indent: 2, maxLength: 100, place }), /data\["part"\]\[0\]/);
  });

  it('stops at its largest length, also if shared lists would be exponentially long', () => {
    assert.equal(format('x'.repeat(98), 100).length, 100);
    assert.throws(() => format('x'.repeat(99), 100), LimitError);
    let bomb: Value = ['x'];
    for (let i = 0; i < 100; i++) bomb = [bomb, bomb];
    assert.throws(() => format(bomb), LimitError);
  });
});
