import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { listFiles, PackageManager } from '@vscode/vsce';
import { describe, it } from 'mocha';
import { projectRoot } from '../harness/setup';

describe('The README of the installed extension', function () {
  this.timeout(30_000);

  it('has all pictures and pages that it points to in the package', async () => {
    const readme = readFileSync(path.join(projectRoot, 'README.md'), 'utf8');
    const targets = [...readme.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target as string);
    const local = targets.filter((target) => !/^(?:https?:|#)/.test(target));
    assert(local.some((target) => target.endsWith('.png')));
    const packed = await listFiles({ cwd: projectRoot, packageManager: PackageManager.None });
    const missing = local.filter((target) => !packed.includes(target.replace(/#.*$/, '')));
    assert.deepEqual(missing, []);
  });
});
