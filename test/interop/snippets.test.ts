import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { afterEach, before, beforeEach, describe, it } from 'mocha';
import { encodePickle } from '../../src/core/codecs/pickle/codec';
import { FernetKey } from '../../src/core/crypto/keys';
import { PicklepostError } from '../../src/core/errors';
import type { OutgoingItem, Receipt } from '../../src/core/item/item';
import { DEFAULT_LIMITS } from '../../src/core/limits';
import { snippetsFor, type Snippet } from '../../src/core/snippets/catalogue';
import { fillSnippet, type SnippetPlace } from '../../src/core/snippets/fillSnippet';
import { Dict, type Value } from '../../src/core/values/value';
import { bytesItem } from '../../src/core/wire/outgoing';
import { sendItems } from '../../src/net/sendClient';
import { Receiver, run, succeed } from '../unit/cli/program';
import { makeWorkplace, type Workplace } from '../unit/cli/workplace';
import { temporaryDirectory } from '../unit/inbox/temporary';
import { HoldingProxy } from '../unit/net/holdingProxy';
import { freePort } from '../unit/net/sending';

type Program = ChildProcessByStdio<null, Readable, Readable>;

const KEY = FernetKey.generate();
const DICTIONARY = '{"name": "pickling", "runs": 3, "jars": [1, "dill"]}';
const AS_VALUE = Dict.from([
  ['name', 'pickling'],
  ['runs', 3n],
  ['jars', [1n, 'dill']],
]);

/** How code of each kind is started, and what has to be installed for that. */
const INTERPRETERS: Record<Snippet['language'], readonly string[]> = {
  python: ['python3', '-B', '-u'],
  javascript: [process.execPath],
  shellscript: ['bash'],
  r: ['Rscript', '--vanilla'],
};

/** Milliseconds between two attempts to connect to a program that is starting. */
const RETRY = 20;

const running = new Set<Program>();
afterEach(() => {
  for (const program of running) end(program, 'SIGKILL');
});

