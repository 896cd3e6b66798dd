import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import type * as vscode from 'vscode';
import { findFreePort } from '../../src/net/ports';
import { Outbox } from '../../src/editor/sending/outbox';
import { readSettings } from '../../src/editor/shell/settings';
import { ServerFixture } from '../unit/net/serverFixture';
import { configure, SenderFixture, sendTo } from './senderFixture';

describe('a queued item', () => {
  let fixture: SenderFixture;
  let port: number;

  beforeEach(async () => {
    fixture = new SenderFixture();
    port = await findFreePort('127.0.0.1', 25_000);
    await sendTo({ port });
    await configure({ 'send.wait': true });
  });
  afterEach(async () => {
    fixture.dispose();
    await configure({ 'send.wait': false });
    await ServerFixture.stopAll();
  });

  /** The window is closed while something is in a state, and opened again. */
  async function restartIn(work: () => Promise<void>): Promise<void> {
    const kept = fixture.state.get('sent');
    await work();
    await fixture.state.update('sent', kept);
    fixture.restart();
  }

  const stop = async (): Promise<void> => {
    await fixture.outbox.stop(fixture.entry.id);
    await fixture.reaches('cancelled');
  };

  it('fails after a restart if its file is missing, and does not block the others', async () => {
    await fixture.sender.sendFiles([fixture.write('gone.txt', 'gone')]);
    await fixture.sender.sendFiles([fixture.write('there.txt', 'there')]);
    await restartIn(async () => {
      await Promise.all(fixture.outbox.entries.map(({ id }) => fixture.outbox.stop(id)));
      await fixture.reaches('cancelled');
    });
    fs.rmSync(path.join(fixture.folder, 'gone.txt'));
    const server = await ServerFixture.start({ port });
    await fixture.sender.resume();
    await fixture.reaches('sent');
    assert.deepEqual(server.store.texts, ['there']);
    const gone = fixture.outbox.entries.find(({ title }) => title === 'gone.txt');
    assert.equal(gone?.state, 'failed');
    assert.match(gone.reason ?? '', /no longer there/);
  });

  it('does not become the last sent item when it is sent', async () => {
    await fixture.sender.sendFiles([fixture.write('waits.txt', 'waits')]);
    const last = await ServerFixture.start();
    await restartIn(stop);
    await sendTo({ port: last.port });
    await fixture.sender.sendFiles([fixture.write('last.txt', 'last')]);
    const waiting = await ServerFixture.start({ port });
    await fixture.sender.resume();
    await fixture.reaches('sent');
    assert.deepEqual(waiting.store.texts, ['waits']);
    await fixture.sender.repeat();
    assert.deepEqual(last.store.texts, ['last', 'last']);
  });

  it('also waits if the connection was lost in the middle', async () => {
    const none = { total: 0, address: 0, connection: 0 };
    const busy = await ServerFixture.start({ port, budgets: { connections: none } });
    await fixture.sender.sendFiles([fixture.write('busy.txt', 'busy')]);
    assert.equal(fixture.entry.state, 'waiting');
    assert.match(fixture.reporter.last.message, /no longer reachable, or busy/);
    await busy.server.stop();
    const server = await ServerFixture.start({ port });
    await fixture.reaches('sent');
    assert.deepEqual(server.store.texts, ['busy']);
  });

  it('causes a warning if the host is unknown', async () => {
    await sendTo({ port, host: 'no-such-host.invalid' });
    await configure({ 'send.wait': true });
    await fixture.sender.sendFiles([fixture.write('a.txt', 'a')]);
    assert.match(fixture.reporter.last.message, /"no-such-host\.invalid" is not known/);
    assert.deepEqual(
      fixture.reporter.last.actions.map(({ title }) => title),
      ['Stop waiting'],
    );
    await fixture.reporter.press('Stop waiting');
    await fixture.reaches('cancelled');
  });

  it('still waits if the window was closed during an attempt', async () => {
    const states: (string | undefined)[] = [];
    const subscription = fixture.outbox.onDidChange(() => {
      if (fixture.entry.state === 'sending') states.push(new Outbox(fixture.state).entries[0]?.state);
    });
    await fixture.sender.sendFiles([fixture.write('a.txt', 'a')]);
    subscription.dispose();
    assert.deepEqual(states, ['waiting']);
  });
});

