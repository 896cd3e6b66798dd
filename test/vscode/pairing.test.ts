import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { FernetKey } from '../../src/core/crypto/keys';
import type { Paired } from '../../src/core/pairing/pairing';
import { Keyring } from '../../src/editor/keys/keyring';
import { forgetSender, renameUses, usesOf } from '../../src/editor/keys/keyUses';
import { keepPeer, tellPaired } from '../../src/editor/pairing/peerKeys';
import { formatLeft } from '../../src/editor/pairing/showCode';
import { pairingLink } from '../../src/editor/pairing/showCode';
import { parseLink } from '../../src/editor/shell/link';
import { findFreePort } from '../../src/net/ports';
import { MemorySecrets } from '../harness/memorySecrets';
import { ServerFixture } from '../unit/net/serverFixture';
import { configure, RecordingReporter, SenderFixture } from './senderFixture';

function paired(name: string): Paired {
  return { name, key: FernetKey.generate(), digits: '123456' };
}

describe('a peer that this side has paired with', () => {
  let keyring: Keyring;
  let reporter: RecordingReporter;
  beforeEach(() => {
    keyring = new Keyring(new MemorySecrets());
    reporter = new RecordingReporter();
  });
  afterEach(async () => {
    keyring.dispose();
    const lists = { 'receive.alwaysAccept': undefined, 'receive.block': undefined };
    const names = { destinations: undefined, 'send.defaultDestination': undefined };
    await configure({ 'receive.keys': undefined, ...lists, ...names });
    await ServerFixture.stopAll();
  });

  it('keeps its name, gets a number if that is in use, and can replace the peer of the same name', async () => {
    const [first, second] = [paired('Anna'), paired('Anna')];
    assert.equal(await keepPeer(keyring, first, undefined), 'Anna');
    const name = await keepPeer(keyring, second, { host: '10.0.0.2', port: 7000 });
    assert.equal(name, 'Anna 2');
    await tellPaired({ name, digits: '123456' }, keyring, reporter);
    assert.match(reporter.last.message, /Paired with Anna 2\. Both sides show 123 456/);
    await reporter.press('Replace "Anna"');
    assert.deepEqual(await keyring.names(), ['Anna']);
    assert.equal((await keyring.get('Anna'))?.toText(), second.key.toText());
  });

  it('gets a readable name, whatever it calls itself', async () => {
    for (const [sent, kept] of [
      ['An\u202ena\u0000\n', 'An na'],
      ['\u200b\u200b', 'Paired peer'],
      ['x'.repeat(5000), 'x'.repeat(100)],
    ] as const)
      assert.equal(await keepPeer(keyring, paired(sent), undefined), kept);
  });

  it('is accepted if the settings list its key', async () => {
    await keepPeer(keyring, paired('Anna'), undefined);
    assert.equal(
      vscode.workspace.getConfiguration('picklepost').inspect('receive.keys')?.globalValue,
      undefined,
    );
    await configure({ 'receive.keys': ['lab'] });
    await keepPeer(keyring, paired('Ben'), undefined);
    assert.deepEqual(vscode.workspace.getConfiguration('picklepost').get('receive.keys'), ['lab', 'Ben']);
  });

  it('keeps its place in the settings when its key is renamed', async () => {
    await configure({
      'receive.keys': ['lab'],
      destinations: [{ name: 'Lab', host: 'lab.example', key: 'lab' }],
    });
    await renameUses('lab', 'laboratory');
    assert.deepEqual(usesOf('laboratory'), { destinations: ['Lab'], isReceived: true });
    assert.deepEqual(usesOf('lab'), { destinations: [], isReceived: false });
  });

  it('stays accepted or blocked when its key is renamed, and is neither after that is deleted', async () => {
    const lists = () => {
      const configuration = vscode.workspace.getConfiguration('picklepost.receive');
      return [configuration.get('alwaysAccept'), configuration.get('block')];
    };
    await configure({
      'receive.alwaysAccept': ['Anna', 'Ben'],
      'receive.block': ['key:Anna', '10.0.0.7'],
    });
    await renameUses('Anna', 'Anne');
    assert.deepEqual(lists(), [
      ['Anne', 'Ben'],
      ['key:Anne', '10.0.0.7'],
    ]);
    await forgetSender('Anne');
    assert.deepEqual(lists(), [['Ben'], ['10.0.0.7']]);
  });

  it('gets items at its new address', async () => {
    const fixture = new SenderFixture();
    const key = FernetKey.generate();
    const [gone, anna] = [await findFreePort('127.0.0.1', 29_500), await ServerFixture.start({ key })];
    const addresses = [gone, anna.port].map((port) => ({ host: '127.0.0.1', port }));
    await fixture.keyring.set('Anna', key, { kind: 'paired', addresses });
    fixture.targets.known.add({
      source: 'paired',
      targets: [
        { name: 'Anna', host: '127.0.0.1', port: gone, dialect: 'native', key: 'Anna', isPaired: true },
      ],
      onDidChange: () => ({ dispose: () => undefined }),
    });
    await configure({ 'send.defaultDestination': 'Anna' });
    await fixture.sender.sendFiles([fixture.write('note.txt', 'moved')]);
    assert.equal(anna.store.items.length, 1);
    assert.equal(fixture.entry.state, 'sent');
    assert.deepEqual((await fixture.keyring.entry('Anna'))?.addresses[0], addresses[1]);
    fixture.dispose();
  });

  it('begins the pairing with a link that contains only the address', () => {
    const link = vscode.Uri.parse(pairingLink({ host: 'fe80::1%eth0', port: 7000 }));
    assert.equal(link.authority, 'picklepost.picklepost');
    const address = { host: 'fe80::1%eth0', port: 7000 };
    assert.deepEqual(parseLink(link, 6868), { action: 'pair', address });
  });

  it('is shown the remaining time in minutes and seconds', () => {
    assert.deepEqual([600_000, 599_001, 61_000, 1, -5].map(formatLeft), [
      '10:00',
      '10:00',
      '1:01',
      '0:01',
      '0:00',
    ]);
  });
});
