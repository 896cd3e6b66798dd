import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { findFreePort } from '../../src/net/ports';
import { configure, SenderFixture, sendTo } from './senderFixture';

const YEAR_1965 = new Date('1965-07-13T19:57:00Z');
const NAMES = [
  '.env',
  '-dash',
  'a\\b.txt',
  'x:y|z?.txt',
  'trailing. ',
  '...',
  'README',
  'readme',
  'ж'.repeat(127),
];

/** A folder with all that is easily lost on the way. */
function makeProject(folder: string): void {
  for (const inner of ['empty', '.vscode']) fs.mkdirSync(path.join(folder, inner), { recursive: true });
  for (const name of NAMES) fs.writeFileSync(path.join(folder, name), name);
  fs.writeFileSync(path.join(folder, '.vscode/tasks.json'), '{}');
  fs.writeFileSync(path.join(folder, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
  fs.writeFileSync(path.join(folder, 'old.txt'), 'old');
  fs.utimesSync(path.join(folder, 'old.txt'), YEAR_1965, YEAR_1965);
  fs.symlinkSync('old.txt', path.join(folder, 'link.txt'));
  fs.symlinkSync('nowhere', path.join(folder, 'broken.txt'));
  fs.symlinkSync('.', path.join(folder, 'loop'));
  execFileSync('mkfifo', [path.join(folder, 'pipe')]);
  fs.writeFileSync(Buffer.concat([Buffer.from(`${folder}/latin`), Buffer.of(0xe9)]), 'l');
}

/** What is in a folder, by relative path: folders with `/`, executable files with `*`. */
function listing(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      const isExecutable = entry.isFile() && (fs.statSync(file).mode & 0o111) !== 0;
      return path.relative(folder, file) + (entry.isDirectory() ? '/' : isExecutable ? '*' : '');
    })
    .sort();
}

describe('a folder from editor to editor', () => {
  let fixture: SenderFixture;

  before(function () {
    if (process.platform !== 'linux') this.skip();
  });
  beforeEach(async () => {
    fixture = new SenderFixture();
    const port = await findFreePort('127.0.0.1', 23_000);
    await configure({
      'receive.port': port,
      'receive.notify': false,
      'receive.saveToFolder': path.join(fixture.folder, 'saved'),
      'send.keepPaths': true,
    });
    await vscode.commands.executeCommand('picklepost.startServer');
    await sendTo({ port });
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('picklepost.stopServer');
    await configure({ 'receive.saveToFolder': undefined, 'send.keepPaths': undefined });
    fixture.dispose();
  });

  it('arrives unchanged, and both sides report which parts did not', async () => {
    const project = path.join(fixture.folder, 'project');
    makeProject(project);
    await fixture.sender.sendFiles([vscode.Uri.file(project)]);
    const saved = path.join(fixture.folder, 'saved/project');
    assert.deepEqual(
      listing(saved),
      [
        ...NAMES,
        '_.vscode/',
        '_.vscode/tasks.json',
        'empty/',
        'latin\\xe9',
        'link.txt',
        'old.txt',
        'run.sh*',
      ].sort(),
    );
    assert.equal(fs.statSync(path.join(saved, 'old.txt')).mtimeMs, YEAR_1965.getTime());
    const { message } = fixture.reporter.last;
    assert.match(message, /kept by the receiver under other names: project\/_\.vscode\/tasks\.json/);
    assert.match(
      message,
      /Left out: project\/broken\.txt \(a link that leads nowhere\), project\/loop \(a link to a folder\), project\/pipe \(a pipe\)\.$/,
    );
    assert.equal(fixture.entry.state, 'sent');
  });

  it('with many small files arrives completely', async function () {
    this.timeout(120_000);
    const many = path.join(fixture.folder, 'many');
    fs.mkdirSync(many);
    for (let i = 0; i < 400; i++) await fs.promises.writeFile(path.join(many, String(i)), String(i));
    await fixture.sender.sendAgain({
      ...(await firstEntry(fixture)),
      request: { ...fixture.entry.request, uris: [vscode.Uri.file(many).toString()] },
    });
    assert.equal(listing(path.join(fixture.folder, 'saved/many')).length, 400);
  });
});

/** Sending an entry again asks nobody whether so many files are meant. */
async function firstEntry(fixture: SenderFixture): Promise<(typeof fixture)['entry']> {
  await fixture.sender.sendFiles([fixture.write('one.txt', 'one')]);
  return fixture.entry;
}
