import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { InertName, Tuple, ValueSet, type Value } from '../../../../src/core/values/value';
import { formatPath, type PathStep } from '../../../../src/core/render/path';

function key(value: Value): PathStep {
  return { kind: 'key', key: value };
}

describe('formatPath', () => {
  const paths: [steps: PathStep[], expression: string][] = [
    [[], 'data'],
    [[key('a'), { kind: 'index', index: 3 }], 'data["a"][3]'],
    [[key('it\'s "x"\n')], 'data["it\'s \\"x\\"\\n"]'],
    [[key(null), key(true), key(-3n), key(1.5)], 'data[None][True][-3][1.5]'],
    [[key(NaN)], 'data[float("nan")]'],
    [[key(Uint8Array.of(0, 97))], 'data[b"\\x00a"]'],
    [[key(new Tuple([1n, new Tuple([])]))], 'data[(1, ())]'],
    [[key(ValueSet.from([1n], true))], 'data[frozenset({1})]'],
    [[key(new InertName('os', 'system'))], 'data[os.system]'],
    [[key('s'), { kind: 'member', index: 2 }, { kind: 'index', index: 0 }], 'list(data["s"])[2][0]'],
    [
      [
        { kind: 'part', name: 'args' },
        { kind: 'index', index: 1 },
      ],
      'data.args[1]',
    ],
  ];
  for (const [steps, expression] of paths) {
    it(`returns ${expression}`, () => {
      assert.equal(formatPath(steps), expression);
    });
  }

  it('cuts a long expression at its end, in a time that does not depend on its length', () => {
    const member: PathStep = { kind: 'member', index: 0 };
    assert.equal(
      formatPath(new Array<PathStep>(100).fill(member)),
      `${'list('.repeat(100)}data${')[0]'.repeat(100)}`,
    );
    assert.match(formatPath([...new Array<PathStep>(1e6).fill(key('a')), member]), /^list\(data(\["a"\])+…$/);
    assert.equal(formatPath(new Array<PathStep>(1e6).fill(member)).length, 2000);
  });

  it('stays short, however long the keys and the path are', () => {
    const long = key('x'.repeat(1_000_000));
    assert.match(formatPath([long]), /^data\["x{900,}…\]$/);
    assert.equal(formatPath([long, long, long]).length, 2000);
    assert.ok(formatPath(new Array<PathStep>(1000).fill(key('name'))).endsWith('…'));
  });
});
