import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { AnnouncedItem } from '../../src/core/item/item';
import { FetchedWatch } from '../../src/editor/sending/fetchedWatch';
import { SentTree } from '../../src/editor/sending/sentTree';
import { problemOf, type Target } from '../../src/editor/sending/target';
import { serverItem } from '../../src/editor/servers/serverRows';
import { testInbox } from '../../src/editor/servers/inboxAccess';
import { SharedInboxes } from '../../src/editor/shared/sharedInboxes';
import { readSettings } from '../../src/editor/shell/settings';
import { openInbox, temporaryDirectory } from '../unit/inbox/temporary';
import { accessTo, createInbox, fileItem, key, Reader, send } from '../unit/nats/inboxFixture';
import { NatsServer, skipWithoutNats } from '../unit/nats/natsServer';
import { configure, SenderFixture, testLog } from './senderFixture';

describe('a shared inbox in the editor', function () {
  skipWithoutNats(this);
  this.timeout(60_000);
  const directory = temporaryDirectory();
  let server: NatsServer;
  let fixture: SenderFixture;
  let shared: SharedInboxes;
  const received: AnnouncedItem[] = [];

  before(async () => {
    server = await NatsServer.start();
    await createInbox(accessTo([server.address], 'owner'));
    fixture = new SenderFixture();
    await fixture.keyring.set('bio lab', key);
    const inbox = await openInbox(directory());
    shared = new SharedInboxes({
      ...{ keyring: fixture.keyring, log: testLog(), openStore: () => Promise.resolve(inbox) },
      onReceived: (item) => received.push(item),
    });
    await configure({
      destinations: [{ name: 'Bio lab', url: `nats://${server.address}`, inbox: 'bio', key: 'bio lab' }],
    });
  });
  after(async () => {
    shared.dispose();
    fixture.dispose();
    await configure({ destinations: undefined });
    await server.dispose();
  });

  const target = (): Target => {
    const [entry] = readSettings().destinations;
    assert.ok(entry);
    return { ...entry, dialect: 'native' };
  };
  const row = (): string => {
    const node = { kind: 'server', source: 'saved', target: target() } as const;
    const url = node.target.url ?? '';
    return String(serverItem(node, { kind: 'not-tested' }, shared.stateOf(url)).description);
  };
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise<void>((resolve) => void shared.onDidChange(() => resolve()));
  };

  it('is a destination with an address, and its items are fetched while the window is open', async () => {
    assert.equal(target().url, `nats://${server.address}/bio`);
    await send(accessTo([server.address], 'alice'), [fileItem('results.txt', Buffer.from('42'))]);
    await until(() => received.length === 1);
    assert.deepEqual([received[0]?.name, received[0]?.from], ['results.txt', 'alice@bio']);
    await until(() => /^Nothing to fetch · /.test(row()));
  });

  it('accepts items, and shows where they are', async () => {
    const before = received.length;
    const file = vscode.Uri.file(__filename);
    await fixture.sender.sendFiles([file], [target()]);
    assert.match(fixture.reporter.last.message, /Sent .* to Bio lab: encrypted.*stored by the server/);
    await until(() => received.length > before);
    assert.equal(received.at(-1)?.key, 'bio lab');
  });

  it('shows in Sent that an item is stored, and then who has fetched it', async () => {
    const view = { visible: true, onDidChangeVisibility: new vscode.EventEmitter<never>().event };
    const rowOf = (): string => String(new SentTree(fixture.outbox).getTreeItem(fixture.entry).description);
    assert.match(rowOf(), /^stored · Bio lab · /);
    const colleague = new Reader(accessTo([server.address], 'colleague'), await openInbox(directory()));
    await colleague.until(({ fetched }) => fetched.length === received.length);
    await colleague.stop();
    const watch = new FetchedWatch(fixture.outbox, fixture.keyring, view);
    while (fixture.entry.shared?.fetchedBy.length === 0)
      await new Promise<void>((resolve) => void fixture.outbox.onDidChange(() => resolve()));
    watch.dispose();
    assert.match(rowOf(), /^fetched by colleague · Bio lab · /);
  });

  it('can be tested, and is offline while its server is not reachable', async () => {
    const url = target().url ?? '';
    assert.equal((await testInbox(url, key, undefined)).kind, 'fine');
    await server.kill();
    await until(() => row().startsWith('Offline'));
    await server.start();
    await until(() => row().startsWith('Nothing to fetch'));
  });

  it('is not a destination without a key or with a password in its address, and says why', () => {
    const { key: _key, ...open } = target();
    assert.match(String(problemOf(open)), /has no key/);
    const url = 'nats://me:hunter2@lab/bio';
    assert.match(String(problemOf({ ...target(), url })), /holds a user or password/);
  });
});
