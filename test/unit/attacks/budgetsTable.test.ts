import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { BUDGETS, type Share } from '../../../src/core/limits';
import { ATTACK_NAMES } from '../../attacks/attacks';
import { projectRoot } from '../../harness/setup';

interface Row {
  readonly what: string;
  readonly total: string;
  readonly address: string;
  readonly connection: string;
  readonly measured: string;
  readonly heldBy: string;
}

/** The table of docs/architecture.md under "Budgets". */
function readRows(): Row[] {
  const text = readFileSync(path.join(projectRoot, 'docs/architecture.md'), 'utf8');
  const [, section = ''] = /^## Budgets$(.*?)^## /ms.exec(text) ?? [];
  const lines = section.split('\n').filter((line) => line.startsWith('| '));
  return lines.slice(2).map((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const [, what = '', total = '', address = '', connection = '', , measured = '', heldBy = ''] = cells;
    return { what, total, address, connection, measured, heldBy };
  });
}

function testNames(): ReadonlySet<string> {
  const files = readdirSync(path.join(projectRoot, 'test'), { recursive: true, encoding: 'utf8' });
  return new Set(files.map((file) => path.basename(file)));
}

describe('The table of budgets in docs/architecture.md', () => {
  const rows = readRows();

  it('names existing tests for each budget', () => {
    assert.ok(rows.length >= 14, `${rows.length} rows`);
    const known = testNames();
    for (const { what, heldBy } of rows) {
      const named = [...heldBy.matchAll(/`([^`]+\.test\.ts)`/g)].map(([, name = '']) => name);
      assert.ok(named.length > 0, `no test holds: ${what}`);
      for (const name of named) assert.ok(known.has(name), `${name}, which is to hold: ${what}`);
    }
  });

  it('has a measured worst case for each budget, under existing attacks', () => {
    const names: readonly string[] = ATTACK_NAMES;
    for (const { what, measured } of rows) {
      assert.match(measured, /\d|the same/, `nothing is measured of: ${what}`);
      for (const [, name = ''] of measured.matchAll(/`([a-z]+)`/g))
        assert.ok(names.includes(name), `the attack ${name}`);
    }
  });

  it('has the same numbers as the code', () => {
    const MEBIBYTE = 1024 * 1024;
    const asTold = ({ total, address, connection }: Share): string[] =>
      [total, address, connection].map((bytes) => `${bytes / MEBIBYTE} MiB`);
    const find = (start: string): Row | undefined => rows.find(({ what }) => what.startsWith(start));
    for (const [start, share] of [
      ['memory for content', BUDGETS.memory],
      ['tokens not checked', BUDGETS.unchecked],
    ] as const) {
      const row = find(start);
      assert.deepEqual([row?.total, row?.address, row?.connection], asTold(share));
    }
    const { total, address } = BUDGETS.connections;
    const connections = find('connections');
    assert.ok(connections?.total.startsWith(total.toLocaleString('en')));
    assert.equal(connections?.address, String(address));
  });
});
