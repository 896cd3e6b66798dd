import assert from 'node:assert/strict';
import fc from 'fast-check';
import { before, describe, it } from 'mocha';
import { formatPython } from '../../src/core/render/pythonLiteral';
import type { Value } from '../../src/core/values/value';
import { arbitraryInertLeaf, arbitraryLeaf, arbitraryValue } from '../unit/core/values/arbitraryValue';
import { describeValue } from './neutral';
import { needsPython, runPython } from './python';

/** What Python finds each literal to be; null where it has a call in it. */
function askPython(values: readonly Value[]): (string | null)[] {
  const literals = values.map((value) => formatPython(value, { indent: 4, maxLength: 1e6 }));
  const lines = runPython('literals.py', literals.map((literal) => `${JSON.stringify(literal)}\n`).join(''));
  assert.equal(lines.length, values.length);
  return lines.map((line) => JSON.parse(line) as string | null);
}

describe('Python literals, in Python', () => {
  before(function () {
    needsPython(this);
  });

  it('evaluate to the value', () => {
    const values = [
      ...fc.sample(arbitraryValue({ references: 'tree' }), { numRuns: 500, seed: 8 }),
      10n ** 4300n,
      -(10n ** 20_000n),
    ];
    askPython(values).forEach((description, i) => {
      assert.equal(description, describeValue(values[i]!));
    });
  });

  it('are valid source for cycles, classes and calls, too', () => {
    const leaf = fc.oneof(arbitraryLeaf(), arbitraryInertLeaf());
    const shape = arbitraryValue({ leaf, key: leaf, containers: ['list', 'dict', 'call', 'tuple'] });
    const answers = askPython(fc.sample(shape, { numRuns: 300, seed: 9 }));
    assert.ok(answers.filter((description) => description === null).length > 100);
  });
});
