import assert from 'node:assert/strict';
import { existsSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { DECODED_SIZE } from '../../../src/core/limits';
import { Inbox } from '../../../src/inbox/inbox';
import { loadInboxKey } from '../../../src/inbox/keys/inboxKey';
import {
  pickleBomb,
  PICKLE_THAT_DROPS_A_CALL,
  PICKLE_WITH_CLASSES,
  PLAIN_PICKLE,
} from '../core/codecs/pickle/samplePickles';
import { readRows } from '../core/values/known/vectors';
import { ARRIVAL, temporaryDirectory } from '../inbox/temporary';
import { outcomeOf, run, startProgram, type Outcome } from './program';

const DROPPED = 'calls os.system("touch /tmp/picklepost-was-here") (the result is dropped and not shown)';

describe('A file of pickles on the command line', function () {
  this.timeout(30_000);
  const directory = temporaryDirectory()();
  before(() => mkdirSync(directory));

  function file(name: string, ...parts: Uint8Array[]): string {
    const full = path.join(directory, name);
    writeFileSync(full, Buffer.concat(parts));
    return full;
  }

  const show = (...args: string[]): Promise<Outcome> => run(['show', '--file', ...args]);

  it('is shown as a Python literal, with a note on what Python would do', async () => {
    const outcome = await show(file('plain.pkl', PLAIN_PICKLE));
    const errors = 'plain.pkl: plain data. Loading it in Python runs no third-party code.\n';
    assert.deepEqual(outcome, { code: 0, output: '{"a": 1}\n', errors });
  });

  it('is shown in each form', async () => {
    const plain = file('plain.pkl', PLAIN_PICKLE);
    assert.deepEqual(JSON.parse((await show(plain, '--as', 'json')).output), { a: 1 });
    assert.match((await show(plain, '--as', 'xml')).output, /^<root>\s*<a type="int">1<\/a>\s*<\/root>\n$/);
    const program = startProgram(['show', '--file', plain, '--as', 'raw']);
    program.stdout.setEncoding('latin1');
    assert.deepEqual(await outcomeOf(program), {
      code: 0,
      output: PLAIN_PICKLE.toString('latin1'),
      errors: '',
    });
  });

  it('is shown by the built program if it is compressed with xz', async () => {
    const pickles = readRows('joblib').flatMap((row) => Object.entries(row.pickles));
    const [, content = ''] = pickles.find(([name]) => name.endsWith('protocol xz')) ?? [];
    const program = startProgram(['show', '--file', file('nested.xz', Buffer.from(content, 'base64'))]);
    const { code, output } = await outcomeOf(program);
    assert.match(output, /"l": \[np\.array\(\[0, 1, 2\]\)/);
    assert.equal(code, 0);
  });

  it('may be standard input', async () => {
    const { code, output, errors } = await run(['show', '--file', '-', '--as', 'json'], PLAIN_PICKLE);
    assert.deepEqual([code, JSON.parse(output)], [0, { a: 1 }]);
    assert.match(errors, /^standard input: plain data/);
    assert.match((await run(['show', '--file', '-'], 'xyz')).errors, /standard input: Invalid pickle/);
    assert.equal((await run(['show', '--file', '-', '--as', 'raw'], 'xyz')).output, 'xyz');
  });

  it('from standard input can be interrupted while it is being read', async function () {
    if (process.platform === 'win32') return this.skip();
    const program = startProgram(['show', '--file', '-', '--as', 'raw']);
    program.stdin.write('x');
    await once(program.stdout, 'data');
    program.kill('SIGINT');
    assert.deepEqual(await once(program, 'exit'), [null, 'SIGINT']);
  });

  it('names the classes in it', async () => {
    const { code, output, errors } = await show(file('jars.pkl', PICKLE_WITH_CLASSES));
    assert.equal(code, 0);
    assert.match(output, /"jar": Jar\(label="dill", pickles=/);
    assert.match(errors, /^jars\.pkl: /);
    assert.match(errors, /\n {2}makes objects of shop\.Jar\n/);
  });

  it('names calls whose results are not part of the value, and runs none', async () => {
    const { code, output, errors } = await show(file('evil.pkl', PICKLE_THAT_DROPS_A_CALL));
    assert.deepEqual([code, output], [0, '{"a": 1}\n']);
    assert.ok(errors.includes(`\n  ${DROPPED}\n`), errors);
    assert.equal(existsSync('/tmp/picklepost-was-here'), false);
  });

  it('has no level if it could not be read', async () => {
    for (const content of ['<!doctype html>', '\x93NUMPY\x01\0v\0']) {
      const { code, output, errors } = await show(file('no.pkl', Buffer.from(content, 'latin1')), '--calls');
      assert.deepEqual([code, output], [1, 'level: unknown\n']);
      assert.match(errors, /HTML page|Invalid \.npy: /);
    }
  });

  it('names the calls that Python would make before it reaches the end of a truncated file', async () => {
    const { code, output, errors } = await show(file('cut.pkl', PICKLE_THAT_DROPS_A_CALL.subarray(0, -3)));
    assert.deepEqual([code, output], [1, '']);
    assert.ok(errors.includes(DROPPED));
    assert.match(errors, /picklepost: cut\.pkl: Invalid pickle: it ends too early/);
  });

  it('that holds several pickles is a list of them', async () => {
    const { code, output, errors } = await show(file('two.pkl', PLAIN_PICKLE, PLAIN_PICKLE), '--as', 'json');
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(output), [{ a: 1 }, { a: 1 }]);
    assert.match(errors, /two\.pkl: 2 pickles, shown as a list/);
  });

  it('is shown up to the first error, and then fails', async () => {
    const { code, output, errors } = await show(file('more.pkl', PLAIN_PICKLE, Buffer.from('xyz')));
    assert.deepEqual([code, output], [1, '{"a": 1}\n']);
    assert.match(errors, /more\.pkl: Invalid pickle: .*no opcode 0x78 \(at offset 21\)/);
  });

  it('whose text would be endless is refused in JSON and Python', async () => {
    const bomb = file('bomb.pkl', pickleBomb(20));
    for (const form of ['json', 'python']) {
      const { code, output, errors } = await show(bomb, '--as', form);
      assert.deepEqual([code, output], [1, '']);
      assert.match(errors, /The length of the text exceeds the limit of 268,435,456 characters\./);
    }
  });

  it('followed by a quarter of a gigabyte of zeros is read up to these', async () => {
    const large = file('large.pkl', PLAIN_PICKLE);
    truncateSync(large, DECODED_SIZE + 1);
    const { code, errors } = await show(large);
    assert.equal(code, 1);
    assert.match(errors, /there is no opcode 0x00 \(at offset \d+\)/);
  });

  it('must exist', async () => {
    const { code, errors } = await show(path.join(directory, 'none.pkl'));
    assert.equal(code, 1);
    assert.match(errors, /Cannot read .*none\.pkl: the file or folder is not there/);
  });

  it('cannot control the terminal by the names of its calls', async () => {
    const { errors } = await show(file('\x1b[31m.pkl', Buffer.from('cos\n\x1b[2Jx\n.', 'latin1')));
    assert.ok(!errors.includes('\x1b'), errors);
    assert.match(errors, /imports os\.\\x1b\[2Jx/);
  });

  it('that was received says what Python would do, on standard error', async () => {
    const inboxDirectory = path.join(directory, 'inbox');
    const key = await loadInboxKey(`${inboxDirectory}.key`, inboxDirectory);
    const inbox = await Inbox.open({ directory: inboxDirectory, key });
    const writer = await inbox.begin(ARRIVAL);
    await writer.write(PICKLE_THAT_DROPS_A_CALL);
    const { id } = await writer.finish({ kind: 'dictionary', format: 'binary', name: 'evil.pkl' });
    inbox.close();
    const { code, output, errors } = await run(['show', id, '--inbox', inboxDirectory]);
    assert.deepEqual([code, output], [0, '{"a": 1}\n']);
    assert.ok(errors.includes(DROPPED));
  });
});
