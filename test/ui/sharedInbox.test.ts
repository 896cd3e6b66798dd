import assert from 'node:assert/strict';
import fs from 'node:fs';
import { connect } from 'node:net';
import { useSharedWindow } from './sharedWindow';
import { windowNotes, type Workbench } from './workbench';

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

  // Before the window that it belongs to is tidied up, or closed.
  after(() => second.close());
  useSharedWindow({ settings: () => ({}) }, async (window) => {
    ({ workbench: first, port } = window);
    second = await first.openAnother({ 'second.txt': 'The second window.\n' });
    await second.openContainer('Picklepost');
  });

  const rows = (workbench: Workbench) =>
    workbench.view('Received').pane.locator('.monaco-list-row[aria-label^="Text"]');

  const receivesElsewhere = (workbench: Workbench) =>
    workbench.page.locator(`.statusbar-item[aria-label^="Another window receives"]`);

  it('show the port of the receiving window in the other one', async () => {
    const item = second.statusBarItem(String(port));
    await item.waitFor();
    assert.match((await item.getAttribute('aria-label')) ?? '', /Another window receives at 127\.0\.0\.1/);
    await second.page
      .locator('.welcome-view-content')
      .getByText('The receive server runs in another window')
      .waitFor();
    await second.screenshot('shared-welcome');
  });

  it('both show new items as unread, with a badge', async () => {
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

  it('both show an item as read when it was read in one of them', async () => {
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

  it('both remove an item that is deleted in one of them', async () => {
    await second.chooseFromMenu(rows(second).nth(1), 'Delete');
    await second.answerDialog('Delete');
    for (const workbench of [first, second]) await rows(workbench).nth(1).waitFor({ state: 'detached' });
    await rows(first).nth(0).waitFor();
  });

  it('do not start a second server on the port, but offer to receive there instead', async () => {
    await second.runCommand('Picklepost: Start receive server');
    await second.notification(/Another window receives at 127\.0\.0\.1/);
    await second.screenshot('shared-take-over');
    await second.answerNotification(/Another window receives/, 'Receive in this window');
    await second.receiving.waitFor();
    await receivesElsewhere(first).waitFor();
    await sendText(port, 'three');
    for (const workbench of [first, second]) await rows(workbench).nth(1).waitFor();
    await first.screenshot('shared-taken-over');
  });

  it('let one window take over from another that was killed', async () => {
    const [{ file, pid }] = windowNotes(first.directory);
    process.kill(pid, 'SIGKILL');
    await first.runCommand('Picklepost: Receive in this window');
    await first.receiving.waitFor();
    assert.ok(!fs.existsSync(file));
    await sendText(port, 'four');
    await rows(first).nth(2).waitFor();
    assert.deepEqual(first.pageErrors, []);
  });

  it('show no error for the port in use if they receive when they start, and receive when the other one is closed', async () => {
    await second.clickStatusBarItem(String(port));
    await second.pick('Receive in this window');
    await second.receiving.waitFor();
    await receivesElsewhere(first).waitFor();
    await first.clearToasts();
    await first.changeSettings({ 'picklepost.receive.port': port, 'picklepost.receive.startOnLaunch': true });
    const [, other] = windowNotes(first.directory);
    await first.killExtensions({ shown: receivesElsewhere(first), pid: other?.pid });
    await receivesElsewhere(first).waitFor();
    const toasts = first.page.locator('.notifications-toasts .notification-list-item');
    assert.equal(await toasts.count(), 0);
    await second.close();
    await first.receiving.waitFor();
    assert.equal(await toasts.count(), 0);
  });
});
