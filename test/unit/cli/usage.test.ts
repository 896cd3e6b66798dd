import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { before, describe, it } from 'mocha';
import { FORMAT_WORDS } from '../../../src/core/codecs/formats';
import { DIALECT_NAMES } from '../../../src/core/wire/dialects';
import { FernetKey } from '../../../src/core/crypto/keys';
import { temporaryDirectory } from '../inbox/temporary';
import { run, runHere, succeed } from './program';

const COMMANDS = ['receive', 'send', 'list', 'show', 'export', 'key', 'pair', 'test', 'servers'];

describe('The command line', function () {
  this.timeout(30_000);
  const newDirectory = temporaryDirectory();

  it('explains itself and each command on standard output', async () => {
    const help = await succeed(['--help']);
    for (const command of COMMANDS) {
      assert(help.includes(`  ${command}`));
      const own = await runHere([command, '--help']);
      assert.equal(own.code, 0);
      assert(own.output.startsWith(`usage: picklepost ${command} `));
      assert.match(own.output, new RegExp(`\n\nexamples:\n(?:  .*\\bpicklepost ${command}\\b.*\n?)+$`));
      for (const line of own.output.split('\n')) assert(line.length <= 80, line);
    }
  });

  it('accepts -h for --help, and neither of them as an option after --', async () => {
    assert.equal((await runHere(['-h'])).output, (await runHere(['--help'])).output);
    assert.equal((await runHere(['send', '-h'])).output, (await runHere(['send', '--help'])).output);
    const { code, errors } = await runHere(['key', 'check', '--', '--help']);
    assert.equal(code, 1);
    assert.match(errors, /Cannot read the key file --help/);
  });

  it('refuses an empty path, which does not mean the current folder', async () => {
    for (const args of [
      ['send', '', '--to', 'host'],
      ['key', 'new', ''],
      ['show', ''],
    ]) {
      const { code, errors } = await runHere(args);
      assert.equal(code, 2);
      assert.match(errors, /One of the arguments is empty/);
    }
  });

  it('has no error after its end if a port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const port = String((other.address() as AddressInfo).port);
    const inbox = path.join(newDirectory(), 'inbox');
    mkdirSync(path.dirname(inbox));
    const { code, errors } = await runHere(['receive', '--port', port, '--inbox', inbox]);
    // By then, Node has noticed each error that nobody waits for, and the test has failed.
    await setImmediate();
    other.close();
    assert.equal(code, 1);
    assert.match(errors, /^picklepost: Port \d+ is in use [^\n]*\n$/);
  });

  it('prints its version, which is that of the package', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    assert.equal(await succeed(['--version']), `${version}\n`);
  });

  const mistakes: [args: string, advice: RegExp][] = [
    ['', /A command is missing. See "picklepost --help"/],
    ['fetch', /There is no command "fetch"/],
    ['send', /PATH is missing.*See "picklepost send --help"/],
    ['send file', /--to HOST\[:PORT\] is missing/],
    ['send file --to host:0', /for --to: expected HOST or HOST:PORT/],
    ['send file --to a:b:c!', /for --to: expected HOST or HOST:PORT/],
    [
      'send file --to host --dialect morse',
      new RegExp(`for --dialect: expected ${DIALECT_NAMES.join(', ')}`),
    ],
    ['send file --to host --format json', /--format is for --dictionary only/],
    [
      'send file --to host --dictionary --format yaml',
      new RegExp(`for --format: expected ${FORMAT_WORDS.join(', ')}`),
    ],
    ['send file --to host --buffer-size 0', /for --buffer-size: expected a whole number from 1/],
    ['send file --to host --local-port 1.5', /for --local-port: expected a whole number/],
    ['send - - --to host', /only once/],
    ['receive --port 65536', /for --port: expected a whole number from 0 to 65535/],
    ['receive --max-size 1k', /for --max-size: expected a whole number/],
    ['receive --require-encryption', /needs --key-file FILE/],
    ['receive file', /Unexpected argument "file"/],
    ['receive --verbose', /Unknown option '--verbose'\. See/],
    ['receive --once=yes', /--once takes no value\. See/],
    ['receive --host', /--host needs a value/],
    ['receive --host --once', /--host needs a value.* --host=VALUE/],
    ['receive --inbox=', /--inbox needs a value, and this one is empty/],
    ['list x', /Unexpected argument/],
    ['show', /ID is missing/],
    ['show a b', /Unexpected argument/],
    ['show a --file x', /Unexpected argument "a"/],
    ['show --file x --inbox y', /--inbox is for an ID/],
    ['show a --as yaml', /for --as: expected json, xml, python, csv, npy, png, raw/],
    ['export a', /--to PATH is missing/],
    ['key', /key new FILE/],
    ['key new', /FILE is missing/],
    ['key make x', /key new FILE/],
  ];
  for (const [args, advice] of mistakes) {
    it(`refuses "picklepost ${args}", and says what to do`, async () => {
      const { code, output, errors } = await runHere(args.split(' ').filter((word) => word !== ''));
      assert.deepEqual([code, output], [2, '']);
      assert.match(errors, advice);
      assert.equal(errors.split('\n').length, 2, errors);
    });
  }
});

describe('The program', function () {
  this.timeout(30_000);

  it('ends with the exit code of its command', async () => {
    assert.equal((await run(['send'])).code, 2);
  });
});

describe('Keys on the command line', function () {
  this.timeout(30_000);
  const newDirectory = temporaryDirectory();
  const directory = newDirectory();
  const at = (name: string): string => path.join(directory, name);
  before(() => mkdirSync(directory));

  it('are created once, for their owner only, and checked', async () => {
    const made = await succeed(['key', 'new', at('new.key')]);
    const text = readFileSync(at('new.key'), 'utf8');
    const { fingerprint } = FernetKey.parse(text);
    assert(made.includes(fingerprint) && !made.includes(text.trim()));
    if (process.platform !== 'win32') assert.equal(statSync(at('new.key')).mode & 0o777, 0o600);
    assert((await succeed(['key', 'check', at('new.key')])).includes(fingerprint));
    const again = await run(['key', 'new', at('new.key')]);
    assert.equal(again.code, 1);
    assert.match(again.errors, /is there already/);
    assert.equal(readFileSync(at('new.key'), 'utf8'), text);
  });

  it('are refused with the reason, and never shown', async () => {
    writeFileSync(at('bad.key'), 'correct horse battery staple');
    for (const args of [
      ['key', 'check', at('bad.key')],
      ['receive', '--key-file', at('bad.key'), '--inbox', at('inbox')],
    ]) {
      const { code, output, errors } = await run(args);
      assert.deepEqual([code, output], [1, '']);
      assert.match(errors, /Not a Fernet key/);
      assert(!errors.includes('horse'));
    }
    const missing = await run(['key', 'check', at('none.key')]);
    assert.equal(missing.code, 1);
    assert.match(missing.errors, /Check the path/);
  });

  it('cannot be created in a folder that is not writable', async function () {
    if (process.platform === 'win32' || process.getuid?.() === 0) return this.skip();
    mkdirSync(at('closed'));
    chmodSync(at('closed'), 0o500);
    const { code, errors } = await run(['key', 'new', at('closed/key')]);
    assert.equal(code, 1);
    assert.match(errors, /permission is denied/);
  });
});
