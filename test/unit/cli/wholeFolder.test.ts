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
  '...',
  '   ',
  'con',
  'README',
  'readme',
  'caf\u00e9',
  'cafe\u0301',
  '\u200fדוח\u200e.txt',
  '👨‍👩‍👧.txt',
  'ж'.repeat(127),
];
/** What no system is to show as it is, and what stands for it. */
const CHANGED = [
  ['two\nlines', 'two_lines'],
  ['invoice\u202efdp.exe', 'invoice_fdp.exe'],
  ['\x1b[31mred', '_[31mred'],
] as const;

/** A folder with all that is easily lost on the way. */
function makeProject(folder: string): void {
  for (const inner of ['empty', 'deep/emptier', '.config', '.vscode', '.git/hooks'])
    mkdirSync(path.join(folder, inner), { recursive: true });
  for (const name of [...NAMES, ...CHANGED.map(([sent]) => sent)])
    writeFileSync(path.join(folder, name), name);
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

/** The listing of what arrives, where the receiver has not agreed to more. */
const ARRIVED = [
  ...NAMES,
  ...CHANGED.map(([, kept]) => kept),
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
].sort();

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

  async function journey(options: string[] = [], receiverOptions?: string[]): Promise<Journey> {
    const workplace = makeWorkplace(newDirectory());
    const { at } = workplace;
    mkdirSync(at('project'));
    makeProject(at('project'));
    return send(workplace, options, receiverOptions ?? ['--save-to', at('saved')]);
  }

  async function send(
    workplace: Workplace,
    options: string[] = ['--keep-paths'],
    receiverOptions = ['--save-to', workplace.at('saved')],
  ): Promise<Journey> {
    const { at, inbox } = workplace;
    const receiver = await Receiver.start(...inbox, ...receiverOptions);
    const command = ['send', at('project'), '--to', receiver.address, '--json', ...options];
    const { output, errors, code } = await run(command);
    const received: Line[] = [];
    const sent = jsonLines(output);
    for (const { event } of sent) if (event === 'sent') received.push(await receiver.next());
    await receiver.stop();
    return { ...workplace, sent, received, errors, code };
  }

  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  it('arrives unchanged: names, hidden files, empty folders, times and executable bits', async () => {
    const { at, sent, received, errors, code } = await journey(['--keep-paths']);
    assert.equal(code, 0);
    assert.deepEqual(listing(at('saved/project')), ARRIVED);
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
    for (const lines of [sent, received])
      assert.deepEqual(lines.flatMap((line) => line['savedAs'] ?? []).sort(), [
        'project/_.git/hooks/post-checkout',
        'project/_.vscode/tasks.json',
      ]);
    assert.deepEqual(
      sent.flatMap((line) => line['keptAs'] ?? []).sort(),
      CHANGED.map(([, kept]) => kept).sort(),
    );
    assert.deepEqual(
      received.flatMap((line) => line['sentName'] ?? []).sort(),
      CHANGED.map(([name]) => name).sort(),
    );
    const disarmed = received.flatMap((line) => line['disarmed'] ?? []);
    assert.deepEqual(disarmed.sort(), ['.git', '.vscode']);
    assert.equal(received.find(({ name }) => name === 'run.sh')?.['mode'], 0o111);
  });

  it('keeps folders such as .git, from which programs run commands, if the receiver agrees', async () => {
    const workplace = makeWorkplace(newDirectory());
    const { at } = workplace;
    mkdirSync(at('project'));
    makeProject(at('project'));
    const saving = ['--save-to', at('saved'), '--allow-tool-folders'];
    const { sent, received } = await send(workplace, ['--keep-paths'], saving);
    assert.ok(existsSync(at('saved/project/.git/hooks/post-checkout')));
    assert.ok(existsSync(at('saved/project/.vscode/tasks.json')));
    assert.deepEqual(
      [...sent, ...received].flatMap((line) => line['disarmed'] ?? line['savedAs'] ?? []),
      [],
    );
  });

  it('is exported from the inbox as it arrived', async () => {
    const { at, inbox, received } = await journey(['--keep-paths'], []);
    const ids = received.map(({ id }) => String(id));
    mkdirSync(at('exported'));
    const { code, output, errors } = await run(['export', ...ids, '--to', at('exported'), ...inbox]);
    assert.deepEqual([code, errors], [0, '']);
    assert.deepEqual(listing(at('exported/project')), ARRIVED);
    assert.equal(statSync(at('exported/project/old.txt')).mtimeMs, YEAR_1965.getTime());
    assert.match(output, /^Saved .*\/_\.vscode\/tasks\.json\nA name in it had to change: .*\/\.vscode\//m);
  });

  it('is not saved twice when it is sent again, and gets changed executable bits', async () => {
    const first = await journey(['--keep-paths']);
    const { at } = first;
    const before = listing(at('saved/project'));
    chmodSync(at('project/run.sh'), 0o644);
    chmodSync(at('project/README'), 0o755);
    const again = await send(first);
    const isNew = again.sent.filter(({ event, existed }) => event === 'sent' && existed !== true);
    assert.deepEqual(isNew.map(({ name }) => name).sort(), ['README', 'run.sh']);
    assert.deepEqual(
      listing(at('saved/project')),
      before.map((name) => (name === 'README' ? 'README*' : name === 'run.sh*' ? 'run.sh' : name)).sort(),
    );
  });

  it('is moved to its paths if it was sent without them before', async () => {
    const first = await journey();
    const { sent } = await send(first);
    assert.ok(sent.every(({ existed }) => existed !== true));
    assert.deepEqual(listing(first.at('saved/project')), ARRIVED);
  });

  it('makes no file executable if paths are not kept, and reports its empty folders as left out', async () => {
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

  it('is reported on both sides, with the name that replaces it', async function () {
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

  it('is shown on one line, whatever it contains', async function () {
    if (process.platform === 'win32') this.skip();
    const { at, inbox } = makeWorkplace(newDirectory(), { 'two\nlines\x1b[31m.txt': 'x' });
    const receiver = await Receiver.start(...inbox);
    const { output } = await run(['send', at('two\nlines\x1b[31m.txt'), '--to', receiver.address]);
    assert.match(
      output,
      /^Sent two\\nlines\\x1b\[31m\.txt \(1 B\) to .*\nThe receiver cannot keep the name .*\n$/,
    );
    await receiver.stop();
  });
});
