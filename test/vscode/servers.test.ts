import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import * as vscode from 'vscode';
import { FernetKey } from '../../src/core/crypto/keys';
import { PairedServers } from '../../src/editor/sending/pairedServers';
import { removeServers, renameServer, saveServer, useAsDefault } from '../../src/editor/sending/savedServers';
import type { Target } from '../../src/editor/sending/target';
import { createServerDrop } from '../../src/editor/servers/serverDrop';
import type { ServerNode, ServerRow } from '../../src/editor/servers/serverNodes';
import { ServersTree } from '../../src/editor/servers/serversTree';
import { ServerStates } from '../../src/editor/servers/serverStates';
import { readSettings } from '../../src/editor/shell/settings';
import { testConnection } from '../../src/net/connectionTest';
import { freePort } from '../unit/net/sending';
import { key, ServerFixture } from '../unit/net/serverFixture';
import { configure, SenderFixture } from './senderFixture';

const native = (port: number, name?: string): Target => ({
  ...(name !== undefined && { name }),
  ...{ host: '127.0.0.1', port, dialect: 'native' },
});

describe('the view "Servers"', () => {
  let fixture: SenderFixture;
  let states: ServerStates;
  let tree: ServersTree;

  beforeEach(async () => {
    fixture = new SenderFixture();
    states = new ServerStates(fixture.outbox, async ({ host, port, key: name }) => {
      const own = name === undefined ? undefined : await fixture.keyring.get(name);
      return testConnection({ host, port, ...(own && { key: own }) });
    });
    const own = { state: { kind: 'stopped' }, elsewhere: undefined } as const;
    tree = new ServersTree(fixture.targets.known, states, own);
    await configure({
      ...{ destinations: [], 'send.destination': '', 'send.encryption': 'never' },
      ...{ 'send.format': 'json', 'send.wait': false },
    });
  });
  afterEach(async () => {
    states.dispose();
    fixture.dispose();
    await configure({ destinations: undefined, 'send.destination': undefined });
    await ServerFixture.stopAll();
  });

  const rows = (nodes = tree.getChildren()): ServerRow[] =>
    nodes.flatMap((node: ServerNode) => (node.kind === 'server' ? [node] : rows(tree.getChildren(node))));

  const texts = (): string[] =>
    rows().map((row) => {
      const { label, description } = tree.getTreeItem(row);
      return `${row.source} ${label as string}: ${String(description)}`;
    });

  it('has paired, saved and recent servers side by side, each with its state in words', async () => {
    const server = await ServerFixture.start({ key });
    await fixture.keyring.set('Anna', key, {
      kind: 'paired',
      addresses: [{ host: '127.0.0.1', port: server.port }],
    });
    const paired = new PairedServers(fixture.keyring, assert.ifError);
    await paired.load();
    fixture.targets.known.add(paired);
    const away = await freePort();
    await saveServer('Lab', native(away));
    await fixture.targets.known.remember(native(server.port));
    assert.deepEqual(texts(), [
      `paired Anna: Not tested · 127.0.0.1:${String(server.port)}`,
      `saved Lab: Not tested · 127.0.0.1:${String(away)}`,
      `recent 127.0.0.1:${String(server.port)}: Not tested · this machine`,
    ]);
    await states.testAll(rows().map(({ target }) => target));
    const [anna, lab, recent] = texts();
    assert.match(String(anna), /^paired Anna: Reachable, key verified, [\d.]+ ms · /);
    assert.match(String(lab), /^saved Lab: Not reachable: nothing listens there · /);
    assert.match(String(recent), /: Reachable, encrypted, not verified, /);
    paired.dispose();
  });

  it('shows entries of the settings that are half written, with what they lack, and once where they are the same', async () => {
    const destinations = [null, 'lab', {}, { name: 'Half' }, { name: 'Odd', host: 'h', port: 'x', key: 5 }];
    await configure({ destinations });
    const shown = rows().map((row) => tree.getTreeItem(row));
    assert.deepEqual(
      shown.map(({ label }) => label),
      ['Without a name', 'Half', 'Odd'],
    );
    for (const { description } of shown) assert.match(String(description), /picklepost\.destinations/);
  });

  it('tells of a server with a different key', async () => {
    const server = await ServerFixture.start({ key });
    await fixture.keyring.set('mine', FernetKey.generate());
    await saveServer('Lab', { ...native(server.port), key: 'mine' });
    const [outcome] = await states.testAll(rows().map(({ target }) => target));
    assert.equal(outcome?.kind, 'wrong-key');
    assert.match(texts()[0] ?? '', /different key/);
  });

  it('tests a server once at a time', async () => {
    let connections = 0;
    const listener = createServer((socket) => {
      connections++;
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end('SSH-2.0-x\r\n'));
    }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as { port: number };
    const outcomes = await Promise.all([1, 2].map(() => states.testAll([native(port)])));
    listener.close();
    assert.deepEqual(
      [connections, outcomes.flat().map(({ kind }) => kind)],
      [1, ['other-program', 'other-program']],
    );
  });

  it('renames and removes saved servers, and what else their entries have stays', async () => {
    await configure({ destinations: [{ name: 'A', host: 'a', extra: 1 }, { host: 'b' }] });
    await useAsDefault('A');
    await renameServer('A', 'Anna');
    assert.equal(readSettings().send.destination, 'Anna');
    await removeServers(['b']);
    const written = vscode.workspace.getConfiguration('picklepost').get('destinations');
    assert.deepEqual(written, [{ name: 'Anna', host: 'a', extra: 1 }]);
    await removeServers(['Anna']);
    assert.deepEqual([readSettings().destinations, readSettings().send.destination], [[], '']);
  });

  it('sends to several servers at once, with an entry for each in Sent, and one that fails keeps no other', async () => {
    const [first, second] = [await ServerFixture.start(), await ServerFixture.start()];
    const targets = [native(first.port), native(await freePort(), 'Away'), native(second.port)];
    await fixture.sender.sendFiles([fixture.write('a.txt', 'to all')], targets);
    assert.deepEqual([first.store.texts, second.store.texts], [['to all'], ['to all']]);
    const ends = fixture.outbox.entries.map(({ state, request }) => [request.target.port, state]);
    assert.deepEqual(
      new Map(ends as [number, string][]),
      new Map(targets.map(({ port, name }) => [port, name === 'Away' ? 'failed' : 'sent'])),
    );
  });

  it('sends a message along with what it is about, to those whose protocol has a place for it', async () => {
    const server = await ServerFixture.start();
    for (const dialect of ['native', 'classic'] as const) {
      const addressed = { target: { ...native(server.port), dialect }, message: 'As promised' };
      fixture.targets.pick = () => Promise.resolve(addressed);
      await fixture.sender.sendFiles([fixture.write('a.txt', dialect)]);
    }
    await fixture.sender.repeat();
    assert.deepEqual(
      server.store.items.map(({ message }) => message),
      ['As promised', undefined, undefined],
    );
  });

  it('sends what is dropped on a server to it', async () => {
    const server = await ServerFixture.start();
    const { handleDrop } = createServerDrop(fixture.sender, fixture.reporter);
    const uris = [fixture.write('a.txt', 'one'), fixture.write('b.txt', 'two')];
    const dropped = new vscode.DataTransfer();
    dropped.set('text/uri-list', new vscode.DataTransferItem(uris.join('\r\n')));
    const node: ServerNode = { kind: 'server', source: 'saved', target: native(server.port) };
    await handleDrop?.(node, dropped, new vscode.CancellationTokenSource().token);
    assert.deepEqual([...server.store.texts].sort(), ['one', 'two']);
  });

  it('does not ask for the key of a paired peer', async () => {
    const server = await ServerFixture.start({ key, requireEncryption: true });
    await fixture.keyring.set('Anna', key, { kind: 'paired' });
    const target: Target = { ...native(server.port, 'Anna'), key: 'Anna', isPaired: true };
    await fixture.sender.sendFiles([fixture.write('a.txt', 'sealed')], [target]);
    assert.deepEqual(server.store.texts, ['sealed']);
  });
});
