import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatPreview, previewOf } from '../../../../src/core/render/preview';
import type { Words } from '../../../../src/core/text';
import { Dict, InertCall, InertName, type Value } from '../../../../src/core/values/value';
import { tuple } from '../values/values';

/** A text in a language that translates its messages by a table, and groups no digits. */
function translated(words: Words, messages: Readonly<Record<string, string>>): string {
  if (typeof words === 'string') return words;
  return (messages[words.template] ?? words.template).replace(/\{(\d+)\}/g, (_, index: string) => {
    const value = words.values[Number(index)];
    if (typeof value !== 'object') return String(value);
    return 'count' in value ? String(value.count) : translated(value, messages);
  });
}

const GERMAN = {
  '{0} keys': '{0} Schlüssel',
  '1 item': '1 Eintrag',
  '{0} items': '{0} Einträge',
  '{0} bytes': '{0} Bytes',
  '{0} characters': '{0} Zeichen',
  '{0} digits': '{0} Ziffern',
  'about {0}': 'etwa {0}',
};

/** An estimator of scikit-learn that has not been fitted. */
function estimator(name: string, version: string): InertCall {
  const call = new InertCall(new InertName('module', name), tuple(), undefined, true);
  call.state = Dict.from([['_sklearn_version', version]]);
  return call;
}

describe('the preview of a value', () => {
  const previews: [value: Value, german: string | RegExp][] = [
    [
      Dict.from([
        ['a', 1n],
        ['b', 2n],
      ]),
      '2 Schlüssel {"a": 1, "b": 2}',
    ],
    [[1n], '1 Eintrag [1]'],
    [new Array<Value>(2000).fill(null), /^2000 Einträge \[None, None/],
    [Buffer.alloc(3), '00 00 00 (3 Bytes)'],
    [Buffer.alloc(0), '(0 Bytes)'],
    ['x'.repeat(100), /^"x+…" \(100 Zeichen\)$/],
    ['x'.repeat(200_000), /^"x+…" \(etwa 200000 Zeichen\)$/],
    [10n ** 100n, /^10+…0+ \(101 Ziffern\)$/],
    ['3 keys', '"3 keys"'],
  ];
  for (const [value, german] of previews) {
    const english = formatPreview(value);
    it(`can be shown in another language: ${english.slice(0, 30)}`, () => {
      const shown = translated(previewOf(value), GERMAN);
      if (typeof german === 'string') assert.equal(shown, german);
      else assert.match(shown, german);
    });
  }

  it('keeps names in a file apart from its own words, even if they look like placeholders', () => {
    const value = estimator('{1}', '{0}');
    assert.deepEqual(previewOf(value), {
      template: '{0}, made with scikit-learn {1}',
      values: ['{1}', '{0}'],
    });
    assert.equal(formatPreview(value), '{1}, made with scikit-learn {0}');
  });

  it('escapes invisible characters in names, and cuts only names', () => {
    assert.equal(formatPreview(estimator('A', '1\n\u202e')), 'A, made with scikit-learn 1\\n\\u202e');
    const long = formatPreview(estimator('A'.repeat(100), '1'.repeat(1000)));
    assert.match(long, /^A{100}, made with scikit-learn 1+…$/);
    assert.equal(long.length, 200);
    const longer = formatPreview(estimator('A'.repeat(1000), '1'.repeat(1000)));
    assert.match(longer, /^A+…, made with scikit-learn …$/);
    assert.equal(longer.length, 201);
  });
});
