import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { text as readText } from 'node:stream/consumers';
import { before, describe, it } from 'mocha';
import { runCommandLine } from '../../../src/cli/commandLine';
import { FernetKey } from '../../../src/core/crypto/keys';
import { Output } from '../../../src/cli/output';
import { Inbox } from '../../../src/inbox/inbox';
import { loadInboxKey } from '../../../src/inbox/keys/inboxKey';
import { appendPieces, ARRIVAL, temporaryDirectory } from '../inbox/temporary';
import { jsonLines, outcomeOf, Receiver, run, startProgram, succeed } from './program';

const PICKLE = Buffer.from('8004950a000000000000007d948c0161944b01732e', 'hex');

/** Runs it without a process of its own, and as if standard output were a terminal. */
async function runOnTerminal(args: readonly string[]): Promise<string> {
  const results = Object.assign(new PassThrough(), { isTTY: true });
  const output = new Output(results, new PassThrough());
  assert.equal(
    await runCommandLine(args, '', {
      output,
      workerScript: '',
      snippetFolder: 'media/snippets',
      interruption: new AbortController().signal,
    }),
    0,
  );
  return readText(results.end());
}

describe('The inbox on the command line', function () {
  this.timeout(30_000);
  const newDirectory = temporaryDirectory();
  const base = newDirectory();
  const directory = path.join(base, 'inbox');
  const inboxOption = ['--inbox', directory];
  let [text, pickle] = ['', ''];
  let inbox: Inbox;

  before(async () => {
    mkdirSync(base);
    inbox = await Inbox.open({ directory, key: await loadInboxKey(`${directory}.key`, directory) });
    const first = await inbox.begin(ARRIVAL);
    await first.write(Buffer.from('Hello\x07 World!\n'));
    text = (await first.finish({ kind: 'text', name: 'hello.txt' })).id;
    const second = await inbox.begin({ ...ARRIVAL, encrypted: true });
    await second.write(PICKLE);
    pickle = (await second.finish({ kind: 'dictionary', format: 'binary', name: 'data.pkl' })).id;
  });

  it('is listed for people', async () => {
    const lines = (await succeed(['list', ...inboxOption])).split('\n');
    assert.match(
      lines[0]!,
      new RegExp(
        `^${text}  \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d  hello.txt \\(text, 14 B\\) from 192.0.2.7:40000$`,
      ),
    );
    assert.match(lines[1]!, /data.pkl \(dictionary in pickle, 21 B, encrypted in parts\) from/);
  });

  it('is listed for programs', async () => {
    const [first, second, ...more] = jsonLines(await succeed(['list', '--json', ...inboxOption]));
    assert.deepEqual(more, []);
    assert.deepEqual(Object.keys(first!), [
      'id',
      'kind',
      'name',
      'format',
      'encrypted',
      'key',
      'protection',
      'size',
      'from',
      'sha256',
      'receivedAt',
    ]);
    assert.deepEqual([first!['id'], first!['format']], [text, null]);
    assert.deepEqual([second!['id'], second!['format'], second!['encrypted']], [pickle, 'binary', true]);
  });

  it('shows a damaged item as such, and the others', async () => {
    const other = path.join(newDirectory(), 'inbox');
    await (await Receiver.start('--inbox', other)).stop();
    writeFileSync(path.join(other, 'items', `${text}.item`), 'x');
    assert.match(await succeed(['list', '--inbox', other]), /damaged: The file has no end mark/);
    const [entry] = jsonLines(await succeed(['list', '--json', '--inbox', other]));
    assert.deepEqual(Object.keys(entry!), ['id', 'damaged', 'receivedAt']);
  });

  it('is never created by a command that only reads, as its path may be mistyped', async () => {
    const none = path.join(newDirectory(), 'none');
    for (const args of [['list'], ['show', text], ['export', text, '--to', '-']]) {
      const { code, output, errors } = await run([...args, '--inbox', none]);
      assert.deepEqual([code, output], [1, '']);
      assert.equal(
        errors,
        `picklepost: There is no inbox at ${none}. "picklepost receive" makes one; --inbox DIR names another.\n`,
      );
    }
    assert(!existsSync(path.dirname(none)));
    const folder = newDirectory();
    mkdirSync(folder);
    assert.equal((await run(['list', '--inbox', folder])).code, 1);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('lists interrupted items after the others', async () => {
    const other = path.join(newDirectory(), 'inbox');
    const inbox = await Inbox.open({ directory: other, key: await loadInboxKey(`${other}.key`, other) });
    const about = { kind: 'file', name: 'large.bin', size: 3_000_000, modified: 1 } as const;
    const offer = { transfer: '0'.repeat(32), ...about };
    const answer = await inbox.offer({ ...ARRIVAL, dialect: 'native' }, offer, FernetKey.generate());
    assert(answer.kind === 'accepted');
    await appendPieces(answer.writer, Buffer.alloc(3_000_000), 0, 1);
    await answer.writer.suspend();
    assert.match(
      await succeed(['list', '--inbox', other]),
      /^cut off {10}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}large\.bin \(1\.0 MB of 3\.0 MB\) from 192\.0\.2\.7:40000\n$/,
    );
    const [line, ...more] = jsonLines(await succeed(['list', '--json', '--inbox', other]));
    assert.deepEqual(more, []);
    const { transfer, changedAt, ...rest } = line!;
    assert.deepEqual([typeof transfer, typeof changedAt], ['string', 'number']);
    assert.deepEqual(rest, {
      state: 'partial',
      name: 'large.bin',
      from: '192.0.2.7:40000',
      received: 1024 * 1024,
      size: 3_000_000,
      arriving: false,
      damaged: false,
    });
  });

  it('shows an item in each form', async () => {
    const show = async (id: string, ...args: string[]): Promise<string> =>
      (await run(['show', id, ...args, ...inboxOption])).output;
    assert.equal(await show(pickle), '{"a": 1}\n');
    assert.equal(await show(pickle.slice(0, 14), '--as', 'python'), '{"a": 1}\n');
    assert.deepEqual(JSON.parse(await show(pickle, '--as', 'json')), { a: 1 });
    assert.match(await show(pickle, '--as', 'xml'), /^<root>\s*<a type="int">1<\/a>\s*<\/root>\n$/);
    assert.equal(await show(text), 'Hello\x07 World!\n');
    const program = startProgram(['show', pickle, '--as', 'raw', ...inboxOption]);
    program.stdout.setEncoding('latin1');
    assert.equal((await outcomeOf(program)).output, PICKLE.toString('latin1'));
  });

  it('escapes control characters on a terminal, unless the raw content was asked for', async () => {
    const other = path.join(newDirectory(), 'inbox');
    const inbox = await Inbox.open({ directory: other, key: await loadInboxKey(`${other}.key`, other) });
    const writer = await inbox.begin(ARRIVAL);
    await writer.write(Buffer.from('{"a": "\x9b2J\u202e"}'));
    const { id } = await writer.finish({ kind: 'dictionary', format: 'json', name: 'evil.json' });
    for (const form of ['json', 'xml', 'python']) {
      for (const args of [
        ['show', id],
        ['export', id, '--to', '-'],
      ]) {
        const shown = await runOnTerminal([...args, '--as', form, '--inbox', other]);
        assert.match(shown, /2J/);
        assert.doesNotMatch(shown, /[\x80-\x9f\u202e]/);
      }
    }
    assert.match(await succeed(['show', id, '--as', 'xml', '--inbox', other]), /\x9b2J\u202e/);
    assert.match(await runOnTerminal(['show', id, '--as', 'raw', '--inbox', other]), /\x9b2J\u202e/);
  });

  describe('with a file that was sent in the native dialect', () => {
    const other = (): string => path.join(newDirectory(), 'inbox');

    async function receive(
      name: string,
      content: Uint8Array | string,
    ): Promise<[id: string, folder: string]> {
      const directory = other();
      const store = await Inbox.open({ directory, key: await loadInboxKey(`${directory}.key`, directory) });
      const writer = await store.begin(ARRIVAL);
      await writer.write(Buffer.from(content));
      return [(await writer.finish({ kind: 'file', name })).id, directory];
    }

    it('lists all that Python would call to load it', async () => {
      const pickle = "cos\nsystem\n(S'touch x'\ntR.";
      for (const [id, folder] of [await receive('data.pkl', pickle), await receive('data', pickle)]) {
        const show = ['show', id, '--calls', '--inbox', folder];
        assert.equal(await succeed(show), 'level: calls\ncalls os.system("touch x")\n');
        const [level, effect] = jsonLines(await succeed([...show, '--json']));
        assert.deepEqual([level!['level'], effect!['text']], ['calls', 'os.system("touch x")']);
      }
    });

    it('writes it as a table, or as JSON without the parts that JSON cannot hold', async () => {
      const [id, folder] = await receive('data.json', '[{"a": 1, "b": 2}, {"a": 3, "b": 4}]');
      assert.match(await succeed(['show', id, '--as', 'csv', '--inbox', folder]), /^,?a,b\r?\n/);
      const [nan, other] = await receive('nan.pkl', 'Fnan\n.');
      const shown = await run(['show', nan, '--as', 'json', '--lossy', '--inbox', other]);
      assert.match(shown.errors, /values changed for JSON: 1/);
    });

    for (const [name, content] of [
      ['data.pkl', PICKLE],
      ['data.json', '{"a": 1}'],
      ['data.xml', '<root><a type="int">1</a></root>'],
      ['without-extension', PICKLE],
    ] as const) {
      it(`converts ${name}`, async () => {
        const [id, directory] = await receive(name, content);
        const shown = await run(['show', id, '--as', 'json', '--inbox', directory]);
        assert.deepEqual(JSON.parse(shown.output), { a: 1 });
        const exported = await run(['export', id, '--to', '-', '--as', 'python', '--inbox', directory]);
        assert.deepEqual([exported.code, exported.output], [0, '{"a": 1}\n']);
      });
    }

    it('shows a pickle as a Python literal', async () => {
      const [id, directory] = await receive('data.pkl', PICKLE);
      assert.equal((await run(['show', id, '--inbox', directory])).output, '{"a": 1}\n');
    });

    it('prints bytes to a terminal only when asked for them', async () => {
      const [id, directory] = await receive('photo.raw', Buffer.from([0xff, 0xd8, 0x1b, 0x5b, 0x33]));
      const results = Object.assign(new PassThrough(), { isTTY: true });
      const errors = new PassThrough();
      const output = new Output(results, errors);
      const context = {
        output,
        workerScript: '',
        snippetFolder: 'media/snippets',
        interruption: new AbortController().signal,
      };
      assert.equal(await runCommandLine(['show', id, '--inbox', directory], '', context), 1);
      assert.equal(await readText(results.end()), '');
      assert.match(await readText(errors.end()), /photo\.raw is not text\. .*--as raw/);
      assert.ok((await runOnTerminal(['show', id, '--as', 'raw', '--inbox', directory])).includes('\x1b[3'));
    });
  });

  it('says why an item cannot be shown', async () => {
    const asJson = await run(['show', text, '--as', 'json', ...inboxOption]);
    assert.deepEqual([asJson.code, asJson.output], [1, '']);
    assert.match(asJson.errors, /hello.txt is not a pickle, JSON or XML. Show it with --as raw/);
    const broken = await inbox.begin(ARRIVAL);
    await broken.write(Buffer.from('{'));
    const { id } = await broken.finish({ kind: 'dictionary', format: 'json', name: 'broken.json' });
    const asPython = await run(['show', id, '--as', 'python', ...inboxOption]);
    assert.match(asPython.errors, /broken\.json: Invalid JSON: .* Show it with --as raw\.\n$/);
    const asXml = await run(['export', id, '--as', 'xml', '--to', '-', ...inboxOption]);
    assert.match(asXml.errors, /broken\.json: Invalid JSON: .* Export it without --as\.\n$/);
    await inbox.delete(id);
    const missing = await run(['show', 'zzz', ...inboxOption]);
    assert.equal(missing.code, 1);
    assert.match(missing.errors, /There is no item zzz/);
  });

  it('exports to a file, to a folder, and to standard output', async () => {
    const folder = newDirectory();
    mkdirSync(folder);
    const file = path.join(folder, 'out.txt');
    for (const id of [pickle, text])
      assert.equal(await succeed(['export', id, '--to', file, ...inboxOption]), `Saved ${file}\n`);
    assert.equal(readFileSync(file, 'utf8'), 'Hello\x07 World!\n');
    for (let i = 0; i < 2; i++) await succeed(['export', text, '--to', folder, ...inboxOption]);
    assert.deepEqual(readdirSync(folder).sort(), ['hello (2).txt', 'hello.txt', 'out.txt']);
    assert.equal(await succeed(['export', text, '--to', '-', ...inboxOption]), 'Hello\x07 World!\n');
    const noFolder = await run(['export', text, '--to', path.join(folder, 'none/'), ...inboxOption]);
    assert.equal(noFolder.code, 1);
    assert.match(noFolder.errors, /There is no folder .*none\/\. Make it/);
    assert.equal(existsSync(path.join(folder, 'none')), false);
    const { code, errors } = await run([
      'export',
      text,
      '--to',
      path.join(folder, 'none', 'x'),
      ...inboxOption,
    ]);
    assert.equal(code, 1);
    assert.match(errors, /Check the path/);
  });

  it('leaves nothing of an export that is interrupted', async () => {
    const folder = newDirectory();
    mkdirSync(folder);
    const errors = new PassThrough();
    const output = new Output(new PassThrough(), errors);
    const context = {
      output,
      workerScript: '',
      snippetFolder: 'media/snippets',
      interruption: AbortSignal.abort(),
    };
    const args = ['export', text, '--to', path.join(folder, 'out.txt'), ...inboxOption];
    assert.equal(await runCommandLine(args, '', context), 1);
    assert.equal(await readText(errors.end()), 'picklepost: Cancelled.\n');
    assert.deepEqual(readdirSync(folder), []);
  });

  it('exports a file with the time of its last change, and to a target that is not a regular file', async function () {
    const folder = newDirectory();
    mkdirSync(folder);
    const source = path.join(folder, 'source.txt');
    writeFileSync(source, 'Hello');
    utimesSync(source, 1_700_000_000, 1_700_000_000);
    const other = ['--inbox', path.join(folder, 'inbox')];
    const receiver = await Receiver.start(...other);
    await succeed(['send', source, '--to', receiver.address]);
    const { id } = await receiver.next();
    await receiver.stop();
    const copy = path.join(folder, 'copy.txt');
    for (let i = 0; i < 2; i++) await succeed(['export', String(id), '--to', copy, ...other]);
    assert.equal(statSync(copy).mtimeMs, 1_700_000_000_000);
    if (process.platform === 'win32') return this.skip();
    await succeed(['export', String(id), '--to', '/dev/null', ...other]);
    assert(statSync('/dev/null').isCharacterDevice());
  });

  it('exports a dictionary in each format, with the extension of the format', async () => {
    const folder = newDirectory();
    mkdirSync(folder);
    for (const form of ['json', 'xml', 'python', 'pickle', 'raw'])
      assert.equal((await run(['export', pickle, '--to', folder, '--as', form, ...inboxOption])).code, 0);
    const read = (name: string): string => readFileSync(path.join(folder, name), 'latin1');
    const names = ['data (2).pkl', 'data.json', 'data.pkl', 'data.py', 'data.xml'];
    assert.deepEqual(readdirSync(folder).sort(), names);
    assert.deepEqual(JSON.parse(read('data.json')), { a: 1 });
    assert.equal(read('data.py'), '{"a": 1}\n');
    assert.match(read('data.xml'), /<a type="int">1<\/a>/);
    assert.equal(read('data.pkl'), PICKLE.toString('latin1'));
    assert.equal(read('data (2).pkl'), PICKLE.toString('latin1'));
    const asJson = await run(['export', text, '--to', '-', '--as', 'json', ...inboxOption]);
    assert.deepEqual([asJson.code, asJson.output], [1, '']);
    assert.match(asJson.errors, /hello.txt is not a pickle, JSON or XML. Export it without --as/);
  });

  it('uses the key file that the environment names', async () => {
    const environment = { PICKLEPOST_INBOX_KEY_FILE: path.join(base, 'elsewhere.key') };
    const missing = await outcomeOf(startProgram(['list', ...inboxOption], environment));
    assert.equal(missing.code, 1);
    assert.match(missing.errors, /Restore the file, name another/);
    const own = path.join(newDirectory(), 'inbox');
    await Inbox.open({
      directory: own,
      key: await loadInboxKey(environment.PICKLEPOST_INBOX_KEY_FILE, own),
    });
    assert.equal((await outcomeOf(startProgram(['list', '--inbox', own], environment))).code, 0);
    assert.deepEqual(readdirSync(path.dirname(own)), ['inbox']);
    assert(statSync(environment.PICKLEPOST_INBOX_KEY_FILE).isFile());
  });

  it('ends without an error when its output is no longer read', async () => {
    const program = startProgram(['list', ...inboxOption]);
    program.stdout.destroy();
    const ended = once(program, 'close');
    assert.equal(await readText(program.stderr), '');
    assert.deepEqual(await ended, [0, null]);
  });
});