/** Ends a program with those that it has started, as a terminal does when it is closed. */
function end(program: Program, signal: NodeJS.Signals = 'SIGTERM'): void {
  try {
    process.kill(-program.pid!, signal);
  } catch (error) {
    // It has ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Commands, and whether they succeed. */
const tried = new Map<string, boolean>();

function runs(program: string, args: readonly string[]): boolean {
  const command = [program, ...args].join(' ');
  const isThere = tried.get(command) ?? spawnSync(program, args).status === 0;
  tried.set(command, isThere);
  return isThere;
}

/** The interpreter of a snippet with what it imports, or undefined where that is not installed. */
function interpreterOf({ id, language }: Snippet): readonly string[] | undefined {
  const [program = '', ...options] = INTERPRETERS[language];
  if (id.startsWith('python')) {
    const needed = /fernet|native/.test(id) ? 'import cryptography' : '';
    const python = [program, '/usr/bin/python3'].find((name) => runs(name, ['-c', needed]));
    return python === undefined ? undefined : [python, ...options];
  }
  const tool = language === 'shellscript' ? id : program;
  if (id === 'picklepost' || id === 'node') return [program, ...options];
  return runs('sh', ['-c', `command -v ${tool}`]) ? [program, ...options] : undefined;
}

async function codeOf(snippet: Snippet, place: SnippetPlace): Promise<string> {
  return fillSnippet(snippet, place, (file) => readFile(path.resolve('media/snippets', file), 'utf8'));
}

/** Starts the code in a folder, as somebody does who has pasted it into a file. */
async function start(
  snippet: Snippet,
  place: SnippetPlace,
  { at }: Workplace,
  args: readonly string[] = [],
): Promise<Program> {
  const [program = '', ...options] = interpreterOf(snippet) ?? [];
  writeFileSync(at('pasted'), await codeOf(snippet, place));
  mkdirSync(at('bin'), { recursive: true });
  writeFileSync(at('bin/picklepost'), `exec '${process.execPath}' '${path.resolve('dist/cli.js')}' "$@"\n`, {
    mode: 0o755,
  });
  const env = {
    ...process.env,
    HOME: at(''),
    XDG_DATA_HOME: '',
    PATH: `${at('bin')}:${process.env['PATH'] ?? ''}`,
  };
  const child = spawn(program, [...options, at('pasted'), ...args], {
    cwd: at(''),
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

async function outputOf(program: Program): Promise<string> {
  const [output, errors] = await Promise.all([
    text(program.stdout),
    text(program.stderr),
    once(program, 'close'),
  ]);
  assert.equal(program.exitCode, 0, errors);
  return output;
}

/** Sends as soon as the started code listens. It does not say when, so the connection is tried again until it works. */
async function send(item: OutgoingItem, port: number, snippet: Snippet, key?: FernetKey): Promise<Receipt> {
  const { dialect } = snippet;
  const options = {
    host: '127.0.0.1',
    port,
    dialect,
    localPort: 0,
    bufferSize: 65536,
    limits: DEFAULT_LIMITS,
  };
  for (;;) {
    try {
      const [receipt] = await sendItems([item], { ...options, ...(key && { key }) });
      return receipt!;
    } catch (error) {
      if (!(error instanceof PicklepostError) || error.code !== 'connection-failed' || running.size === 0)
        throw error;
      await setTimeout(RETRY);
    }
  }
}

function itemFor({ format }: Snippet, value: Value = AS_VALUE): OutgoingItem {
  if (format === 'pickle') {
    const bytes = encodePickle(value, DEFAULT_LIMITS);
    return bytesItem({ kind: 'dictionary', format: 'binary', name: 'a.pkl', bytes });
  }
  const bytes = Buffer.from(format === 'text' ? 'Hello World!' : DICTIONARY);
  return format === 'text'
    ? bytesItem({ kind: 'text', name: 'a.txt', bytes })
    : bytesItem({ kind: 'dictionary', format: 'json', name: 'a.json', bytes });
}

function skipUnlessInstalled(snippet: Snippet, skip: () => never): void {
  if (interpreterOf(snippet) !== undefined) return;
  console.warn(`\n!!! NOT RUN: the code ${snippet.id}, since its interpreter or library is not installed.\n`);
  skip();
}

describe('Code to paste that sends', function () {
  this.timeout(60_000);
  const newDirectory = temporaryDirectory();
  let place: Workplace;
  before(() => {
    place = makeWorkplace(newDirectory(), { 'lab.key': KEY.toText(), 'data.json': DICTIONARY });
  });

  for (const dialect of ['native', 'classic'] as const)
    for (const snippet of snippetsFor('send', dialect)) {
      it(`${snippet.id}, ${snippet.dialect}: sends what its description says`, async function () {
        skipUnlessInstalled(snippet, () => this.skip());
        const receiver = await Receiver.start(...place.inbox, '--key-file', place.at('lab.key'));
        const keyFile = snippet.hasKey ? { keyFile: 'lab.key' } : {};
        const program = await start(snippet, { host: '127.0.0.1', port: receiver.port, ...keyFile }, place);
        const output = await outputOf(program);
        const received = await receiver.next();
        assert.equal(received['event'], 'received');
        assert.equal(received['encrypted'], snippet.hasKey);
        const isFile =
          snippet.format === undefined && (snippet.dialect === 'native' || snippet.id === 'picklepost');
        if (snippet.id === 'python-native') assert.match(output, /^stored data\.json: SHA-256 \w{64}\n$/);
        else if (snippet.id.startsWith('python') || snippet.id === 'node') assert.equal(output, 'OK\n');
        const expected = snippet.format === 'text' ? 'Hello World!' : DICTIONARY;
        const kind = snippet.format === 'text' || isFile ? 'text' : 'dictionary';
        if (!isFile) assert.equal(received['kind'], kind);
        const form = kind === 'dictionary' ? ['--as', 'python'] : ['--as', 'raw'];
        const shown = await run(['show', String(received['id']), ...form, ...place.inbox]);
        assert.equal(shown.output.trimEnd(), expected);
        await receiver.stop();
      });
    }

  it('reports why a server refuses an item', async function () {
    for (const id of ['python-json', 'node']) {
      const snippet = snippetsFor('send', 'raw').find((one) => one.id === id)!;
      skipUnlessInstalled(snippet, () => this.skip());
      const receiver = await Receiver.start(...place.inbox, '--max-size', '5');
      const program = await start(snippet, { host: '127.0.0.1', port: receiver.port }, place);
      const [errors] = await Promise.all([text(program.stderr), once(program, 'close')]);
      assert.equal(program.exitCode, 1);
      assert.match(errors, /answered: ERROR: LimitExceeded/);
      await receiver.stop();
    }
  });

  it('cuts large values of the classic protocol between characters', async function () {
    const snippet = snippetsFor('send', 'classic').find(({ id }) => id === 'python-text')!;
    skipUnlessInstalled(snippet, () => this.skip());
    const receiver = await Receiver.start(...place.inbox);
    const large = { ...place };
    const code = await codeOf(snippet, { host: '127.0.0.1', port: receiver.port });
    const content = 'ä€😀'.repeat(30_000);
    writeFileSync(large.at('large.py'), code.replace('"Hello World!"', '"ä€😀" * 30_000'));
    const [program = '', ...options] = interpreterOf(snippet)!;
    const result = spawnSyncSafely(program, [...options, large.at('large.py')]);
    const pending = receiver.next();
    assert.equal((await result).trim(), 'OK');
    const { id } = await pending;
    assert.equal(await succeed(['show', String(id), '--as', 'raw', ...place.inbox]), content);
    await receiver.stop();
  });

  async function spawnSyncSafely(program: string, args: readonly string[]): Promise<string> {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    return outputOf(child);
  }
});

describe('Code to paste that receives', function () {
  this.timeout(60_000);
  const newDirectory = temporaryDirectory();
  let place: Workplace;
  before(() => {
    place = makeWorkplace(newDirectory(), { 'lab.key': KEY.toText() });
  });

  const listening = [
    ...snippetsFor('receive', 'native'),
    ...snippetsFor('receive', 'classic').slice(0, 3),
  ].filter(({ id }) => !['python-safe-pickle', 'picklepost', 'python-native'].includes(id));
  for (const snippet of listening) {
    it(`${snippet.id}, ${snippet.dialect}: receives what is sent to it`, async function () {
      skipUnlessInstalled(snippet, () => this.skip());
      const port = await freePort();
      const program = await start(snippet, { host: '127.0.0.1', port, keyFile: 'lab.key' }, place);
      const output = snippet.id === 'nc' ? outputOf(program) : undefined;
      const item = itemFor(snippet);
      const receipt = await send(item, port, snippet, snippet.hasKey ? KEY : undefined);
      if (snippet.id === 'nc') {
        await output;
        assert.equal(await readFile(place.at('received.dat'), 'utf8'), DICTIONARY);
        return;
      }
      assert.equal(receipt.confirmed, true);
      const [line] = (await once(createInterface(program.stdout), 'line')) as [string];
      const expected = snippet.format === 'text' ? 'Hello World!' : DICTIONARY;
      const spaced = snippet.language === 'javascript' ? JSON.stringify(JSON.parse(line), null, 0) : line;
      const wanted = snippet.language === 'javascript' ? JSON.stringify(JSON.parse(expected)) : expected;
      assert.equal(spaced.replaceAll("'", '"'), wanted);
      end(program);
    });
  }

  it('refuses a pickle that would call something, and continues', async function () {
    const snippet = snippetsFor('receive', 'raw').find(({ id }) => id === 'python-pickle')!;
    skipUnlessInstalled(snippet, () => this.skip());
    const port = await freePort();
    const program = await start(snippet, { host: '127.0.0.1', port }, place);
    const bytes = Buffer.from(`\x80\x02cbuiltins\nprint\n(X\x05\x00\x00\x00CALLEDtR.`, 'latin1');
    const evil = bytesItem({ kind: 'dictionary', format: 'binary', name: 'evil.pkl', bytes });
    await assert.rejects(send(evil, port, snippet), /refused to import builtins\.print/);
    await send(itemFor(snippet), port, snippet);
    const [line] = (await once(createInterface(program.stdout), 'line')) as [string];
    assert.equal(line.replaceAll("'", '"'), DICTIONARY);
    end(program);
  });

  it('reads a pickle file, and refuses one that would call something', async function () {
    const snippet = snippetsFor('receive', 'raw').find(({ id }) => id === 'python-safe-pickle')!;
    skipUnlessInstalled(snippet, () => this.skip());
    const nowhere = { host: '127.0.0.1', port: 1 };
    writeFileSync(place.at('good.pkl'), encodePickle(AS_VALUE, DEFAULT_LIMITS));
    const good = await outputOf(await start(snippet, nowhere, place, ['good.pkl']));
    assert.equal(good.trim().replaceAll("'", '"'), DICTIONARY);
    writeFileSync(place.at('evil.pkl'), 'cos\nsystem\n(S"touch called"\ntR.');
    const program = await start(snippet, nowhere, place, ['evil.pkl']);
    const [errors] = await Promise.all([text(program.stderr), once(program, 'close')]);
    assert.match(errors, /UnpicklingError: refused to import os\.system/);
  });

  it('picklepost, native: saves received items', async () => {
    const snippet = snippetsFor('receive', 'native').find(({ id }) => id === 'picklepost')!;
    const port = await freePort();
    const program = await start(snippet, { host: '127.0.0.1', port, keyFile: 'lab.key' }, place);
    assert.equal((await send(itemFor({ ...snippet, format: 'json' }), port, snippet, KEY)).confirmed, true);
    assert.equal(await readFile(place.at('received/a.json'), 'utf8'), DICTIONARY);
    end(program);
    await once(program, 'close');
  });
});

describe('The Python that speaks the native dialect', function () {
  this.timeout(60_000);
  const newDirectory = temporaryDirectory();
  const SIZE = 12 * 2 ** 20;
  let proxy: HoldingProxy | undefined;
  let place: Workplace;
  beforeEach(() => {
    place = makeWorkplace(newDirectory(), { 'lab.key': KEY.toText() });
    writeFileSync(place.at('large.bin'), randomBytes(SIZE));
  });
  afterEach(() => proxy?.close());

  const find = (direction: 'send' | 'receive'): Snippet =>
    snippetsFor(direction, 'native').find(({ id }) => id === 'python-native')!;

  for (const keyFile of ['lab.key', undefined]) {
    const options = keyFile === undefined ? {} : { keyFile };
    const how = keyFile === undefined ? 'without a key' : 'with a key';

    it(`sends only the missing part after it was killed, ${how}`, async function () {
      const snippet = find('send');
      skipUnlessInstalled(snippet, () => this.skip());
      const key = keyFile === undefined ? [] : ['--key-file', place.at(keyFile)];
      const receiver = await Receiver.start(...place.inbox, '--save-to', place.at('saved'), ...key);
      proxy = await HoldingProxy.start(receiver.port, SIZE / 2);
      const target = { host: '127.0.0.1', port: Number(proxy.address.split(':')[1]), ...options };
      const first = await start(snippet, target, place, ['large.bin']);
      await proxy.held();
      proxy.release();
      end(first, 'SIGKILL');
      const output = await outputOf(await start(snippet, target, place, ['large.bin']));
      assert.match(output, /^stored large\.bin/);
      assert((proxy.carried.at(-1) ?? 0) < SIZE - 3 * 2 ** 20, String(proxy.carried));
      assert((await readFile(place.at('saved/large.bin'))).equals(await readFile(place.at('large.bin'))));
      const again = await outputOf(await start(snippet, target, place, ['large.bin']));
      assert.match(again, /^have large\.bin/);
      await receiver.stop();
    });

    it(`receives only the missing part after it was killed, ${how}`, async function () {
      const snippet = find('receive');
      skipUnlessInstalled(snippet, () => this.skip());
      const key = keyFile === undefined ? [] : ['--key-file', place.at(keyFile)];
      const port = await freePort();
      proxy = await HoldingProxy.start(port, SIZE / 2);
      const target = { host: '127.0.0.1', port, ...options };
      const first = await start(snippet, target, place);
      const sending = run(['send', place.at('large.bin'), '--wait', '--to', proxy.address, ...key]);
      await proxy.held();
      proxy.release();
      const ended = once(first, 'exit');
      end(first, 'SIGKILL');
      await ended;
      const second = await start(snippet, target, place);
      const [line] = (await once(createInterface(second.stdout), 'line')) as [string];
      assert.equal(line, 'received/large.bin');
      const { code } = await sending;
      assert.equal(code, 0);
      assert((proxy.carried.at(-1) ?? 0) < SIZE - 3 * 2 ** 20, String(proxy.carried));
      assert((await readFile(place.at('received/large.bin'))).equals(await readFile(place.at('large.bin'))));
      end(second);
    });
  }

  it('rejects a peer with another key, and says so on both sides', async function () {
    const snippet = find('receive');
    skipUnlessInstalled(snippet, () => this.skip());
    const port = await freePort();
    const program = await start(snippet, { host: '127.0.0.1', port, keyFile: 'lab.key' }, place);
    const item = itemFor({ ...snippet, format: 'json' });
    const line = once(createInterface(program.stdout), 'line');
    await assert.rejects(send(item, port, snippet, FernetKey.generate()), /key/);
    assert.match(String(await line), /The other side has another key/);
    assert.equal((await send(item, port, snippet, KEY)).confirmed, true);
    end(program);
  });
});

describe('picklepost snippet', function () {
  this.timeout(30_000);

  it('lists all snippets, and prints one without a key', async () => {
    const list = await succeed(['snippet', '--to', '192.168.1.20:7000']);
    for (const { id } of snippetsFor('send', 'native')) assert.match(list, new RegExp(`^${id} +\\S`, 'm'));
    const code = await succeed([
      'snippet',
      'python-fernet',
      '--to',
      '192.168.1.20:7000',
      '--key-file',
      "o'k",
    ]);
    assert.match(code, /HOST, PORT = "192\.168\.1\.20", 7000/);
    assert.match(code, /environ\.get\("PICKLEPOST_KEY_FILE", "o'k"\)/);
    assert.doesNotMatch(code, /\{\{/);
    const { code: exit, errors } = await run(['snippet', 'cobol', '--to', 'lab']);
    assert.equal(exit, 2);
    assert.match(errors, /There is no code called "cobol"/);
  });
});
