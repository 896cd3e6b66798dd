import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { LimitError } from '../../../../src/core/errors';
import { formatPython } from '../../../../src/core/render/pythonLiteral';
import { TextBudget } from '../../../../src/core/values/textBudget';
import { formatJson } from '../../../../src/core/codecs/json/codec';
import { Dict, Tuple, ValueSet, type Value } from '../../../../src/core/values/value';

const options = { indent: 4, maxLength: 256 * 1024 * 1024 };

/** Each level holds the one below it twice. */
function twins(levels: number, bottom: Value, pair: (a: Value, b: Value) => Value): Value {
  let value = bottom;
  for (let i = 0; i < levels; i++) value = pair(value, value);
  return value;
}

describe('The work of a text', function () {
  this.timeout(60_000);
  it('has a limit, so that a short value with shared parts is refused instead of written without end', () => {
    const one = (): Value => twins(60, 1n, (a, b) => new Tuple([a, b]));
    const dict = new Dict();
    dict.set(ValueSet.from([one(), one()], true), null);
    assert.throws(() => formatPython(dict, options), LimitError);
    const lists = twins(60, 1n, (a, b) => [a, b]);
    assert.throws(() => formatJson(lists, options), LimitError);
  });

  it('is counted for all parts, and separately for repeated ones', () => {
    const budget = new TextBudget(5, 2);
    const [a, b, c] = [[], [], []] as [Value[], Value[], Value[]];
    for (const part of [a, b, a, b]) budget.count(part);
    assert.throws(() => budget.count(a), LimitError);
    assert.throws(() => budget.count(c), LimitError);
  });
});
