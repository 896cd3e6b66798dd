import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import { connect } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { PeerWindows } from '../../src/editor/items/peerWindows';
import { KeyCommands } from '../../src/editor/keys/keyCommands';
import { Keyring } from '../../src/editor/keys/keyring';
import { describeExposure, describePlace, machineName } from '../../src/editor/server/exposure';
import { listenChoices } from '../../src/editor/server/listenPicker';
import { listenAt } from '../../src/editor/server/networkChoice';
import { NetworkWatch } from '../../src/editor/server/networkWatch';
import { Server } from '../../src/editor/server/server';
import { ServerNotices } from '../../src/editor/server/serverNotices';
import { describeServer } from '../../src/editor/server/statusBar';
import { findFreePort } from '../../src/net/ports';
import { MemoryStore } from '../unit/core/wire/memoryStore';
import { openDoor } from '../harness/openDoor';
import { MemorySecrets } from '../harness/memorySecrets';
import { configure, RecordingReporter, testLog } from './senderFixture';

/** An address for documentation, which no machine has. */
const NOWHERE = '192.0.2.77';

describe('where the receive server of a window listens', () => {
  let directory: string;
  let port: number;
  let reporter: RecordingReporter;
  let server: Server;
  let peers: PeerWindows;
  let present: boolean;
  let parts: vscode.Disposable;

  beforeEach(async () => {
    directory = fs.mkdtempSync(path.join(tmpdir(), 'picklepost-listen-'));
    port = await findFreePort('0.0.0.0', 28_000);
    await configure({ 'receive.port': port, 'receive.host': undefined, 'receive.accept': 'all' });
    reporter = new RecordingReporter();
    const keyring = new Keyring(new MemorySecrets());
    peers = new PeerWindows(path.join(directory, 'windows'), assert.ifError);
    const store = new MemoryStore();
    server = new Server(() => Promise.resolve(store), keyring, reporter, testLog(), peers, openDoor());
    const notices = new ServerNotices({
      server,
      keyring,
      keys: new KeyCommands(keyring, reporter),
      reporter,
    });
    present = true;
    const watch = new NetworkWatch(server, assert.ifError, () => present, 10);
    parts = vscode.Disposable.from(watch, notices, server, peers);
  });
  afterEach(async () => {
    await server.stop();
    parts.dispose();
    await configure({
      'receive.host': undefined,
      'receive.encryption': undefined,
      'receive.accept': undefined,
    });
    fs.rmSync(directory, { recursive: true });
  });

  const enters = (isMeant: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (!isMeant()) return;
        subscription.dispose();
        resolve();
      };
      const subscription = server.onDidChangeState(check);
      check();
    });

  it('is chosen from a list: this machine, each network with its address, and all networks', () => {
    const networks = [
      { name: 'eth0', host: '10.0.0.7', isIPv6: false, isLinkLocal: false },
      { name: 'eth0', host: 'fe80::1%eth0', isIPv6: true, isLinkLocal: true },
    ];
    const choices = listenChoices('127.0.0.1', networks).filter(({ host }) => host !== undefined);
    assert.deepEqual(
      choices.map(({ label, description }) => `${label} | ${description}`),
      [
        '$(lock) This machine only | 127.0.0.1 · current choice',
        '$(warning) eth0 | 10.0.0.7',
        '$(warning) eth0 (this link only) | fe80::1%eth0',
        `$(warning) All networks | ${choices.at(-1)?.host}`,
      ],
    );
    for (const { detail } of choices) assert.match(detail ?? '', /can reach it/);
  });

  it('is also listed if this machine does not have the address at present', () => {
    const [first] = listenChoices(NOWHERE, []);
    assert.equal(first?.host, NOWHERE);
    assert.match(first.detail ?? '', /does not have this address at present/);
  });

  it('changes at once, is stored, and causes a warning while everybody is accepted', async () => {
    await server.start();
    assert.equal(describeServer(server.state, undefined).color, undefined);
    const client = connect({ host: '127.0.0.1', port });
    await once(client, 'connect');
    await listenAt('0.0.0.0', { server, peers, reporter });
    assert.deepEqual(server.state, { kind: 'listening', host: '0.0.0.0', port });
    assert.equal(client.destroyed, false);
    client.destroy();
    assert.ok(!server.needsRestart);
    assert.equal(vscode.workspace.getConfiguration('picklepost').get('receive.host'), '0.0.0.0');
    assert.match(reporter.last.message, /now receives at 0\.0\.0\.0.*Everyone on any network/);
    const shown = describeServer(server.state, undefined);
    assert.equal(shown.color, 'warning');
    assert.match(shown.detail, /Anyone on the network can send to you without your consent/);
    await configure({ 'receive.encryption': 'required' });
    assert.equal(describeServer(server.state, undefined).color, undefined);
    assert.match(describeExposure('0.0.0.0'), /Only paired senders and those with one of your keys/);
  });

  it('stays the same if the server cannot listen there', async () => {
    await server.start();
    await assert.rejects(listenAt(NOWHERE, { server, peers, reporter }), { code: 'connection-failed' });
    assert.deepEqual(server.state, { kind: 'listening', host: '127.0.0.1', port });
    assert.equal(vscode.workspace.getConfiguration('picklepost').get('receive.host'), '127.0.0.1');
  });

  it('may be an address that this machine does not have yet, which is reported until the server can start', async () => {
    await configure({ 'receive.host': NOWHERE });
    present = false;
    await server.start();
    await reporter.tells(/does not have the address 192\.0\.2\.77 at present/);
    assert.deepEqual(
      reporter.last.actions.map(({ title }) => title),
      ['Choose where to listen'],
    );
    await configure({ 'receive.host': '127.0.0.1' });
    present = true;
    await enters(() => server.state.kind === 'listening');
  });

  it('may be an address that disappears and comes back', async () => {
    await configure({ 'receive.host': '0.0.0.0' });
    await server.start();
    await server.noteAddress(false);
    assert.equal(describeServer(server.state, undefined).color, 'warning');
    await reporter.tells(/this machine no longer has the address 0\.0\.0\.0/);
    await server.noteAddress(true);
    assert.deepEqual(server.state, { kind: 'listening', host: '0.0.0.0', port });
  });

  it('is shown with the name of the machine if the window is on another one', () => {
    const address = { host: '127.0.0.1', port: 6868 };
    assert.equal(describePlace(address, 'ssh-remote'), `127.0.0.1:6868 on ${hostname()} (SSH)`);
    assert.equal(describePlace(address, 'else'), `127.0.0.1:6868 on ${hostname()}`);
    assert.equal(machineName('ssh-remote'), hostname());
  });
});
