import assert from 'node:assert/strict';
import { mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { FernetKey } from '../../../src/core/crypto/keys';
import { temporaryDirectory } from '../inbox/temporary';
import { NativePeer } from '../net/nativePeer';
import { TestPeer } from '../net/testPeer';
import { jsonLines, Receiver, run, succeed } from './program';
import { makeWorkplace, type Workplace } from './workplace';

describe('Receiving with --once', function () {
  this.timeout(30_000);
  const newDirectory = temporaryDirectory();

  const workplace = (): Workplace =>
    makeWorkplace(newDirectory(), { 'hello.txt': 'Hello World!', 'other.txt': 'Another text' });

  it('ends after one item', async () => {
    const { at, inbox } = workplace();
    const receiver = await Receiver.start(...inbox, '--once');
    await succeed(['send', at('hello.txt'), '--to', receiver.address]);
    assert.equal((await receiver.next())['event'], 'received');
    assert.equal(await receiver.exitCode(), 0);
    assert.match(await succeed(['list', ...inbox]), /hello.txt \(file, 12 B, encrypted/);
  });

  it('answers before it ends, also for an item that it has already', async () => {
    const { at, inbox } = workplace();
    for (const existed of [undefined, true]) {
      const receiver = await Receiver.start(...inbox, '--once');
      const output = await succeed(['send', at('hello.txt'), '--json', '--to', receiver.address]);
      assert.equal(jsonLines(output).at(-1)?.['existed'], existed);
      assert.equal(await receiver.exitCode(), 0);
    }
  });

  for (const dialect of ['native', 'classic'] as const) {
    it(`receives no more than one item in the ${dialect} dialect, and says so`, async () => {
      const { at, inbox } = workplace();
      const receiver = await Receiver.start(...inbox, '--once');
      const send = ['send', at('hello.txt'), at('other.txt'), '--dialect', dialect];
      const { code, output, errors } = await run([...send, '--to', receiver.address]);
      assert.equal(code, 1);
      assert.equal(output.match(/^Sent/gm)?.length, 1);
      assert.match(errors, /1 of 2 items failed.*takes one item and ends/);
      assert.equal(await receiver.exitCode(), 0);
      assert.equal(jsonLines(await succeed(['list', '--json', ...inbox])).length, 1);
    });
  }

  it('receives only the first of several pickles of a raw stream', async () => {
    const { inbox } = workplace();
    const receiver = await Receiver.start(...inbox, '--once');
    const peer = await TestPeer.connect(receiver.port);
    peer.socket.end(Buffer.from('80047d942e' + '80045d942e', 'hex'));
    assert.match((await peer.receiveAll()).toString(), /^ERROR: Refused\('This receiver takes one item/);
    assert.equal((await receiver.next())['kind'], 'dictionary');
    assert.equal(await receiver.exitCode(), 0);
    assert.equal(jsonLines(await succeed(['list', '--json', ...inbox])).length, 1);
  });

  it('is not blocked by an offer without content', async () => {
    const { at, inbox } = workplace();
    const receiver = await Receiver.start(...inbox, '--once');
    const idle = await NativePeer.connect(receiver.port);
    const about = { transfer: '0'.repeat(32), key: FernetKey.generate().toText(), size: 5 };
    await idle.session.send({ type: 'offer', item: 0, kind: 'file', name: 'x', ...about });
    assert.equal((await idle.session.receive())?.type, 'accept');
    await succeed(['send', at('hello.txt'), '--to', receiver.address]);
    assert.equal((await receiver.next())['event'], 'received');
    await idle.close();
    assert.equal(await receiver.exitCode(), 0);
  });

  it('receives a token as the item that it contains', async () => {
    const { at, inbox } = workplace();
    await succeed(['key', 'new', at('key')]);
    const key = ['--key-file', at('key')];
    const receiver = await Receiver.start(...inbox, ...key, '--once');
    await succeed(['send', at('hello.txt'), '--dialect', 'raw', ...key, '--to', receiver.address]);
    assert.equal((await receiver.next())['encrypted'], true);
    assert.equal(await receiver.exitCode(), 0);
  });

  it('receives another item if the first could not be saved', async () => {
    const { at, inbox } = workplace();
    const receiver = await Receiver.start(...inbox, '--once', '--save-to', at('saved'));
    rmdirSync(at('saved'));
    writeFileSync(at('saved'), '');
    const send = ['send', '--dialect', 'classic', '--to', receiver.address];
    assert.equal((await run([...send, at('hello.txt')])).code, 1);
    rmSync(at('saved'));
    mkdirSync(at('saved'));
    await succeed([...send, at('other.txt')]);
    assert.equal(await receiver.exitCode(), 0);
  });
});
