import assert from 'node:assert/strict';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { FernetKey } from '../../src/core/crypto/keys';
import { PeerWindows } from '../../src/editor/items/peerWindows';
import { Keyring } from '../../src/editor/keys/keyring';
import { watchKeys } from '../../src/editor/server/receiving';
import { Server } from '../../src/editor/server/server';
import { findFreePort } from '../../src/net/ports';
import { MemorySecrets } from '../harness/memorySecrets';
import { openDoor } from '../harness/openDoor';
import { MemoryStore } from '../unit/core/wire/memoryStore';
import { NativePeer } from '../unit/net/nativePeer';
import { configure, RecordingReporter, testLog } from './senderFixture';

describe('removing a key from the receive server of a window', () => {
  let directory: string;
  let port: number;
  let keyring: Keyring;
  let parts: vscode.Disposable;
  let peers: NativePeer[];
  const keys = { Anna: FernetKey.generate(), Ben: FernetKey.generate() };

  beforeEach(async () => {
    directory = fs.mkdtempSync(path.join(tmpdir(), 'picklepost-keys-'));
    port = await findFreePort('127.0.0.1', 28_500);
    await configure({ 'receive.port': port });
    keyring = new Keyring(new MemorySecrets());
    for (const [name, key] of Object.entries(keys)) await keyring.set(name, key);
    const windows = new PeerWindows(path.join(directory, 'windows'), assert.ifError);
    const open = () => Promise.resolve(new MemoryStore());
    const server = new Server(open, keyring, new RecordingReporter(), testLog(), windows, openDoor());
    const watching = watchKeys(keyring, () => void server.noteKeys().catch(assert.ifError));
    parts = vscode.Disposable.from(watching, server, windows, keyring);
    await server.start();
    peers = await Promise.all(Object.values(keys).map((key) => NativePeer.connect(port, key)));
  });
  afterEach(async () => {
    for (const peer of peers) await peer.close();
    parts.dispose();
    await configure({ 'receive.port': undefined, 'receive.keys': undefined });
    fs.rmSync(directory, { recursive: true });
  });

  async function expectOnlyBenToStay(): Promise<void> {
    const [anna, ben] = peers;
    const refusal = await anna?.session.receive();
    assert.ok(refusal?.type === 'refusal' && /no longer accepts your key/.test(refusal.reason));
    const key = FernetKey.generate().toText();
    const transfer = 'a'.repeat(32);
    await ben?.session.send({ type: 'offer', item: 0, transfer, kind: 'text', name: 'note', key });
    assert.equal((await ben?.session.receive())?.type, 'accept');
  }

  it('ends only the open sessions with that key if it is deleted', async () => {
    await keyring.delete('Anna');
    await expectOnlyBenToStay();
  });

  it('ends the open sessions with that key if the settings no longer list it', async () => {
    await configure({ 'receive.keys': ['Ben'] });
    await expectOnlyBenToStay();
  });
});
