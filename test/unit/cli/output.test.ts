import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { openSync } from 'node:fs';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, it } from 'mocha';
import { Output, type Terminal } from '../../../src/cli/output';
import { temporaryDirectory } from '../inbox/temporary';
import { TestPeer } from '../net/testPeer';
import { jsonLines, PROGRAM, Receiver, startProgram, stopsListening, succeed } from './program';
import { makeWorkplace, type Workplace } from './workplace';

describe('A line of progress', () => {
  for (const [columns, shown] of [
    [undefined, 79],
    [0, 79],
    [20, 19],
  ] as const) {
    it(`fits into a terminal of ${columns ?? 'unknown'} columns`, async () => {
      const errors = Object.assign(new PassThrough(), { isTTY: true, columns });
      const output = new Output(new PassThrough(), errors as Terminal);
      output.progress('x'.repeat(200));
      assert.equal(await text(errors.end()), 'x'.repeat(shown));
    });
  }
});

describe('Output that nobody reads', function () {
  this.timeout(30_000);
  const newDirectory = temporaryDirectory();

  const workplace = (...names: string[]): Workplace =>
    makeWorkplace(newDirectory(), Object.fromEntries(names.map((name) => [name, `content of ${name}`])));

  it('does not interrupt sending', async () => {
    // One is sent after the other, so that the loss is known long before the last.
    const names = Array.from({ length: 20 }, (_, index) => String(index));
    const { at, inbox } = workplace(...names);
    const receiver = await Receiver.start(...inbox);
    const send = ['send', ...names.map(at), '--dialect', 'classic', '--to', receiver.address, '--json'];
    const program = startProgram(send);
    program.stdout.destroy();
    const ended = once(program, 'close');
    assert.equal(await text(program.stderr), '');
    assert.deepEqual(await ended, [0, null]);
    for (const _ of names) assert.equal((await receiver.next())['event'], 'received');
    await receiver.stop();
  });

  it('ends receiving once arriving items are complete and answered', async () => {
    const { inbox } = workplace();
    const receiver = await Receiver.start(...inbox);
    receiver.program.stdout.destroy();
    const peer = await TestPeer.connect(receiver.port);
    await peer.send(Buffer.from('0800000548656c6c6f', 'hex'));
    const wrong = await TestPeer.connect(receiver.port);
    await wrong.send(Buffer.from('0ce0', 'hex'));
    // What it says of this one tells it that nobody takes its output.
    assert.match((await wrong.receiveAll()).toString(), /^ERROR/);
    wrong.socket.end();
    await stopsListening(receiver.port);
    peer.socket.end(Buffer.from('04000720576f726c642110', 'hex'));
    assert.equal((await peer.receiveAll()).toString(), 'OK');
    assert.equal(await receiver.exitCode(), 0);
    assert.equal(jsonLines(await succeed(['list', '--json', ...inbox])).length, 1);
  });

  it('is an error if the disk is full', function () {
    if (process.platform !== 'linux') return this.skip();
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [PROGRAM, '--help'], {
      stdio: ['ignore', full, 'pipe'],
    });
    assert.equal(
      stderr.toString(),
      'picklepost: Cannot write to standard output: the disk is full. Make room on it, then try again.\n',
    );
    assert.equal(status, 1);
  });
});
