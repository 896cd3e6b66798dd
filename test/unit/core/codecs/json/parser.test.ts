import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { parseJson } from '../../../../../src/core/codecs/json/codec';
import { DecodeError, LimitError } from '../../../../../src/core/errors';
import { Dict, type Value } from '../../../../../src/core/values/value';
import { arbitraryText } from '../../values/arbitraryValue';
import { assertSameValue } from '../../values/sameValue';
import { inEnglish } from '../../../../../src/core/text';

function parse(text: string): Value {
  return parseJson(text, { comments: false, nestingDepth: 1000 });
}

function parseWithComments(text: string): Value {
  return parseJson(text, { comments: true, nestingDepth: 1000 });
}

function reasonOf(text: string, read = parse): DecodeError {
  try {
    read(text);
  } catch (error) {
    assert.ok(error instanceof DecodeError, String(error));
    return error;
  }
  throw new Error(`${text} was read`);
}

/** The value that JSON.parse gives, as our model has it. */
function fromPlain(plain: unknown): Value {
  if (Array.isArray(plain)) return plain.map(fromPlain);
  if (typeof plain === 'object' && plain !== null) {
    return Dict.from(Object.entries(plain).map(([key, value]) => [key, fromPlain(value)]));
  }
  return plain as Value;
}

