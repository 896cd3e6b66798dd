import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { FernetKey } from '../../src/core/crypto/keys';
import { PicklepostError } from '../../src/core/errors';
import type { OutgoingItem } from '../../src/core/item/item';
import type { ItemStore } from '../../src/core/item/itemStore';
import type { DialectName } from '../../src/core/wire/dialects';
import { DEFAULT_LIMITS } from '../../src/core/limits';
import { bytesItem } from '../../src/core/wire/outgoing';
import { PeerWindows } from '../../src/editor/items/peerWindows';
import { KeyCommands } from '../../src/editor/keys/keyCommands';
import { Keyring } from '../../src/editor/keys/keyring';
import { Server } from '../../src/editor/server/server';
import { ServerNotices } from '../../src/editor/server/serverNotices';
import { findFreePort } from '../../src/net/ports';
import { sendItems } from '../../src/net/sendClient';
import { MemoryStore } from '../unit/core/wire/memoryStore';
import { openDoor } from '../harness/openDoor';
import { MemorySecrets } from '../harness/memorySecrets';
import { configure, RecordingReporter, testLog } from './senderFixture';

function text(content: string): OutgoingItem {
  return bytesItem({ kind: 'file', name: 'note.txt', bytes: Buffer.from(content) });
}

async function send(
  port: number,
  item: OutgoingItem,
  key?: FernetKey,
  dialect: DialectName = 'native',
): Promise<void> {
  await sendItems([item], {
    host: '127.0.0.1',
    port,
    dialect,
    ...(key && { key }),
    localPort: 0,
    bufferSize: 65_536,
    limits: DEFAULT_LIMITS,
  });
}

describe('the receive server of a window', () => {
  let directory: string;
  let port: number;
  let now: number;
  let openStore: () => Promise<ItemStore>;
  let reporter: RecordingReporter;
  let keyring: Keyring;
  let server: Server;
  let peers: PeerWindows;
  let parts: vscode.Disposable;

  beforeEach(async () => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'picklepost-server-'));
    port = await findFreePort('127.0.0.1', 26_000);
    await configure({ 'receive.port': port, 'receive.encryption': 'optional' });
    const store = new MemoryStore();
    openStore = () => Promise.resolve(store);
    reporter = new RecordingReporter();
    keyring = new Keyring(new MemorySecrets());
    peers = new PeerWindows(path.join(directory, 'windows'), (error) => {
      throw error;
    });
    server = new Server(() => openStore(), keyring, reporter, testLog(), peers, openDoor());
    now = 0;
    const keys = new KeyCommands(keyring, reporter);
    const notices = new ServerNotices({ server, keyring, keys, reporter, now: () => now });
    parts = vscode.Disposable.from(notices, server, peers);
  });
  afterEach(async () => {
    await server.stop();
    parts.dispose();
    await configure({ 'receive.encryption': 'optional' });
    fs.rmSync(directory, { recursive: true });
  });

  it('accesses no file before the other windows are needed', async () => {
    await peers.setReceiving(undefined);
    assert.deepEqual(fs.readdirSync(directory), []);
    await server.start();
    await peers.setReceiving({ host: '127.0.0.1', port });
    assert.equal(fs.readdirSync(path.join(directory, 'windows')).length, 1);
  });

  it('stays stopped if it was stopped while it started', async () => {
    let stopping: Promise<void> | undefined;
    const subscription = server.onDidChangeState(({ kind }) => {
      if (kind === 'starting') stopping = server.stop();
    });
    await server.start();
    subscription.dispose();
    assert.ok(stopping, 'it never was starting');
    await stopping;
    assert.equal(server.state.kind, 'stopped');
    await assert.rejects(send(port, text('x')), { code: 'connection-failed' });
  });

  it('listens while the inbox is being opened, and stores the items that arrived during that time', async () => {
    const store = new MemoryStore();
    let open: (() => void) | undefined;
    openStore = () => new Promise((resolve) => (open = () => resolve(store)));
    await server.start();
    assert.equal(server.state.kind, 'listening');
    const sending = send(port, text('early'));
    open?.();
    await sending;
    assert.equal(store.items.length, 1);
  });

  it('fails with the reason if the inbox cannot be opened, and frees the port', async () => {
    openStore = () => Promise.reject(new PicklepostError('disk', 'There is no room.'));
    await server.start();
    await reporter.tells(/There is no room/);
    assert.equal(server.state.kind, 'failed');
    assert.equal(await findFreePort('127.0.0.1', port), port);
  });

  it('offers to restart after its port was changed', async () => {
    await server.start();
    const other = await findFreePort('127.0.0.1', port + 1);
    await configure({ 'receive.port': other });
    assert.match(reporter.last.message, /Restart the server to apply the changed settings/);
    await reporter.press('Restart server');
    assert.deepEqual(server.state, { kind: 'listening', host: '127.0.0.1', port: other });
  });

  it('reports that everything is refused if a required key is missing', async () => {
    await server.start();
    await configure({ 'receive.encryption': 'required' });
    await reporter.tells(/there is no encryption key here/);
    await reporter.press('Generate encryption key');
    assert.deepEqual(await keyring.names(), ['default']);
    const before = reporter.told.length;
    await server.restart();
    await send(port, text('encrypted'), await keyring.get('default'));
    assert.equal(reporter.told.length, before);
  });

  it('reports refusals once per minute, with their number', async () => {
    await keyring.set('default', FernetKey.generate());
    await configure({ 'receive.encryption': 'required' });
    await server.start();
    for (let attempt = 0; attempt < 3; attempt++)
      await assert.rejects(send(port, text('plain')), { code: 'encryption-required' });
    await assert.rejects(send(port, text('other key'), FernetKey.generate()), { code: 'invalid-token' });
    const fingerprint = (await keyring.get('default'))?.fingerprint;
    await reporter.tells(new RegExp(`uses a key that is not accepted here.*"default" \\(${fingerprint}\\)`));
    assert.equal(reporter.told.length, 2);
    assert.match(reporter.told[0]?.message ?? '', /^127\.0\.0\.1 sent without a key/);
    now = 60_000;
    await assert.rejects(send(port, text('plain')));
    await reporter.tells(/without a key.*This has happened 2 more times\./);
  });

  for (const [dialect, code] of [
    ['native', 'invalid-key'],
    ['classic', 'refused'],
  ] as const)
    it(`reports a missing key, and offers to import it, in the ${dialect} dialect`, async () => {
      await server.start();
      await assert.rejects(send(port, text('x'), FernetKey.generate(), dialect), { code });
      await reporter.tells(/127\.0\.0\.1 sends encrypted items, but there is no encryption key here/);
      assert.ok(reporter.last.actions.some(({ title }) => title === 'Import encryption key from file'));
    });
});
