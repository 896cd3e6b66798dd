import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import * as vscode from 'vscode';
import { FernetKey } from '../../src/core/crypto/keys';
import { KeyCommands } from '../../src/editor/keys/keyCommands';
import { PairedServers } from '../../src/editor/sending/sending';
import { removeServers, renameServer, saveServer, useAsDefault } from '../../src/editor/sending/savedServers';
import type { Target } from '../../src/editor/sending/target';
import { NearbyServers } from '../../src/editor/servers/nearbyServers';
import { ServerCommands } from '../../src/editor/servers/serverCommands';
import { createServerDrop } from '../../src/editor/servers/servers';
import type { ServerNode, ServerRow } from '../../src/editor/servers/serverNodes';
import { ServersTree } from '../../src/editor/servers/servers';
import { ServerStates } from '../../src/editor/servers/serverStates';
import { readSettings } from '../../src/editor/shell/settings';
import { testConnection } from '../../src/net/connectionTest';
import { announce } from '../../src/net/discovery/discovery';
import { freeUdpPort, LOOPBACK } from '../unit/net/discovery/loopback';
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
      ...{ destinations: [], 'send.defaultDestination': '', 'send.encryption': 'never' },
      ...{ 'send.format': 'json', 'send.wait': false },
    });
  });
  afterEach(async () => {
    states.dispose();
    fixture.dispose();
    await configure({ destinations: undefined, 'send.defaultDestination': undefined });
    await ServerFixture.stopAll();
  });

  const rows = (nodes = tree.getChildren()): ServerRow[] =>
    nodes.flatMap((node: ServerNode) => (node.kind === 'server' ? [node] : rows(tree.getChildren(node))));

  const texts = (): string[] =>
    rows().map((row) => {
      const { label, description } = tree.getTreeItem(row);
      return `${row.source} ${label as string}: ${String(description)}`;
    });

  it('lists paired, saved and recent servers, each with its state in words', async () => {
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

  it('shows incomplete entries of the settings with the missing parts, and equal entries once', async () => {
    const destinations = [null, 'lab', {}, { name: 'Half' }, { name: 'Odd', host: 'h', port: 'x', key: 5 }];
    await configure({ destinations });
    const shown = rows().map((row) => tree.getTreeItem(row));
    assert.deepEqual(
      shown.map(({ label }) => label),
      ['Without a name', 'Half', 'Odd'],
    );
    for (const { description } of shown) assert.match(String(description), /picklepost\.destinations/);
  });

  it('shows a server that was found nearby, which can be tested and used, separately from a saved one of the same name', async () => {
    const port = await freeUdpPort();
    const [open, strict] = [
      await ServerFixture.start(),
      await ServerFixture.start({ key, requireEncryption: true }),
    ];
    await saveServer('Lab', native(await freePort()));
    const nearby = new NearbyServers(() => false, assert.ifError, { subnets: () => [LOOPBACK], port });
    fixture.targets.known.add(nearby);
    const announcing = Object.entries({ Lab: open.port, 'Strict Lab': strict.port }).map(
      ([displayName, at]) =>
        announce('0.0.0.0', { displayName, port: at, multicastPort: port }, () => [LOOPBACK]),
    );
    const until = (count: number): Promise<void> =>
      new Promise((resolve) => {
        const check = (): void => {
          if (nearby.targets.length === count) resolve();
        };
        nearby.onDidChange(check);
        check();
      });
    await nearby.look(true);
    await until(2);
    const shown = (): string[] => texts().filter((text) => text.startsWith('nearby'));
    assert.deepEqual(shown(), [
      `nearby Lab: Not tested · 127.0.0.1:${String(open.port)} · this machine`,
      `nearby Strict Lab: Not tested · 127.0.0.1:${String(strict.port)} · this machine`,
    ]);
    const outcomes = await states.testAll(nearby.targets);
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ['unverified', 'declined'],
    );
    assert.match(
      shown().join(),
      /Lab: Reachable, encrypted, not verified, .*Strict Lab: Declined: it requires a key/,
    );
    const row = rows().find(({ source, target }) => source === 'nearby' && target.port === open.port);
    const { tooltip } = tree.getTreeItem(row ?? { kind: 'own' });
    const told = (tooltip as vscode.MarkdownString).value.replaceAll('&nbsp;', ' ');
    assert.match(told, /Anybody on the network can choose this name/);
    // The saved one of that name is what the name stands for.
    assert.notEqual(fixture.targets.known.named('Lab', readSettings()).port, open.port);
    await fixture.sender.sendFiles([fixture.write('a.txt', 'to one nearby')], nearby.targets.slice(0, 1));
    assert.deepEqual(open.store.texts, ['to one nearby']);
    await Promise.all(announcing.map((one) => one.stop()));
    await until(0);
    assert.deepEqual(shown(), []);
    nearby.dispose();
  });

  it('reports a server with a different key', async () => {
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

  it('renames and removes saved servers, and keeps the other parts of their entries', async () => {
    await configure({ destinations: [{ name: 'A', host: 'a', extra: 1 }, { host: 'b' }] });
    await useAsDefault('A');
    await renameServer('A', 'Anna');
    assert.equal(readSettings().send.defaultDestination, 'Anna');
    await removeServers(['b']);
    const written = vscode.workspace.getConfiguration('picklepost').get('destinations');
    assert.deepEqual(written, [{ name: 'Anna', host: 'a', extra: 1 }]);
    await removeServers(['Anna']);
    assert.deepEqual([readSettings().destinations, readSettings().send.defaultDestination], [[], '']);
  });

  it('sends to several servers at once, with an entry for each in Sent, and a failure does not affect the others', async () => {
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

  it('sends a message with an item to servers whose protocol supports it', async () => {
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

  it('copies the addresses of rows, and removes servers that are not saved', async () => {
    const targets = [native(1001), native(1002)];
    for (const target of targets) await fixture.targets.known.remember(target);
    const commands = new ServerCommands({
      sending: { sender: fixture.sender, targets: fixture.targets.known, picker: fixture.targets },
      ...{ states, keys: new KeyCommands(fixture.keyring, fixture.reporter), reporter: fixture.reporter },
      ...{ view: { selection: [] }, setCredentials: () => Promise.resolve() },
    });
    const [newest, other] = rows();
    await commands.handlers.copyServerAddress(newest, rows());
    assert.equal(await vscode.env.clipboard.readText(), '127.0.0.1:1002\n127.0.0.1:1001');
    await commands.handlers.forgetServer(newest);
    assert.deepEqual(rows(), [other]);
  });

  it('sends dropped files and items to a server', async () => {
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
