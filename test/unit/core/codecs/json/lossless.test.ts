import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { formatJson, jsonCodec, parseJson, readJson } from '../../../../../src/core/codecs/json/codec';
import { DecodeError } from '../../../../../src/core/errors';
import { Dict } from '../../../../../src/core/values/value';
import { assertSameValue } from '../../values/sameValue';
import { inEnglish } from '../../../../../src/core/text';

const limits = { nestingDepth: 100 };
const view = { indent: 0, maxLength: 10_000 };

function reasonFor(text: string): string {
  try {
    readJson(text, 100);
  } catch (error) {
    assert.ok(error instanceof DecodeError);
    return inEnglish(error.reason);
  }
  return assert.fail('it was read');
}

describe('JSON that is read without loss', () => {
  it('keeps all values of a repeated key, and says so', () => {
    const { value, notices } = readJson('{"a": 1, "b": 2, "a": {"c": 3, "c": 4}, "a": []}', 100);
    const inner = Dict.from([['c', [3n, 4n]]]);
    assertSameValue(
      value,
      Dict.from([
        ['a', [1n, inner, []]],
        ['b', 2n],
      ]),
    );
    assert.equal(notices.length, 1);
    assert.match(
      inEnglish(notices[0]!),
      /the same key several times: "c", "a"\. Its values are shown as a list/,
    );
  });

  it('keeps numbers that no float can hold, and writes them again as they were', () => {
    const text = '[1e400,-1.5E+999,2e-500,0e-500,0.0,1e308]';
    const { value, notices } = readJson(text, 100);
    assert.match(
      formatJson(value, view).replace(/\s/g, ''),
      /^\[1e400,-1\.5E\+999,2e-500,0\.0,0\.0,1e\+?308\]$/,
    );
    assert.match(notices.map(inEnglish).join(), /too large or too small for a float/);
    assert.deepEqual(readJson('[1e308, -0.0, 0e999]', 100).notices, []);
  });

  it('reads one value per line as a list', () => {
    const { value, notices } = readJson('{"a": 1}\r\n[2]\n\n// end\n"three"\n', 100);
    assertSameValue(value, [Dict.from([['a', 1n]]), [2n], 'three']);
    assert.deepEqual(notices.map(inEnglish), ['JSON Lines: 3 values, read as a list.']);
    assert.match(reasonFor('{"a": 1} {"b": 2}'), /expected the end after the value/);
    assert.match(reasonFor('{"a": 1}\n{"b": '), /line 2/);
  });

  it('may have comments and commas after the last item', () => {
    const { value, notices } = jsonCodec.decode(Buffer.from('{"a": [1, /* two */ 3,],} // end'), limits);
    assertSameValue(value, Dict.from([['a', [1n, 3n]]]));
    assert.deepEqual(notices, []);
  });

  it('recognizes Python literals in its error', () => {
    for (const text of ["{'a': 1}", '{"a": None}', '[True]', "[b'x']", '[(1, 2)]'])
      assert.match(
        reasonFor(text).replaceAll('(1, 2)', ''),
        text === '[(1, 2)]' ? /expected a value/ : /Python's repr writes; json\.dumps/,
      );
    assert.doesNotMatch(reasonFor('[undefined]'), /Python/);
  });

  it('reports the position of a control character', () => {
    assert.match(reasonFor('["a",\n"b\tc"]'), /control character that is not escaped, in line 2, column 3/);
  });

  it('uses the last value of a repeated key for sending, and says so', () => {
    const { value, notices } = readJson('{"a": 1, "a": [2]}', 100, 'last');
    assertSameValue(value, Dict.from([['a', [2n]]]));
    assert.match(notices.map(inEnglish).join(), /several times: "a"\. Only its last value is used\.$/);
  });

  it('is read the same way as strict JSON if it is strict JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        assertSameValue(readJson(text, 100).value, parseJson(text, { comments: false, nestingDepth: 100 }));
      }),
    );
  });
});
