import assert from 'node:assert/strict';
import fs from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { findFreePort } from '../../src/net/ports';
import { Workbench } from './workbench';

/** Sends a text as `nc` does. */
function sendText(port: number, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(text));
    socket.resume();
    socket.on('error', reject);
    socket.on('close', () => resolve());
  });
}

describe('two windows with one inbox', () => {
  let first: Workbench;
  let second: Workbench;
  let port: number;

  before(async () => {
    port = await findFreePort('127.0.0.1', 25_200);
    first = await Workbench.open({
      settings: { 'picklepost.receive.port': port, 'picklepost.receive.notify': false },
    });
    await first.runCommand('Picklepost: Start receive server');
    await first.statusBarItem(String(port)).waitFor();
    await first.openContainer('Picklepost');
    second = await first.openAnother({ 'second.txt': 'The second window.\n' });
    await second.openContainer('Picklepost');
  });
  after(async () => {
    await second.close();
    await first.close();
  });

  const rows = (workbench: Workbench) =>
    workbench.view('Received').pane.locator('.monaco-list-row[aria-label^="Text"]');

  it('say in the one that does not receive which port the other one receives on', async () => {
    const item = second.statusBarItem(String(port));
    await item.waitFor();
    assert.match((await item.getAttribute('aria-label')) ?? '', /Another window receives at 127\.0\.0\.1/);
    await second.page
      .locator('.welcome-view-content')
      .getByText('The receive server runs in another window')
      .waitFor();
    await second.screenshot('shared-welcome');
  });

  it('both show what arrives, as unread, with a badge', async () => {
    await sendText(port, 'one');
    await sendText(port, 'two');
    for (const workbench of [first, second]) {
      await rows(workbench).nth(1).waitFor();
      assert.match((await rows(workbench).nth(0).getAttribute('aria-label')) ?? '', /unread/);
      await workbench.page.locator('.activitybar .badge-content', { hasText: '2' }).waitFor();
    }
    await second.view('Received').pane.getByText(`Another window receives on port ${port}`).waitFor();
    await first.screenshot('shared-first');
    await second.screenshot('shared-second');
  });

  it('both know what was read in one of them', async () => {
    await rows(second).nth(0).click();
    await second.tab(/127\.0\.0\.1/).waitFor();
    for (const workbench of [first, second]) {
      await workbench.page.locator('.activitybar .badge-content', { hasText: '1' }).waitFor();
      await rows(workbench).and(workbench.page.locator(':not([aria-label*="unread"])')).waitFor();
    }
    await first.runCommand('Picklepost: Mark all as read');
    for (const workbench of [first, second]) {
      await workbench.page.locator('.activitybar .badge-content:visible').waitFor({ state: 'detached' });
    }
  });

  it('both forget what is deleted in one of them', async () => {
    await second.chooseFromMenu(rows(second).nth(1), 'Delete');
    await second.answerDialog('Delete');
    for (const workbench of [first, second]) await rows(workbench).nth(1).waitFor({ state: 'detached' });
    await rows(first).nth(0).waitFor();
  });

  it('do not start a second server on the port, but offer to receive there instead', async () => {
    await second.runCommand('Picklepost: Start receive server');
    await second.toast(/Another window receives at 127\.0\.0\.1/).waitFor();
    await second.screenshot('shared-take-over');
    await second.answerNotification(/Another window receives/, 'Receive in this window');
    await second.page.locator(`.statusbar-item[aria-label^="Picklepost receives at"]`).waitFor();
    await first.page.locator(`.statusbar-item[aria-label^="Another window receives"]`).waitFor();
    await sendText(port, 'three');
    for (const workbench of [first, second]) await rows(workbench).nth(1).waitFor();
    await first.screenshot('shared-taken-over');
  });

  it('let one take over from another that was killed', async () => {
    const { windows, note } = receivingNote(first.directory);
    const [, pid] = /-(\d+)-[0-9a-f]+\.json$/.exec(note) ?? [];
    process.kill(Number(pid), 'SIGKILL');
    await first.runCommand('Picklepost: Receive in this window');
    await first.page.locator(`.statusbar-item[aria-label^="Picklepost receives at"]`).waitFor();
    assert.ok(!fs.existsSync(path.join(windows, note)));
    await sendText(port, 'four');
    await rows(first).nth(2).waitFor();
    assert.deepEqual(first.pageErrors, []);
  });
});

/** What the window that receives has told the others, somewhere below the user data. */
function receivingNote(directory: string): { windows: string; note: string } {
  const found = fs
    .readdirSync(path.join(directory, 'user-data'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /picklepost\.picklepost.inbox.windows.[^.].*\.json$/.test(file))
    .map((file) => path.join(directory, 'user-data', file))
    .find((file) => fs.readFileSync(file, 'utf8').includes('"receiving"'));
  assert.ok(found);
  return { windows: path.dirname(found), note: path.basename(found) };
}

describe('a second window, where windows receive as soon as they are open', () => {
  let first: Workbench;
  let second: Workbench;

  before(async () => {
    const port = await findFreePort('127.0.0.1', 25_300);
    first = await Workbench.open({
      settings: { 'picklepost.receive.port': port, 'picklepost.receive.startOnLaunch': true },
    });
    await first.page.locator(`.statusbar-item[aria-label^="Picklepost receives at"]`).waitFor();
    second = await first.openAnother({ 'second.txt': 'The second window.\n' });
  });
  after(async () => {
    await second.close();
    await first.close();
  });

  it('does not complain that the port is taken, and receives when the first one is closed', async () => {
    await second.page.locator(`.statusbar-item[aria-label^="Another window receives"]`).waitFor();
    assert.equal(await second.page.locator('.notifications-toasts .notification-list-item').count(), 0);
    await first.page.goto('about:blank');
    await second.page.locator(`.statusbar-item[aria-label^="Picklepost receives at"]`).waitFor();
    assert.equal(await second.page.locator('.notifications-toasts .notification-list-item').count(), 0);
  });
});
