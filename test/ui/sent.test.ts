import assert from 'node:assert/strict';
import type { TreeView } from './treeView';
import { assertReadable, DIMMED_CONTRAST } from './readability';
import { sampleFiles, useSharedWindow } from './sharedWindow';
import type { Workbench } from './workbench';

describe('an item in the view "Sent"', () => {
  let workbench: Workbench;
  let sent: TreeView;
  let port: number;

  const settings = () => ({ 'picklepost.send.encryption': 'never', 'picklepost.send.wait': true });
  useSharedWindow({ files: sampleFiles(), settings, isReceiving: false }, (window) => {
    ({ workbench, port } = window);
    sent = workbench.view('Sent');
  });

  it('waits for a server that is not reachable', async () => {
    await workbench.openContainer('Explorer');
    await workbench.chooseFromMenu(workbench.file('greeting.txt'), 'Send file to server');
    await workbench.pick(`127.0.0.1:${port}`);
    await workbench.notification(/Cannot reach .* Queued in the view/);
    await workbench.toast(/Sending greeting/).waitFor({ state: 'detached' });
    await workbench.screenshot('sent-waiting-message');
    await workbench.clearToasts();
    await workbench.openContainer('Picklepost');
    await sent.setOpen(true);
    const row = sent.pane.locator('.monaco-list-row[aria-label^="greeting.txt, waiting"]');
    await row.waitFor();
    assert.match((await row.getAttribute('aria-label')) ?? '', /Nothing listens at/);
    await workbench.screenshot('sent-waiting');
  });

  it('still waits after the extension was killed, and is sent when the server is reachable', async () => {
    const waiting = sent.pane.locator('.monaco-list-row[aria-label^="greeting.txt, waiting"]');
    await workbench.killExtensions({ shown: waiting });
    await waiting.waitFor();
    await workbench.runCommand('Picklepost: Start receive server');
    await sent.pane.locator('.monaco-list-row[aria-label^="greeting.txt, verified"]').waitFor();
    await workbench.view('Received').pane.locator('.monaco-list-row[aria-label*="greeting.txt"]').waitFor();
    await workbench.clearToasts();
    await workbench.screenshot('sent-verified');
  });

  async function focusFirst(): Promise<void> {
    const focused = sent.pane.locator('.monaco-list:focus-within');
    // Keys that come before the list has the focus are lost.
    await workbench.runUntil('Picklepost: Focus on Sent View', focused, 'visible');
    await workbench.page.keyboard.press('Home');
    await sent.pane.locator('.monaco-list-row.focused').waitFor();
  }

  it('is sent again with one click, and does not arrive twice', async () => {
    await sent.clickInlineAction(['greeting.txt'], 'Send again');
    await workbench.notification(/Sent greeting\.txt.*verified by the receiver/s);
    const received = workbench.view('Received').pane.locator('.monaco-list-row[aria-label*="greeting.txt"]');
    assert.equal(await received.count(), 1);
    assert.deepEqual(workbench.pageErrors, []);
  });

  it('can be cleared with the list only if something can be cleared', async () => {
    await workbench.clearToasts();
    const clear = sent.pane.locator('.action-label[aria-label^="Clear list"]');
    await sent.pane.hover();
    await clear.waitFor();
    await workbench.runCommand('Picklepost: Stop receive server');
    await sent.clickInlineAction(['greeting.txt'], 'Send again');
    await sent.pane.locator('.monaco-list-row[aria-label^="greeting.txt, waiting"]').waitFor();
    await clear.waitFor({ state: 'detached' });
  });

  it('is removed with the Delete key, after a question if it still waits', async () => {
    await workbench.clearToasts();
    await focusFirst();
    await workbench.page.keyboard.press('Delete');
    await workbench.dialog.getByText('Remove greeting.txt from the list?').waitFor();
    await workbench.screenshot('sent-delete');
    await workbench.answerDialog('Cancel');
    await workbench.runCommand('Picklepost: Start receive server');
    await sent.pane.locator('.monaco-list-row[aria-label^="greeting.txt, verified"]').waitFor();
    await focusFirst();
    await workbench.page.keyboard.press('Delete');
    await sent.pane.getByText('Items sent from this workspace').waitFor();
    await workbench.runCommand('Picklepost: Repeat last send');
    await sent.pane.locator('.monaco-list-row[aria-label^="greeting.txt, verified"]').waitFor();
  });

  for (const theme of ['hc-dark', 'light'] as const) {
    it(`is readable in ${theme}`, async () => {
      await workbench.clearToasts();
      await workbench.setTheme(theme);
      await workbench.screenshot(`sent-${theme}`);
      await assertReadable(sent.pane, DIMMED_CONTRAST);
    });
  }

  it('can be sent again and removed with the keyboard alone', async () => {
    await workbench.clearToasts();
    await focusFirst();
    const row = sent.pane.locator('.monaco-list-row.focused[aria-label^="greeting.txt, verified"]');
    await row.waitFor();
    await workbench.chooseFromMenuByKeys('Send again');
    await workbench.notification(/Sent greeting\.txt.*verified by the receiver/s);
    await workbench.clearToasts();
    await focusFirst();
    await row.waitFor();
    const before = await sent.rows();
    await workbench.chooseFromMenuByKeys('Remove from list');
    await sent.pane
      .locator(`.monaco-list-row[data-index="${before.length - 1}"]`)
      .waitFor({ state: 'detached' });
  });

  it('is stopped and sent again with all other selected items', async () => {
    await workbench.runCommand('Picklepost: Stop receive server');
    const names = ['greeting.txt', 'measurements.json'] as const;
    await workbench.openContainer('Explorer');
    for (const name of names) {
      await workbench.chooseFromMenu(workbench.file(name), 'Send file to server');
      await workbench.pick(`127.0.0.1:${port}`);
      await workbench.notification(/Cannot reach .* Queued in the view/);
      await workbench.clearToasts();
    }
    await workbench.openContainer('Picklepost');
    const row = (name: string, state = '') =>
      sent.pane.locator(`.monaco-list-row[aria-label^="${name}, ${state}"]`).first();
    // A row that has just been replaced, as it is tried again, must be chosen again.
    const isAsked = workbench.toast('The list has just changed');
    for (const [entry, state] of [
      ['Stop sending', 'cancelled'],
      ['Send again', 'waiting'],
    ] as const) {
      do {
        await workbench.clearToasts();
        await workbench.selectBoth(row(names[0]), row(names[1]));
        await workbench.chooseFromMenu(row(names[0]), entry);
        await row(names[0], state).or(isAsked).first().waitFor();
      } while (await isAsked.isVisible());
      for (const name of names) await row(name, state).waitFor();
    }
    // What still waits cannot be cleared.
    await workbench.runCommand('Picklepost: Start receive server');
    for (const name of names) await row(name, 'verified').waitFor();
  });
});
