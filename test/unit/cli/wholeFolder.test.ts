import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { temporaryDirectory } from '../inbox/temporary';
import { jsonLines, Receiver, run, type Line } from './program';
import { makeWorkplace, type Workplace } from './workplace';

const YEAR_1965 = new Date('1965-07-13T19:57:00Z');

const NAMES = [
  '.gitignore',
  '.env',
  '-dash',
  '~tilde',
  'a\\b.txt',
  'x:y|z?.txt',
  'trailing. ',
  'ж'.repeat(127),
];

/** A folder with all that is easily lost on the way. */
function makeProject(folder: string): void {
  for (const inner of ['empty', 'deep/emptier', '.config', '.vscode', '.git/hooks'])
    mkdirSync(path.join(folder, inner), { recursive: true });
  for (const name of NAMES) writeFileSync(path.join(folder, name), name);
  writeFileSync(path.join(folder, '.config/settings'), 's');
  writeFileSync(path.join(folder, '.vscode/tasks.json'), '{}');
  writeFileSync(path.join(folder, '.git/hooks/post-checkout'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(path.join(folder, 'run.sh'), '#!/bin/sh\n');
  chmodSync(path.join(folder, 'run.sh'), 0o4755);
  writeFileSync(path.join(folder, 'old.txt'), 'old');
  utimesSync(path.join(folder, 'old.txt'), YEAR_1965, YEAR_1965);
  symlinkSync('old.txt', path.join(folder, 'link.txt'));
  symlinkSync('nowhere', path.join(folder, 'broken.txt'));
  symlinkSync('.', path.join(folder, 'loop'));
  execFileSync('mkfifo', [path.join(folder, 'pipe')]);
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/latin`), Buffer.of(0xe9), Buffer.from('.txt')]), 'l');
}

/** What is in a folder, by relative path: folders with `/`, executable files with `*`. */
function listing(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      const isExecutable = entry.isFile() && (statSync(file).mode & 0o111) !== 0;
      return path.relative(folder, file) + (entry.isDirectory() ? '/' : isExecutable ? '*' : '');
    })
    .sort();
}

interface Journey extends Workplace {
  readonly sent: Line[];
  readonly received: Line[];
  readonly errors: string;
  readonly code: number | null;
}

describe('A folder that is sent with its paths', function () {
  this.timeout(60_000);
  const newDirectory = temporaryDirectory();

  async function journey(options: string[] = [], receiverOptions: string[] = []): Promise<Journey> {
    const workplace = makeWorkplace(newDirectory());
    const { at, inbox } = workplace;
    mkdirSync(at('project'));
    makeProject(at('project'));
    const receiver = await Receiver.start(...inbox, '--save-to', at('saved'), ...receiverOptions);
    const { output, errors, code } = await run([
      'send',
      at('project'),
      '--to',
      receiver.address,
      '--json',
      ...options,
    ]);
    const received: Line[] = [];
    const sent = jsonLines(output);
    for (const { event } of sent) if (event === 'sent') received.push(await receiver.next());
    await receiver.stop();
    return { ...workplace, sent, received, errors, code };
  }

  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  it('arrives as it was: names, hidden files, empty folders, times, and who may execute what', async () => {
    const { at, sent, received, errors, code } = await journey(['--keep-paths']);
    assert.equal(code, 0);
    assert.deepEqual(
      listing(at('saved/project')),
      [
        ...NAMES,
        '.config/',
        '.config/settings',
        '_.git/',
        '_.git/hooks/',
        '_.git/hooks/post-checkout*',
        '_.vscode/',
        '_.vscode/tasks.json',
        'deep/',
        'deep/emptier/',
        'empty/',
        'latin\\xe9.txt',
        'link.txt',
        'old.txt',
        'run.sh*',
      ].sort(),
    );
    for (const name of NAMES) assert.equal(readFileSync(at(`saved/project/${name}`), 'utf8'), name);
    assert.equal(statSync(at('saved/project/old.txt')).mtimeMs, YEAR_1965.getTime());
    assert.equal(statSync(at('saved/project/run.sh')).mode & 0o7111, 0o111);
    assert.throws(() => readlinkSync(at('saved/project/link.txt')));

    assert.deepEqual(
      sent.filter(({ event }) => event === 'left-out').map((line) => [line['path'], line['reason']]),
      [
        ['project/broken.txt', 'broken-link'],
        ['project/loop', 'link-to-folder'],
        ['project/pipe', 'pipe'],
      ],
    );
    assert.match(errors, /^Left out project\/pipe: it is a pipe\.$/m);
    assert.deepEqual(
      sent.flatMap((line) => line['keptAs'] ?? []),
      [],
    );
    const disarmed = received.flatMap((line) => line['disarmed'] ?? []);
    assert.deepEqual(disarmed.sort(), ['.git', '.vscode']);
    assert.equal(received.find(({ name }) => name === 'run.sh')?.['mode'], 0o111);
  });

  it('keeps the folders that programs run commands out of where the receiver agrees', async () => {
    const { at, received } = await journey(['--keep-paths'], ['--allow-tool-folders']);
    assert.ok(existsSync(at('saved/project/.git/hooks/post-checkout')));
    assert.ok(existsSync(at('saved/project/.vscode/tasks.json')));
    assert.deepEqual(
      received.flatMap((line) => line['disarmed'] ?? []),
      [],
    );
  });

  it('makes no file executable where paths are not kept, and names its empty folders as left out', async () => {
    const { at, sent } = await journey();
    assert.deepEqual(
      listing(at('saved')).filter((name) => name.endsWith('*') || name.endsWith('/')),
      [],
    );
    assert.deepEqual(
      sent.filter(({ reason }) => reason === 'empty-folder').map((line) => line['path']),
      ['project/deep/emptier', 'project/empty'],
    );
  });
});

describe('A name that the receiver cannot keep', function () {
  this.timeout(20_000);
  const newDirectory = temporaryDirectory();

  it('is told on both sides, with the one that it has instead', async function () {
    if (process.platform === 'win32') this.skip();
    const { at, inbox } = makeWorkplace(newDirectory(), { 'two\nlines.txt': 'x' });
    const receiver = await Receiver.start(...inbox);
    const { output } = await run(['send', at('two\nlines.txt'), '--to', receiver.address, '--json']);
    const sent = jsonLines(output).find(({ event }) => event === 'sent');
    assert.deepEqual([sent?.['name'], sent?.['keptAs']], ['two\nlines.txt', 'two_lines.txt']);
    const received = await receiver.next();
    assert.deepEqual([received['name'], received['sentName']], ['two_lines.txt', 'two\nlines.txt']);
    await receiver.stop();
  });
});
