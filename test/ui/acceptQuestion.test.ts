import assert from 'node:assert/strict';
import { DEFAULT_LIMITS } from '../../src/core/limits';
import type { Receipt } from '../../src/core/item/item';
import { bytesItem } from '../../src/core/wire/outgoing';
import { sendItems } from '../../src/net/sendClient';
import { useSharedWindow } from './sharedWindow';
import type { Workbench } from './workbench';

describe('a sender that has to be accepted', () => {
  let workbench: Workbench;
  let port: number;

  const settings = () => ({ 'picklepost.receive.notify': true, 'picklepost.receive.acceptLocal': false });
  useSharedWindow({ settings }, (window) => {
    ({ workbench, port } = window);
  });

  function send(...names: string[]): Promise<Receipt[]> {
    const items = names.map((name) => ({
      ...bytesItem({ kind: 'file', name, bytes: Buffer.from('x'.repeat(50_000)) }),
      message: 'The readings of this week',
    }));
    return sendItems(items, {
      host: '127.0.0.1',
      port,
      dialect: 'native',
      localPort: 0,
      bufferSize: 65_536,
      limits: DEFAULT_LIMITS,
    });
  }

  it('appears in a notification, the status bar and the view, and waits until it is accepted', async () => {
    const sending = send('report.pdf', 'readings.csv');
    const toast = workbench.toast(/127\.0\.0\.1 \(not verified\) wants to send: report\.pdf, readings\.csv/);
    const row = workbench.page.getByRole('treeitem', { name: /wants to send.*waits for your answer/ });
    const item = workbench.page.getByRole('treeitem', { name: 'readings.csv', exact: true });
    // What the mouse rests on does not go away meanwhile.
    await toast.hover();
    await workbench.screenshotInThemes('accept-question', toast, row, item);
    await row.hover();
    await row.getByRole('button', { name: 'Accept' }).click();
    assert.equal((await sending).length, 2);
    await row.waitFor({ state: 'detached' });
    await workbench.clearToasts();
  });

  it('can be declined in the view', async () => {
    const sending = assert.rejects(send('unwanted.bin'), /declined/);
    // It was told of a moment ago, and is in the view only.
    const row = workbench.page.getByRole('treeitem', { name: /unwanted\.bin.*waits for your answer/ });
    await row.hover();
    await row.getByRole('button', { name: 'Decline' }).click();
    await sending;
  });

  it('can be blocked, is listed as blocked, and can be unblocked there', async () => {
    const sending = assert.rejects(send('again.bin'), /declined/);
    const row = workbench.page.getByRole('treeitem', { name: /again\.bin.*waits for your answer/ });
    await row.waitFor();
    await workbench.runCommand('Picklepost: Answer waiting sender...');
    await workbench.readableScreenshot('accept-answers', workbench.quickPickItem('Block'));
    await workbench.pick('Block');
    await sending;
    await workbench.runCommand('Picklepost: Accepted and blocked senders');
    await workbench.screenshot('blocked-senders', workbench.quickPickItem('127.0.0.1'));
    await workbench.page.keyboard.press('Escape');
    await assert.rejects(send('once-more.bin'));
  });

  it('is accepted without a question if everybody is, of which the status bar and the view warn', async () => {
    await workbench.changeSettings({ 'picklepost.receive.port': port, 'picklepost.receive.accept': 'all' });
    await workbench.runCommand('Picklepost: Choose where to listen');
    const choice = workbench.quickPickItem('All networks');
    await workbench.readableScreenshot('where-to-listen', choice);
    await choice.click();
    const warning = workbench.page.locator('.statusbar-item.warning-kind', { hasText: String(port) });
    const words = workbench.page.getByText(/Anyone on the network can send to you/).first();
    await workbench.readableScreenshot('open-to-all', warning, words);
  });
});
