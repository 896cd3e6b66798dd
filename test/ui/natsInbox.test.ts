import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { connect, jetstream } from '../../src/nats/library';
import { SHARED_PIECE } from '../../src/nats/manifest';
import { pieceSubject, streamName } from '../../src/nats/names';
import { bytesItem } from '../../src/core/wire/outgoing';
import { openInbox } from '../unit/inbox/temporary';
import { accessTo, createInbox, fileItem, key, Reader, send } from '../unit/nats/inboxFixture';
import { freePort, NatsServer, skipWithoutNats } from '../unit/nats/natsServer';
import { sampleFiles, useSharedWindow } from './sharedWindow';
import type { Workbench } from './workbench';

/** The users of a class that hands in work, which the others may not read. */
const USERS = `authorization { users = [
  { user: teacher, password: t-secret }
  { user: alice, password: a-secret, permissions: {
      publish: { allow: ["picklepost.class.alice.>"] }, subscribe: { allow: ["_INBOX_alice.>"] } } }
] }`;

describe('shared inboxes in the views', function () {
  skipWithoutNats(this);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'picklepost-ui-'));
  let lab: NatsServer;
  let school: NatsServer;
  let destinations: readonly object[];
  let workbench: Workbench;
  const labAccess = (name: string, inbox = 'bio') => accessTo([lab.address], name, inbox);
  const row = (view: string, label: string) =>
    workbench.view(view).pane.locator(`.monaco-list-row[aria-label^="${label}"]`);

  before(async () => {
    writeFileSync(path.join(folder, 'lab.key'), `${key.toText()}\n`);
    [lab, school] = await Promise.all([NatsServer.start(), NatsServer.start({ config: USERS })]);
    for (const inbox of ['bio', 'imaging']) await createInbox(labAccess('owner', inbox));
    await createInbox(accessTo([school.address], 'teacher', 'class', 'teacher:t-secret'));
    await handIn();
    destinations = [
      { name: 'Bio lab', url: `nats://${lab.address}`, inbox: 'bio', key: 'default' },
      { name: 'Imaging', url: `nats://${lab.address}/imaging`, key: 'default' },
      { name: 'Class', url: `nats://${school.address}`, inbox: 'class', key: 'default' },
      { name: 'Field station', url: `nats://127.0.0.1:${await freePort()}/field`, key: 'default' },
    ];
  });
  after(async () => {
    for (const server of [lab, school]) await server.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const settings = () => ({ 'picklepost.destinations': destinations, 'picklepost.send.wait': true });
  useSharedWindow({ files: sampleFiles(), settings, isReceiving: false }, async (window) => {
    ({ workbench } = window);
    // All three views are to be seen at once.
    await workbench.page.setViewportSize({ width: 1280, height: 1000 });
  });

  /** Two items, and one of which a piece is missing, so that it waits. */
  async function handIn(): Promise<void> {
    const bytes = Buffer.from('{"temperature": [21.5, 21.7], "valid": true}');
    await send(labAccess('bob'), [
      fileItem('spectrum.csv', Buffer.from('wavelength,counts\n400,12\n')),
      bytesItem({ kind: 'dictionary', format: 'json', name: 'weather.json', bytes }),
    ]);
    const large = fileItem('microscope.tif', Buffer.alloc(3 * SHARED_PIECE));
    const [receipt] = await send(labAccess('carol', 'imaging'), [large]);
    const nats = await connect({ servers: lab.address });
    const manager = await jetstream(nats).jetstreamManager();
    const filter = pieceSubject('imaging', 'carol', receipt?.item ?? '', 1);
    await manager.streams.purge(streamName('imaging'), { filter });
    await nats.close();
  }

  it('show how many items wait, that one is offline, and that one is write-only', async () => {
    await workbench.runCommand('Picklepost: Import encryption key from file');
    await workbench.chooseFile(path.join(folder, 'lab.key'));
    await workbench.notification(/key/);
    await workbench.clearToasts();
    await workbench.openContainer('Picklepost');
    await workbench.setSideBarWidth(560);
    await workbench.view('Servers').setOpen(true);
    await row('Servers', 'Field station').filter({ hasText: 'Offline' }).waitFor();
    await row('Servers', 'Imaging').filter({ hasText: 'Items waiting: 1' }).waitFor();
    await workbench.chooseFromMenu(row('Servers', 'Class'), 'Set credentials...');
    await workbench.pick('User and password, or token...');
    await workbench.answer('alice:a-secret', 'secret storage');
    await row('Servers', 'Class').filter({ hasText: 'Send only' }).waitFor();
    assert.deepEqual(filesWith(workbench.directory, 'a-secret'), []);
  });

  /** Has the view "Servers" show all rows, as those below it have made it smaller. */
  async function growServers(): Promise<void> {
    const box = await workbench.view('Servers').pane.boundingBox();
    assert.ok(box);
    const { mouse } = workbench.page;
    await mouse.move(box.x + 100, box.y);
    await mouse.down();
    await mouse.move(box.x + 100, box.y - 100, { steps: 3 });
    await mouse.up();
    // What the mouse rests on looks different.
    await mouse.move(900, 400);
  }

  it('deliver items, which are shown with their inbox and sender', async () => {
    const item = row('Received', 'spectrum.csv');
    await item.waitFor();
    assert.match((await item.getAttribute('aria-label')) ?? '', /bob@bio.*sealed with default/);
    await row('Received', 'weather.json').waitFor();
  });

  it('accept items, for which Sent shows whether they wait, are stored, or who has fetched them', async () => {
    for (const [name, told] of [
      ['Bio lab', /Sent greeting\.txt .*stored by the server/],
      ['Class', /Sent greeting\.txt .*stored by the server/],
      ['Field station', /Queued in the view/],
    ] as const) {
      await workbench.openContainer('Explorer');
      await workbench.chooseFromMenu(workbench.file('greeting.txt'), 'Send file to server');
      await workbench.pick(name);
      await workbench.notification(told);
      await workbench.clearToasts();
    }
    await workbench.openContainer('Picklepost');
    await workbench.view('Sent').setOpen(true);
    await growServers();
    await row('Sent', 'greeting.txt, waiting, Field station').waitFor();
    await row('Sent', 'greeting.txt, stored, Class').waitFor();
    const colleague = new Reader(labAccess('anna'), await openInbox(path.join(folder, 'inbox')));
    await colleague.until(({ fetched }) => fetched.some(({ item }) => item.name === 'greeting.txt'));
    await colleague.stop();
    await row('Sent', 'greeting.txt, fetched by anna, Bio lab').waitFor();
  });

  it('are readable in every theme', async () => {
    await workbench.screenshotInThemes('nats-inbox');
    assert.deepEqual(workbench.pageErrors, []);
    await workbench.chooseFromMenu(row('Sent', 'greeting.txt, waiting'), 'Stop sending');
    await row('Sent', 'greeting.txt, cancelled').waitFor();
    await workbench.setSideBarWidth(300);
    await workbench.page.setViewportSize({ width: 1280, height: 800 });
    await workbench.deleteKey('default');
  });
});

/** Files below a folder that hold a text as it is. */
function filesWith(directory: string, text: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(text));
}