describe('a server that closes the connection without replying', () => {
  let fixture: SenderFixture;
  let server: ServerFixture;
  let silent: net.Server;
  let port: number;

  beforeEach(async () => {
    fixture = new SenderFixture();
    server = await ServerFixture.start();
    // What does not begin as the native dialect does goes through to a server.
    silent = net.createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (start: Buffer) => {
        if (start[0] === 0x89) return socket.end();
        const forward = net.connect(server.port, '127.0.0.1').on('error', () => undefined);
        forward.write(start);
        return socket.pipe(forward).pipe(socket);
      });
    });
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    ({ port } = silent.address() as net.AddressInfo);
    await sendTo({ port });
  });
  afterEach(async () => {
    fixture.dispose();
    silent.close();
    await configure({ 'send.wait': false });
    await ServerFixture.stopAll();
  });

  it('can be used with another dialect once, and gets its own dialect the next time', async () => {
    await fixture.sender.sendFiles([fixture.write('a.txt', 'a')]);
    await fixture.reporter.tells(/without replying.*choose the protocol/);
    await fixture.reporter.press('Send as classic');
    assert.equal(fixture.entry.state, 'sent');
    assert.deepEqual(server.store.texts, ['a']);
    assert.equal((await fixture.targets.pick(readSettings())).target.dialect, 'native');
  });

  it('can be used with another dialect while an item waits for it, which then waits no longer', async () => {
    await configure({ 'send.wait': true });
    await fixture.sender.sendFiles([fixture.write('a.txt', 'a')]);
    await fixture.reporter.tells(/without replying.*choose the protocol.*queued in the view/);
    await fixture.reporter.press('Send as classic');
    assert.deepEqual(
      fixture.outbox.entries.map(({ state }) => state),
      ['sent', 'cancelled'],
    );
    assert.deepEqual(server.store.texts, ['a']);
  });

  const isOfferedNothingElse = (): void => {
    const titles = fixture.reporter.last.actions.map(({ title }) => title);
    assert.ok(!titles.some((title) => title.startsWith('Send as')), titles.join());
  };

  it('is not offered another dialect for an encrypted item', async () => {
    await fixture.makeKey('default');
    await configure({ 'send.encryption': 'always' });
    await fixture.sender.sendFiles([fixture.write('a.txt', 'a')]);
    await fixture.reporter.tells(/without replying/);
    isOfferedNothingElse();
  });

  it('is not offered another dialect if it has used the native one before', async () => {
    const { port } = server;
    await sendTo({ port });
    await fixture.sender.sendFiles([fixture.write('a.txt', 'a')]);
    await fixture.reporter.tells(/verified by the receiver/);
    await server.server.stop();
    const imposter = net.createServer((socket) => socket.on('error', () => undefined).end('SSH-2.0-x'));
    imposter.listen(port, '127.0.0.1');
    await once(imposter, 'listening');
    await fixture.sender.sendFiles([fixture.write('b.txt', 'b')]);
    await fixture.reporter.tells(/does not speak Picklepost/);
    isOfferedNothingElse();
    imposter.close();
  });
});

describe('a server in the settings', () => {
  let fixture: SenderFixture;

  beforeEach(() => {
    fixture = new SenderFixture();
  });
  afterEach(async () => {
    fixture.dispose();
    await ServerFixture.stopAll();
  });

  const file = (): vscode.Uri[] => [fixture.write('a.txt', 'a')];

  for (const [what, entry, message] of [
    [
      'an unknown dialect',
      { dialect: 'clasic' },
      /has the dialect "clasic"\. Write one of native, classic, raw/,
    ],
    ['an invalid port', { port: 70_000 }, /has the port 70000\. Write one from 1 to 65535/],
    ['an empty host', { host: '' }, /has no host/],
    ['a missing host', { host: undefined }, /has no host/],
  ] as const) {
    it(`is refused with ${what}`, async () => {
      await sendTo({ port: 9, ...(entry as object) });
      await assert.rejects(fixture.sender.sendFiles(file()), message);
    });
  }

  it('gets only the key that it is known to use', async () => {
    await fixture.makeKey('default');
    const target = { host: '127.0.0.1', port: 9, dialect: 'native' } as const;
    assert.equal(await fixture.encryption.onlyKey(target), 'default');
    assert.equal(await fixture.encryption.onlyKey({ ...target, key: 'lab' }), undefined);
    await fixture.makeKey('lab');
    assert.equal(await fixture.encryption.onlyKey({ ...target, key: 'lab' }), 'lab');
  });

  it('has the default port unless the settings contain one', async () => {
    await configure({ 'receive.port': 7001 });
    await sendTo({ port: 9 });
    await configure({ destinations: [{ name: 'Test', host: '127.0.0.1' }] });
    assert.equal((await fixture.targets.pick(readSettings())).target.port, 6868);
  });
});
