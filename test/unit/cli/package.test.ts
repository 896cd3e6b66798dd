import assert from 'node:assert/strict';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'mocha';
import { projectRoot } from '../../harness/setup';
import { temporaryDirectory } from '../inbox/temporary';

/** Bytes of the unpacked package, a sixth of which is the client of NATS. */
const LARGEST = 1_000_000;

interface Packed {
  readonly filename: string;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

/** Without what npm tells the programs that it runs, such as these tests: it would take that for its own settings. */
function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
}

describe('The npm package', function () {
  this.timeout(120_000);
  const newDirectory = temporaryDirectory();
  let directory = '';
  let packed: Packed;
  const running = new Set<ChildProcessByStdio<null, Readable, Readable>>();
  const at = (name: string): string => path.join(directory, name);

  before(async () => {
    directory = newDirectory();
    for (const name of ['', 'source', 'home', 'empty']) mkdirSync(at(name));
    packed = await pack();
  });
  after(() => {
    for (const program of running) program.kill('SIGKILL');
  });

  /** A program of npm, with an empty home and nothing of npm's own cache, so that it finds on the disk what it needs, or fails. */
  function start(name: 'npm' | 'npx', args: readonly string[], cwd = at('empty')) {
    const home = { HOME: at('home'), USERPROFILE: at('home'), LOCALAPPDATA: at('home'), XDG_DATA_HOME: '' };
    const npm = { npm_config_cache: at('home/cache'), npm_config_offline: 'true', npm_config_audit: 'false' };
    const program = spawn(name, args, {
      cwd,
      env: { ...ownEnvironment(), ...home, ...npm },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    running.add(program);
    program.once('exit', () => running.delete(program));
    return program;
  }

  async function succeed(name: 'npm' | 'npx', args: readonly string[], cwd?: string): Promise<string> {
    const program = start(name, args, cwd);
    const [output, errors] = await Promise.all([
      text(program.stdout),
      text(program.stderr),
      once(program, 'close'),
    ]);
    assert.equal(program.exitCode, 0, errors);
    return output;
  }

  /** Packs a copy of the source, since packing rebuilds the files that the other tests use. */
  async function pack(): Promise<Packed> {
    for (const name of [
      'package.json',
      'esbuild.mjs',
      '.npmignore',
      'README.md',
      'LICENSE.txt',
      'tsconfig.json',
    ])
      copyFileSync(path.join(projectRoot, name), at(`source/${name}`));
    for (const name of ['src', 'media'])
      cpSync(path.join(projectRoot, name), at(`source/${name}`), { recursive: true });
    for (const name of ['docs', 'test']) mkdirSync(at(`source/${name}`));
    writeFileSync(at('source/docs/page.md'), 'not for the package');
    symlinkSync(path.join(projectRoot, 'node_modules'), at('source/node_modules'), 'junction');
    const output = await succeed('npm', ['pack', '--json', '--pack-destination', directory], at('source'));
    const [one] = JSON.parse(output.slice(output.indexOf('[\n'))) as [Packed];
    return one;
  }

  it('contains only the code of the command line, and needs no other package', () => {
    const paths = packed.files.map((file) => file.path.replace(/-[A-Z0-9]{8}\.js$/, '-*.js'));
    const allowed =
      /^(?:LICENSE\.txt|README\.md|package\.json|media\/snippets\/.*|dist\/(?:cli|cliWorker|shared\/[\w.]+-\*)\.js)$/;
    assert.deepEqual(
      paths.filter((name) => !allowed.test(name)),
      [],
    );
    assert(paths.includes('dist/cli.js') && paths.includes('dist/cliWorker.js'));
    assert(packed.unpackedSize < LARGEST, `${packed.unpackedSize} bytes`);
    const manifest = JSON.parse(readFileSync(at('source/package.json'), 'utf8')) as object;
    assert(!('dependencies' in manifest), 'everything is bundled: a package goes to devDependencies');
  });

  it('sends and receives by npx in an empty directory, with an empty home and no network', async () => {
    writeFileSync(at('empty/hello.txt'), 'Hello World!');
    writeFileSync(at('empty/data.json'), '{"a": [1, 1.0, null]}');
    const npx = ['--yes', '--package', at(packed.filename), 'picklepost'];
    await succeed('npx', [...npx, 'key', 'new', 'lab.key']);
    const receive = ['receive', '--json', '--port', '0', '--key-file', 'lab.key', '--save-to', 'received'];
    const receiver = start('npx', [...npx, ...receive, '--print', '--once']);
    const errors = text(receiver.stderr);
    const lines = createInterface(receiver.stdout)[Symbol.asyncIterator]();
    const { port } = JSON.parse(String((await lines.next()).value)) as { port: number };
    const send = ['send', 'data.json', '--dictionary', '--key-file', 'lab.key', '--to', `127.0.0.1:${port}`];
    await succeed('npx', [...npx, ...send]);
    const received = JSON.parse(String((await lines.next()).value)) as { id: string; kind: string };
    assert.equal(received.kind, 'dictionary');
    // The worker, which prints, is found where the package is.
    assert.equal(await errors, `{"a": [1, 1.0, None]}\n`);
    const shown = await succeed('npx', [...npx, 'show', received.id, '--as', 'json']);
    assert.deepEqual(JSON.parse(shown), { a: [1, 1, null] });
  });

  it('is installed without any other package', async () => {
    await succeed('npm', ['install', '--no-save', at(packed.filename)]);
    assert.deepEqual(
      readdirSync(at('empty/node_modules')).filter((name) => !name.startsWith('.')),
      ['picklepost'],
    );
    assert.match(await succeed('npx', ['picklepost', '--version']), /^\d+\.\d+\.\d+\n$/);
  });
});
