/* Values as scripts send and store them, and all that is shown of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { codecs } from '../../src/core/codecs/codecs';
import type { Format } from '../../src/core/item/item';
import { MemoryBudget } from '../../src/core/codecs/memoryBudget';
import { DecodeError, LimitError } from '../../src/core/errors';
import { DEFAULT_LIMITS } from '../../src/core/limits';
import { showValue } from './show';
import { expecting, words, type Target } from './target';

const MEMORY = 64 * 1024 * 1024;
const { nestingDepth } = DEFAULT_LIMITS;

/** Longest that a known value may be to be changed: what is larger is mostly content. */
const LONGEST = 2048;

function isExpected(error: unknown): boolean {
  return error instanceof DecodeError || error instanceof LimitError;
}

/** Decodes, and shows what is made of it. */
function show(format: Format, input: Buffer): void {
  expecting(isExpected, () =>
    showValue(codecs[format].decode(input, { nestingDepth, budget: new MemoryBudget(MEMORY) }).value),
  );
}

const PICKLES = words(
  '\x80\x04\x95\n\0\0\0\0\0\0\0}\x94\x8c\x01a\x94K\x01s.',
  '\x80\x02}q\0(X\x01\0\0\0aK\x01X\x01\0\0\0b]q\x01(K\x01G?\xf0\0\0\0\0\0\0Nee.',
  '(dp0\nVa\np1\nI1\ns.',
  '\x80\x05\x96\x03\0\0\0\0\0\0\0abc\x94.',
  'cbuiltins\ncomplex\n(F1.0\nF2.0\ntR.',
  '\x80\x04\x8f(K\x01K\x02\x90\x91\x85.',
);
const JSONS = words(
  '{"a": [1, 2.5, null, true], "b": {"c": "\\u00e4\\n"}}',
  '[NaN, -Infinity, 1e400]',
  '// c\n{"a": 1,}',
  '"\\ud83d\\ude00"',
);
const XMLS = words(
  '<root type="dict"><a type="int">1</a><b type="list"><item type="str">x</item></b></root>',
  '<?xml version="1.0" encoding="utf-8"?><catalog id="1"><book>A &amp; B</book><![CDATA[x]]></catalog>',
  '<!DOCTYPE plist><plist version="1.0"><dict><key>a</key><integer>1</integer></dict></plist>',
);

export const pickle: Target = {
  name: 'pickle',
  corpus: PICKLES,
  dictionary: [
    ...words(
      '\x80\x04',
      '\x95\xff\xff\xff\xff\xff\xff\xff\x7f',
      '(',
      't',
      'R',
      'b',
      '}',
      ']',
      '0',
      '2',
      '\x81',
      '\x92',
      '\x93',
      '\x94',
    ),
    ...words(
      'cbuiltins\neval\n',
      'c__main__\nA\n',
      'I99999999999999999999\n',
      'L1L\n',
      'h\0',
      'j\0\0\0\0',
      'B\xff\xff\xff\x7f',
      '\x8e\0\0\0\0\0\0\0\x80',
      'Q',
      'P1\n',
      '\x97',
      '\x98',
      '.',
    ),
  ],
  run: (input) => show('binary', input),
};

/** Pickles of libraries, whose forms are recognized. */
export const known: Target = {
  name: 'known',
  corpus: knownPickles(),
  dictionary: [
    ...words(
      'cnumpy\nndarray\n',
      'cnumpy\ndtype\n',
      'cnumpy.core.multiarray\n_reconstruct\n',
      'cpandas.core.frame\nDataFrame\n',
      'cdatetime\ndatetime\n',
    ),
    ...words(
      'ccollections\nOrderedDict\n',
      'ccollections\nCounter\n',
      'cdecimal\nDecimal\n',
      'K\0',
      'K\xff',
      'J\xff\xff\xff\xff',
      '\x85',
      '\x86',
      '\x87',
      'R',
      'b',
      'C\0',
      'N',
      '\x88',
    ),
  ],
  run: (input) => show('binary', input),
};

function knownPickles(): Buffer[] {
  const folder = 'test/vectors/known';
  const rows = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(`${folder}/${name}`, 'utf8').trim().split('\n'));
  return rows.flatMap((row) => {
    const { pickles } = JSON.parse(row) as { pickles?: Record<string, string> };
    return Object.values(pickles ?? {})
      .map((text) => Buffer.from(text, 'base64'))
      .filter(({ length }) => length <= LONGEST);
  });
}

export const json: Target = {
  name: 'json',
  corpus: JSONS,
  dictionary: words(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\u',
    '\\ud800',
    'null',
    '1e999',
    '-0',
    '//',
    '/*',
    '\xef\xbb\xbf',
    '\xff\xfe',
    '__proto__',
  ),
  run: (input) => show('json', input),
};

export const xml: Target = {
  name: 'xml',
  corpus: XMLS,
  dictionary: words(
    '<',
    '>',
    '</',
    '/>',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?xml',
    '?>',
    '&#x0;',
    '&#x10ffff;',
    '&lt;',
    ' type="ref"',
    ' id="1"',
    ' xmlns:a="b"',
    'encoding="utf-16"',
    '<!DOCTYPE a [',
    'type="set"',
    'type="bytes"',
  ),
  run: (input) => show('xml', input),
};
