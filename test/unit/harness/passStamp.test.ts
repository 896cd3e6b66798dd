import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, before, beforeEach, describe, it } from 'mocha';

/** The interface of passStamp.mjs, which runs unbuilt. */
interface PassStamp {
  readonly isFresh: boolean;
  keep(): void;
}

interface PassStampModule {
  PassStamp: new (root: string, name: string, commands: unknown, output?: string) => PassStamp;
}

describe('A check that passed', () => {
  let stamps: PassStampModule;
  let root: string;
  before(async () => {
    stamps = (await import(path.resolve('test/harness/passStamp.mjs'))) as PassStampModule;
  });
  const inRoot = (name: string): string => path.join(root, name);

  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'picklepost-stamp-'));
    for (const folder of ['src/core', 'node_modules', 'dist']) mkdirSync(inRoot(folder), { recursive: true });
    for (const name of ['package.json', 'src/a.ts', 'src/core/b.ts', 'node_modules/.package-lock.json'])
      writeFileSync(inRoot(name), name);
    assert.equal(check(), 'run');
    assert.equal(check(), 'unchanged');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** Does what `npm test` does with a check that passes, and with which something happens while it runs. */
  function check(command = 'eslint .', run: () => void = () => undefined): 'unchanged' | 'run' {
    const stamp = new stamps.PassStamp(root, 'lint', [command]);
    if (stamp.isFresh) return 'unchanged';
    run();
    stamp.keep();
    return 'run';
  }

  const changes: readonly [what: string, change: () => void][] = [
    ['the content of a file', () => writeFileSync(inRoot('src/core/b.ts'), 'src/core/c.ts')],
    ['the name of a file', () => renameSync(inRoot('src/a.ts'), inRoot('src/c.ts'))],
    ['a new file', () => writeFileSync(inRoot('src/c.ts'), '')],
    ['a deleted file', () => unlinkSync(inRoot('src/a.ts'))],
    ['a link', () => symlinkSync('a.ts', inRoot('src/link.ts'))],
    ['the configuration', () => writeFileSync(inRoot('package.json'), '{}')],
    ['a hidden file', () => writeFileSync(inRoot('.prettierrc.json'), '{}')],
    ['an installed package', () => writeFileSync(inRoot('node_modules/.package-lock.json'), '{}')],
  ];
  for (const [what, change] of changes) {
    it(`runs again after a change of ${what}, and only once`, () => {
      change();
      assert.equal(check(), 'run');
      assert.equal(check(), 'unchanged');
    });
  }

  it('runs again with other commands', () => {
    assert.equal(check('eslint src'), 'run');
  });

  it('does not run again for the output of a build', () => {
    writeFileSync(inRoot('dist/a.js'), '');
    writeFileSync(inRoot('picklepost-0.1.0.vsix'), '');
    assert.equal(check(), 'unchanged');
  });

  it('runs again if its output is missing or has changed', () => {
    const output = 'picklepost-0.1.0.vsix';
    const make = (): boolean => {
      const stamp = new stamps.PassStamp(root, 'package', [], output);
      if (stamp.isFresh) return false;
      writeFileSync(inRoot(output), 'made');
      stamp.keep();
      return true;
    };
    assert.deepEqual([make(), make()], [true, false]);
    unlinkSync(inRoot(output));
    assert.deepEqual([make(), make()], [true, false]);
    writeFileSync(inRoot(output), 'of somebody else');
    assert.deepEqual([make(), make()], [true, false]);
  });

  it('runs again if a file changed while it ran', () => {
    writeFileSync(inRoot('src/a.ts'), 'new');
    const change = (): void => writeFileSync(inRoot('src/a.ts'), 'newer');
    assert.equal(check(undefined, change), 'run');
    assert.equal(check(), 'run');
  });

  it('runs again after a failure', () => {
    writeFileSync(inRoot('src/a.ts'), 'new');
    const fail = (): void => {
      throw new Error('lint');
    };
    assert.throws(() => check(undefined, fail));
    assert.equal(check(), 'run');
  });
});
