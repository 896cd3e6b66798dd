import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { countingValue, isAllowed, type SettingRule } from '../../../../src/editor/shell/settingRule';
import { projectRoot } from '../../../harness/setup';

interface Manifest {
  contributes: { configuration: { properties: Record<string, SettingRule> }[] };
}

const manifest = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8')) as Manifest;
const rules = new Map(
  manifest.contributes.configuration.flatMap(({ properties }) => Object.entries(properties)),
);

describe('The values of a setting', () => {
  it('include every default in package.json', () => {
    for (const [name, rule] of rules) assert(isAllowed(rule, rule.default), name);
  });

  it('are those of the user for protecting settings, whatever a workspace contains', () => {
    const slipped = { defaultValue: 'optional', globalValue: 'required', workspaceValue: 'optional' };
    const encryption = rules.get('picklepost.receive.encryption')!;
    assert.equal(countingValue(encryption, slipped, 'optional'), 'required');
    const folder = rules.get('picklepost.receive.saveToFolder')!;
    assert.equal(countingValue(folder, { defaultValue: '' }, '/tmp/theirs'), '');
    for (const [name, rule] of rules) {
      const counts = countingValue(rule, { defaultValue: rule.default }, 'theirs');
      assert.equal(counts, rule.scope === 'machine' ? rule.default : 'theirs', name);
    }
  });

  const cases: [name: string, allowed: unknown[], others: unknown[]][] = [
    ['bufferSize', [1, 1111, 2 ** 24], [0, -1, 1.5, 2 ** 24 + 1, NaN, '1111', null, undefined]],
    ['receive.port', [1, 65535], [0, 65536, '6868']],
    ['receive.encryption', ['optional', 'required'], ['require', '', true]],
    ['receive.host', ['::1'], ['', 127, null]],
    ['receive.pickle', [false], ['false', 0]],
    ['receive.keepDays', [0, 0.5], [-1, '7']],
    ['destinations', [[], [null]], [{}, 'lab', null]],
  ];
  for (const [name, allowed, others] of cases) {
    it(`are those in package.json for ${name}`, () => {
      const rule = rules.get(`picklepost.${name}`);
      assert(rule);
      for (const value of allowed) assert(isAllowed(rule, value), JSON.stringify(value));
      for (const value of others) assert(!isAllowed(rule, value), JSON.stringify(value));
    });
  }
});
