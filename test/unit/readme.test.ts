import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { listFiles, PackageManager } from '@vscode/vsce';
import { describe, it } from 'mocha';
import { projectRoot } from '../harness/setup';
import { temporaryDirectory } from './inbox/temporary';

/** Copies what the package is made of: in the project itself, all files of all packages would be looked through. What is built is here already. */
function copyPackaged(directory: string): void {
  mkdirSync(directory);
  for (const name of readdirSync(projectRoot)) {
    const isPackaged =
      /^(?:dist|docs|l10n|media|\.vscodeignore|LICENSE\.txt|package.*\.json|[A-Z]+\.md)$/.test(name);
    if (isPackaged) cpSync(path.join(projectRoot, name), path.join(directory, name), { recursive: true });
  }
}

describe('The README of the installed extension', function () {
  this.timeout(30_000);
  const newDirectory = temporaryDirectory();

  it('has all linked pictures and pages in the package', async () => {
    const cwd = newDirectory();
    copyPackaged(cwd);
    const packed = await listFiles({ cwd, packageManager: PackageManager.None });
    for (const page of ['README.md', 'SUPPORT.md']) {
      const text = readFileSync(path.join(projectRoot, page), 'utf8');
      const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target as string);
      const local = targets.filter((target) => !/^(?:https?:|#)/.test(target));
      assert(local.length > 0);
      const missing = local.filter((target) => !packed.includes(target.replace(/#.*$/, '')));
      assert.deepEqual(missing, []);
    }
  });

  it('begins with how to install it, how two people pair, and three pictures', () => {
    const readme = readFileSync(path.join(projectRoot, 'README.md'), 'utf8');
    const [title, install, pairing, purpose] = readme.split(/^## /m);
    assert.match(title ?? '', /^# Picklepost\n/);
    assert.match(install ?? '', /^Install\n[^]*npm run package\ncode --install-extension picklepost-/);
    assert.match(pairing ?? '', /^Thirty seconds\n[^]*\*\*Pair: show a code\*\*[^]*six digits/);
    assert.equal(purpose?.match(/^!\[.+\]\(media\/screenshots\/.+\.png\)$/gm)?.length, 3);
  });
});

describe('vsce package', function () {
  this.timeout(60_000);
  const newDirectory = temporaryDirectory();

  it('has no warnings if the address of the source is known', () => {
    const directory = newDirectory();
    copyPackaged(directory);
    const manifest = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8')) as {
      scripts: object;
    };
    // A place of documentation, as the workflow fills in the real one.
    const url = 'https://github.com/example/example.git';
    const published = { ...manifest, scripts: {}, repository: { type: 'git', url } };
    writeFileSync(path.join(directory, 'package.json'), JSON.stringify(published));
    const vsce = path.join(projectRoot, 'node_modules/@vscode/vsce/vsce');
    const { status, stdout, stderr } = spawnSync(process.execPath, [vsce, 'package'], {
      cwd: directory,
      encoding: 'utf8',
      input: '',
    });
    assert.equal(status, 0, stderr);
    assert.doesNotMatch(stdout + stderr, /WARNING|ERROR/);
  });
});

describe('The workflows', () => {
  it('run only existing steps of the test runner', () => {
    const runner = readFileSync(path.join(projectRoot, 'test/run.mjs'), 'utf8');
    const workflow = readFileSync(path.join(projectRoot, '.github/workflows/test.yml'), 'utf8');
    const steps = [...workflow.matchAll(/node test\/run\.mjs (.+)$/gm)].flatMap(([, names]) =>
      names!.split(' '),
    );
    assert(steps.length > 5);
    for (const name of steps) assert(runner.includes(`name: '${name}'`), name);
  });
});
