import assert from 'node:assert/strict';
import fc from 'fast-check';
import { before, describe, it } from 'mocha';
import { jsonCodec, parseJson } from '../../src/core/codecs/json/codec';
import { decodeUnicode } from '../../src/core/codecs/unicodeText';
import { DEFAULT_LIMITS } from '../../src/core/limits';
import type { Value } from '../../src/core/values/value';
import {
  arbitraryFloat,
  arbitraryInteger,
  arbitraryText,
  arbitraryValue,
} from '../unit/core/values/arbitraryValue';
import { describeValue } from './neutral';
import { needsPython, runPython } from './python';

/** One line of json_values.py. */
interface Answer {
  readonly description: string | null;
  readonly dumps: string | null;
}

function askPython(texts: readonly Buffer[]): Answer[] {
  return runPython('json_values.py', texts.map((text) => `${text.toString('hex')}\n`).join('')).map(
    (line) => JSON.parse(line) as Answer,
  );
}

function encode(value: Value): Buffer {
  return Buffer.from(jsonCodec.encode(value, DEFAULT_LIMITS));
}

const finite = arbitraryFloat().filter(Number.isFinite);
const arbitraryJson = arbitraryValue({
  leaf: fc.oneof(fc.constantFrom(null, true, false), arbitraryInteger(), finite, arbitraryText()),
  key: arbitraryText(),
  containers: ['list', 'dict'],
  references: 'tree',
});

describe('JSON, against Python', () => {
  before(function () {
    needsPython(this);
  });

  it('writes any value byte for byte as json.dumps does, and json.loads reads it the same', () => {
    const values = [
      ...fc.sample(arbitraryJson, { numRuns: 500, seed: 1 }),
      fc.sample(finite, { numRuns: 5000, seed: 2 }),
      fc.sample(fc.float({ noNaN: true, noDefaultInfinity: true }), { numRuns: 2000, seed: 3 }),
      Array.from({ length: 616 }, (_, i) => Number(`1e${i - 308}`)),
    ];
    const texts = values.map(encode);
    askPython(texts).forEach(({ description, dumps }, i) => {
      assert.equal(texts[i]!.toString(), dumps);
      assert.equal(description, describeValue(values[i]!));
    });
  });

  it('accepts and refuses the same texts as json.loads, and reads the same values', () => {
    const token = fc.constantFrom(
      ...[
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        ' ',
        '\n',
        '\t',
        '\v',
        '"',
        '"a"',
        '"a":',
        '1',
        '-1',
        '0',
        '-0',
        '1.5',
        '01',
        '1.',
      ],
      ...[
        '.5',
        '1e5',
        '1E-5',
        '-',
        '+1',
        'NaN',
        'Infinity',
        '-Infinity',
        '-NaN',
        'true',
        'false',
        'null',
        'None',
        "'a'",
      ],
      ...[
        '"\\u00e9"',
        '"\\ud800"',
        '"\\ud83d\\ude00"',
        '"\\x"',
        '"\\u12"',
        '"\t"',
        '"é😀"',
        '\u00a0',
        '//',
        '\ufeff',
        '\0',
      ],
      ...['12345678901234567890', '1.0', '-0.0', '1e400', '{"a":1,"a":2}', '[1,]', '"\x7f\u2028"'],
    );
    const texts = fc
      .sample(fc.array(token, { minLength: 1, maxLength: 6 }), { numRuns: 3000, seed: 4 })
      .map((tokens, i) => encoded(tokens.join(''), i));
    const answers = askPython(texts);
    assert.ok(answers.filter(({ description }) => description !== null).length > 200);
    answers.forEach(({ description }, i) => {
      assert.equal(descriptionOf(texts[i]!), description, texts[i]!.toString());
    });
  });
});

/** In one of the encodings that Python tells by the bytes at the beginning. */
function encoded(text: string, i: number): Buffer {
  const kinds = ['utf8', 'utf16le', 'utf16be', 'utf32le', 'utf32be'] as const;
  const kind = kinds[Math.floor(i / 8) % kinds.length] ?? 'utf8';
  if (kind === 'utf8') return Buffer.from(text);
  if (kind === 'utf16le') return Buffer.from(text, 'utf16le');
  if (kind === 'utf16be') return Buffer.from(text, 'utf16le').swap16();
  const wide = Buffer.from(
    Uint32Array.from(Array.from(text), (character) => character.codePointAt(0) ?? 0).buffer,
  );
  return kind === 'utf32le' ? wide : wide.swap32();
}

function descriptionOf(text: Buffer): string | null {
  let value: Value;
  try {
    value = parseJson(decodeUnicode(text, 'JSON').text, { comments: false, ...DEFAULT_LIMITS });
  } catch {
    return null;
  }
  return describeValue(value);
}
