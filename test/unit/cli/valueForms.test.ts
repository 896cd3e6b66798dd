import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { DEFAULT_LIMITS } from '../../../src/core/limits';
import { codecs } from '../../../src/core/codecs/codecs';
import { Inbox } from '../../../src/inbox/inbox';
import { loadInboxKey } from '../../../src/inbox/keys/inboxKey';
import { Dict } from '../../../src/core/values/value';
import { ARRIVAL, temporaryDirectory } from '../inbox/temporary';
import { run, startProgram } from './program';

/** A `.npy` file of version 1. */
function npy(descr: string, shape: string, bytes: Uint8Array): Buffer {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117) + '\n';
  const start = Buffer.from(`\x93NUMPY\x01\x00\x76\x00${header}`, 'latin1');
  return Buffer.concat([start, bytes]);
}

describe('A value on the command line', function () {
  this.timeout(60_000);
  const directory = temporaryDirectory()();
  const file = path.join(directory, 'a.npy');
  const square = npy('<f8', '(2, 2)', new Uint8Array(new Float64Array([1, 2.5, -3, NaN]).buffer));
  const inbox = path.join(directory, 'inbox');
  let id = '';

  before(async () => {
    mkdirSync(directory);
    writeFileSync(file, square);
    const key = await loadInboxKey(`${inbox}.key`, inbox);
    const store = await Inbox.open({ directory: inbox, key });
    const writer = await store.begin(ARRIVAL);
    await writer.write(square);
    ({ id } = await writer.finish({ kind: 'file', name: 'a.npy' }));
    store.close();
  });

  it('is printed as numpy prints it, from a file and from a received item', async () => {
    const expected = '[[ 1.   2.5]\n [-3.   nan]]\nndarray float64 (2, 2)\n';
    assert.equal((await run(['show', '--file', file])).output, expected);
    assert.equal((await run(['show', id, '--inbox', inbox])).output, expected);
  });

  it('is chosen by a path', async () => {
    assert.equal((await run(['show', '--file', file, '--at', 'data[1][0]'])).output, '-3.0\n');
    assert.equal(
      (await run(['show', id, '--inbox', inbox, '--at', '[0]', '--as', 'csv'])).output,
      '1.0\n2.5\n',
    );
    const { code, errors } = await run(['show', '--file', file, '--at', 'data[2]']);
    assert.equal(code, 1);
    assert.match(errors, /There is no \[2\] in data\. It has \[0\] to \[1\]\./);
  });

  it('is written as CSV, JSON, .npy and PNG', async () => {
    const show = (...args: string[]) => run(['show', '--file', file, ...args]);
    assert.equal((await show('--as', 'csv')).output, '1.0,2.5\n-3.0,\n');
    const refused = await show('--as', 'json');
    assert.equal(refused.code, 1);
    assert.match(refused.errors, /--lossy/);
    const { output, errors } = await show('--as', 'json', '--lossy');
    assert.deepEqual(JSON.parse(output), [
      [1, 2.5],
      [-3, null],
    ]);
    assert.match(errors, /values changed for JSON: 2/);
    const saved = path.join(directory, 'saved');
    for (const form of ['npy', 'png']) {
      const exported = await run(['export', '--file', file, '--to', `${saved}.${form}`, '--as', form]);
      assert.equal(exported.code, 0, exported.errors);
    }
    assert.deepEqual(readFileSync(`${saved}.npy`).subarray(-32), square.subarray(-32));
    assert.equal(readFileSync(`${saved}.png`).toString('latin1', 1, 4), 'PNG');
  });

  it('of a received item is exported in each form', async () => {
    const target = path.join(directory, 'folder');
    mkdirSync(target);
    for (const form of ['csv', 'npy', 'png', 'python']) {
      const { code, errors } = await run(['export', id, '--inbox', inbox, '--to', target, '--as', form]);
      assert.equal(code, 0, errors);
    }
    for (const name of ['a.csv', 'a.npy', 'a.png', 'a.py'])
      assert.ok(existsSync(path.join(target, name)), name);
    assert.equal(readFileSync(path.join(target, 'a.csv'), 'utf8'), '1.0,2.5\n-3.0,\n');
  });

  it('is shown as its stored call', async () => {
    const { output } = await run(['show', '--file', file, '--stored']);
    assert.match(output, /^numpy\._?core\.multiarray\._reconstruct\(/);
  });

  it('is refused if options contradict one another', async () => {
    const uses: [args: string[], message: RegExp][] = [
      [['--as', 'csv', '--lossy'], /--lossy is for --as json/],
      [['--as', 'csv', '--stored'], /--stored shows a value as a Python literal/],
      [['--as', 'raw', '--at', 'data'], /--as raw is all of the content/],
      [['--calls', '--at', 'data'], /--calls stands alone/],
    ];
    for (const [args, message] of uses) {
      const { code, errors } = await run(['show', '--file', file, ...args]);
      assert.equal(code, 2, args.join(' '));
      assert.match(errors, message);
    }
  });

  it('ends without an error when the reading program exits', async () => {
    const long = path.join(directory, 'long.json');
    const records = Array.from({ length: 200_000 }, (_, i) => Dict.from([['number', BigInt(i)]]));
    writeFileSync(long, codecs.json.encode(records, DEFAULT_LIMITS));
    const program = startProgram(['show', '--file', long, '--as', 'csv']);
    let errors = '';
    program.stderr.on('data', (text: Buffer) => (errors += text.toString()));
    const [first] = (await once(program.stdout, 'data')) as [Buffer];
    assert.match(first.toString(), /^,number\n0,0\n1,1\n/);
    program.stdout.destroy();
    const [code] = (await once(program, 'close')) as [number];
    assert.deepEqual([code, errors], [0, '']);
  });
});