describe('parseJson', () => {
  const values: [text: string, value: Value][] = [
    ['null', null],
    [' \t\r\n true ', true],
    ['false', false],
    ['0', 0n],
    ['-0', 0n],
    ['-0.0', -0],
    ['1023', 1023n],
    ['1024', 1024n],
    ['-1', -1n],
    ['999999999999999', 999999999999999n],
    ['9007199254740993', 9007199254740993n],
    ['-123456789012345678901234567890', -123456789012345678901234567890n],
    ['1.0', 1],
    ['1e2', 100],
    ['1E+2', 100],
    ['-2.5e-3', -0.0025],
    ['1e999', Infinity],
    ['NaN', NaN],
    ['Infinity', Infinity],
    ['-Infinity', -Infinity],
    ['""', ''],
    ['"a\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00"', 'a"\\/\b\f\n\r\té😀'],
    ['"\\ud800"', '\ud800'],
    ['"\\ude00\\ud83d"', '\ude00\ud83d'],
    ['"\u2028é😀\x7f"', '\u2028é😀\x7f'],
    ['[]', []],
    ['[1,[2.0,[]] , "x"]', [1n, [2, []], 'x']],
    ['{}', new Dict()],
    [
      '{"a":1,"b":{"c":[null]}}',
      Dict.from([
        ['a', 1n],
        ['b', Dict.from([['c', [null]]])],
      ]),
    ],
  ];
  for (const [text, value] of values) {
    it(`reads ${text.slice(0, 60)}`, () => {
      assertSameValue(parse(text), value);
    });
  }

  it('keeps the last of equal keys, at the place of the first', () => {
    assertSameValue(
      parse('{"a":1,"b":2,"\\u0061":3}'),
      Dict.from([
        ['a', 3n],
        ['b', 2n],
      ]),
    );
  });

  it('keeps the order of keys that look like numbers', () => {
    assert.deepEqual((parse('{"2":0,"1":0,"a":0,"0":0}') as Dict).keys, ['2', '1', 'a', '0']);
  });

  it('treats __proto__ like any other key', () => {
    const dict = parse('{"__proto__":{"polluted":1},"constructor":2}') as Dict;
    assert.deepEqual(dict.keys, ['__proto__', 'constructor']);
    assert.ok(dict.get('__proto__') instanceof Dict);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });

  it('distinguishes keys with the same hash', () => {
    const keys = Array.from({ length: 5000 }, (_, i) => `key ${i}`);
    const text = `[${keys.map((key) => `{${JSON.stringify(key)}:0}`).join()}]`;
    assert.deepEqual(
      (parse(text) as Dict[]).map((dict) => dict.keys[0]),
      keys,
    );
  });

  it('keeps every key of a large dictionary', () => {
    const keys = Array.from({ length: 2000 }, (_, i) => `${'long '.repeat(10)}${i}`);
    assert.deepEqual((parse(`{${keys.map((key) => `"${key}":1`).join()}}`) as Dict).keys, keys);
  });

  it('reads whatever JSON.stringify writes', () => {
    const noInteger = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((x) => !Number.isInteger(x));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        fc.constantFrom(null, true, false),
        noInteger,
        arbitraryText(),
        fc.array(tie('tree')),
        fc.dictionary(arbitraryText(), tie('tree')),
      ),
    }));
    fc.assert(
      fc.property(tree, fc.nat(3), (plain, indent) => {
        const text = JSON.stringify(plain, undefined, indent);
        assertSameValue(parse(text), fromPlain(JSON.parse(text)));
      }),
    );
  });

  it('accepts and refuses the same texts as JSON.parse', () => {
    const token = fc.constantFrom(
      ...Array.from('{}[],:"\\/0123456789.-+eEtrufalsn \n\tx\0\u001f\u2028'),
      '"a"',
      'true',
      '-1.5e3',
      '\\u00',
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 12 }), (tokens) => {
        const text = tokens.join('');
        let plain: unknown;
        try {
          plain = JSON.parse(text);
        } catch {
          assert.ok(reasonOf(text));
          return;
        }
        // As text, where -0 is 0: for Python, and for us, it is an integer.
        assert.equal(JSON.stringify(toPlain(parse(text))), JSON.stringify(plain));
      }),
      { numRuns: 1500 },
    );
  });

  it('refuses every truncation of a document', () => {
    const text = '{"a": [1, -2.5e-3, "x\\u00e9\\n", true, null], "b": {"c": NaN}}';
    parse(text);
    for (let end = 0; end < text.length; end++) reasonOf(text.slice(0, end));
  });

  describe('reports the position of an error', () => {
    const mistakes: [text: string, reason: string, offset: number][] = [
      ['', 'expected a value, but the text ends, in line 1, column 1', 0],
      ['[1,\r\n 2\r\n x]', 'expected "," or "]", but found "x", in line 3, column 2', 10],
      ['{"a":1,\n}', 'expected something after the comma, but found "}", in line 2, column 1', 8],
      ['{a:1}', 'expected a key in double quotes, but found "a", in line 1, column 2', 1],
      ['{"a" 1}', 'expected ":", but found "1", in line 1, column 6', 5],
      ['1 2', 'expected the end after the value, but found "2", in line 1, column 3', 2],
      ['[01]', 'a number begins with 0, in line 1, column 2', 1],
      ['[1.]', 'a digit is missing in a number, in line 1, column 4', 3],
      ['[1e+]', 'a digit is missing in a number, in line 1, column 5', 4],
      ['[-x]', 'expected a value, but found "-", in line 1, column 2', 1],
      ['["a\nb"]', 'a string holds a control character that is not escaped, in line 1, column 4', 3],
      ['["\\n\\x41"]', 'a string holds an invalid escape, in line 1, column 5', 4],
      ['["\\u12"]', 'a string holds an invalid escape, in line 1, column 3', 2],
      ['["a', 'a string has no end, in line 1, column 2', 1],
      ['["a\\"', 'a string has no end, in line 1, column 2', 1],
      [
        '[True]',
        'expected a value, but found "T" (this is how Python\'s repr writes; json.dumps writes JSON), in line 1, column 2',
        1,
      ],
      ['😀', 'expected a value, but found "😀", in line 1, column 1', 0],
      ['[1] // x', 'expected the end after the value, but found "/", in line 1, column 5', 4],
    ];
    for (const [text, reason, offset] of mistakes) {
      it(JSON.stringify(text), () => {
        const error = reasonOf(text);
        assert.equal(inEnglish(error.reason), reason);
        assert.equal(error.offset, offset);
      });
    }
  });

  describe('with comments', () => {
    it('skips comments and commas after the last item', () => {
      const text = '// first\n{ /* a */ "a" /**/ : // b\r\n [1, /* // */ 2,], "url": "http://x", } // end';
      assertSameValue(
        parseWithComments(text),
        Dict.from([
          ['a', [1n, 2n]],
          ['url', 'http://x'],
        ]),
      );
    });

    it('refuses a comma without an item, and a comment that does not end', () => {
      assert.equal(reasonOf('[,]', parseWithComments).offset, 1);
      assert.equal(reasonOf('[1,,]', parseWithComments).offset, 3);
      assert.equal(
        inEnglish(reasonOf('[1] /* *', parseWithComments).reason),
        'a comment has no end, in line 1, column 5',
      );
      assert.equal(
        inEnglish(reasonOf('[1 / 2]', parseWithComments).reason),
        'a "/" does not begin a comment, in line 1, column 4',
      );
    });
  });

  describe('limits', () => {
    it('the depth of nesting, exactly', () => {
      const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
      parseJson(nested(1000), { comments: false, nestingDepth: 1000 });
      assert.throws(() => parseJson(nested(1001), { comments: false, nestingDepth: 1000 }), LimitError);
      assert.throws(() => parse('{"a":'.repeat(200_000)), LimitError);
      assert.throws(() => parse('['.repeat(5_000_000)), LimitError);
      parse(`[${'[],'.repeat(5000)}[]]`);
    });

    it('the digits of an integer', () => {
      assert.equal(parse('9'.repeat(50_000)), 10n ** 50_000n - 1n);
      assert.equal(parse(`-${'9'.repeat(50_000)}`), 1n - 10n ** 50_000n);
      assert.throws(() => parse('9'.repeat(5_000_000)), LimitError);
    });

    it('the time for hostile input', () => {
      const size = 300_000;
      const texts = [
        `[${'"\\'.repeat(size)}`,
        `["${'\\u00e9'.repeat(size / 5)}"]`,
        `"${'x'.repeat(size)}`,
        `1${'0'.repeat(size)}.5`,
        `{${'"a":1,'.repeat(size / 5)}"a":1}`,
        `[${'\n'.repeat(size)}x`,
      ];
      for (const text of texts) {
        try {
          parse(text);
        } catch (error) {
          assert.ok(error instanceof DecodeError);
        }
      }
    }).timeout(5000);
  });
});

function toPlain(value: Value): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(toPlain);
  if (!(value instanceof Dict)) return value;
  return Object.fromEntries([...value].map(([key, part]) => [key, toPlain(part)]));
}
