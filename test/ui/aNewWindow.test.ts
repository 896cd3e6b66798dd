import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { sendNative } from './sending';
import { sampleFiles, useSharedWindow } from './sharedWindow';
import type { Workbench } from './workbench';

/** Sends the file of the explorer and answers what is asked. */
async function sendFile(
  workbench: Workbench,
  name: string,
  server: string,
  encryption: string,
): Promise<void> {
  await workbench.chooseFromMenu(workbench.file(name), 'Send file to server');
  await workbench.pick(server);
  await workbench.pick(encryption);
}

function greeting(workbench: Workbench): string {
  return fs.readFileSync(path.join(workbench.folder, 'greeting.txt'), 'utf8');
}

/** Makes a file another one than the receiver has already. */
function touch(workbench: Workbench, name: string): void {
  const file = path.join(workbench.folder, name);
  const { mtimeMs } = fs.statSync(file);
  fs.utimesSync(file, new Date(), new Date(mtimeMs + 1000));
}

/** The name of this file has it run first, as another `describe` would cost it a window. */
describe('the packaged extension in a new window', () => {
  let workbench: Workbench;
  let port: number;

  const settings = () => ({ 'picklepost.receive.notify': true });
  useSharedWindow({ files: sampleFiles(), settings, isNew: true }, (window) => {
    ({ workbench, port } = window);
  });

  it('is installed in a VS Code that opens files and reports no errors', async () => {
    await workbench.openFile('greeting.txt');
    assert.equal(await workbench.editorText(), greeting(workbench));
    await workbench.runCommand('Extensions: Show Installed Extensions');
    await workbench.page.locator('.extension-list-item .name', { hasText: 'Picklepost' }).waitFor();
    await workbench.screenshot('smoke');
    assert.deepEqual(workbench.pageErrors, []);
  });

  it('is activated after start-up without loading code that is not used yet', async () => {
    await workbench.runCommand('Developer: Show Running Extensions');
    const row = workbench.page.locator('.runtime-extensions-editor .extension', { hasText: 'Picklepost' });
    await row.locator('.activation-time').waitFor();
    await workbench.screenshot('activation');
    // The log is made by what is loaded when it is first used.
    const { page } = workbench;
    await workbench.runCommand('Output: Show Output Channels...');
    const channels = page.locator('.quick-input-list .monaco-list-row');
    await channels.first().waitFor();
    assert.equal(await channels.filter({ hasText: /^Picklepost$/ }).count(), 0);
    await page.keyboard.press('Escape');
  });

  it('asks for a file to send if none is open, and shows what to do first as information, not as an error', async () => {
    await workbench.closeEditors();
    await workbench.runCommand('Picklepost: Send file to server');
    await workbench.quickInput.filter({ hasText: 'Send to server' }).waitFor();
    await workbench.page.keyboard.press('Escape');
    await workbench.runCommand('Picklepost: Repeat last send');
    const toast = workbench.toast('Nothing has been sent from this window yet');
    await toast.locator('.codicon-info').waitFor();
    assert.equal(await toast.locator('.monaco-button', { hasText: 'Show log' }).count(), 0);
  });

  it('offers to start the server if nothing has been received', async () => {
    await workbench.openContainer('Picklepost');
    const welcome = workbench.page.locator('.part.sidebar .welcome-view-content');
    await welcome.getByText('Start receive server').waitFor();
    await workbench.screenshot('welcome');
  });

  it('hides the commands that arrange a list from the palette while the list is empty', async () => {
    await workbench.page.keyboard.press('F1');
    await workbench.quickInputBox.fill('>Picklepost: ');
    await workbench.quickPickItem('Picklepost: ').waitFor();
    const labels = new Set<string>();
    // Only the rows that are seen are there.
    for (let page = 0; page < 8; page++) {
      for (const label of await workbench.quickPickLabels()) labels.add(label);
      await workbench.page.keyboard.press('PageDown');
    }
    assert(labels.has('Picklepost: Send file to server'));
    assert.deepEqual(
      [...labels].filter((label) => /Filter|Group by|Sort by|Delete all/.test(label)),
      [],
    );
    await workbench.page.keyboard.press('Escape');
  });

  it('starts the server from the palette, and shows its port in the status bar', async () => {
    await workbench.runFromPalette('Picklepost: Start receive server');
    await workbench.statusBarItem(String(port)).waitFor();
    await workbench.screenshot('started');
  });

  it('offers the commands of the server when the port is clicked', async () => {
    await workbench.clickStatusBarItem(String(port));
    await workbench.screenshot('server-actions', workbench.quickPickItem('Stop receive server'));
    await workbench.page.keyboard.press('Escape');
  });

  it('sends a file from the explorer without encryption, and shows it as sent and as received', async () => {
    await workbench.openContainer('Explorer');
    await workbench.chooseFromMenu(workbench.file('greeting.txt'), 'Send file to server');
    await workbench.screenshot('pick-server', workbench.quickPickItem(`127.0.0.1:${port}`));
    await workbench.pick(`127.0.0.1:${port}`);
    await workbench.screenshot('pick-encryption', workbench.quickPickItem('Send without a key'));
    await workbench.pick('Send without a key');
    await workbench.notification(/Sent greeting\.txt.*verified by the receiver/s);
    await workbench.notification(/Received from 127\.0\.0\.1: greeting\.txt/);
    await workbench.toast(/Sending greeting/).waitFor({ state: 'detached' });
    await workbench.screenshot('sent-and-received');
  });

  it('opens a received item from its notification, read-only', async () => {
    await workbench.answerNotification(/Received from 127/, 'Open');
    await workbench.tab('greeting.txt').waitFor();
    assert.equal(await workbench.editorText(), greeting(workbench));
    await workbench.clearToasts();
  });

  it('creates a key while sending, and sends encrypted', async () => {
    await workbench.openContainer('Explorer');
    touch(workbench, 'greeting.txt');
    await sendFile(workbench, 'greeting.txt', `127.0.0.1:${port}`, 'Generate a key and encrypt');
    await workbench.notification(/Generated the encryption key "default"/);
    await workbench.notification(/Sent greeting\.txt.*: encrypted, verified/s);
    await workbench.clearToasts();
    await workbench.openContainer('Picklepost');
    const rows = workbench.view('Received').pane.locator('.monaco-list-row[aria-label*="greeting.txt"]');
    await rows.nth(1).waitFor();
    assert.match((await rows.nth(0).getAttribute('aria-label')) ?? '', /encrypted, from default/);
    assert.match((await rows.nth(1).getAttribute('aria-label')) ?? '', /encrypted, sender not verified/);
    await workbench.screenshot('received-encrypted');
  });

  it('sends several files that are selected in the explorer, with one notification', async () => {
    await workbench.openContainer('Explorer');
    touch(workbench, 'greeting.txt');
    await workbench.selectFiles('greeting.txt', 'measurements.json');
    await workbench.chooseFromMenu(workbench.file('measurements.json'), 'Send file to server');
    await workbench.pick(`127.0.0.1:${port}`);
    await workbench.pick(/Encrypt.*with the key "default" \([0-9a-f]{4}-[0-9a-f]{4}\)/);
    await workbench.notification(/Sent 2 files .*: encrypted, verified/s);
    await workbench.notification(/Received 2 items from 127\.0\.0\.1/);
    await workbench.clearToasts();
  });

  it('offers items that arrived together by their names, whatever these look like', async () => {
    const bytes = Buffer.from('Hello');
    await sendNative(
      port,
      ...['$(trash) list.txt', 'b.txt'].map((name) => ({ kind: 'file' as const, name, bytes })),
    );
    await workbench.answerNotification(/Received 2 items/, 'Open...');
    await workbench.screenshot('open-which', workbench.quickPickItem('$(trash) list.txt'));
    await workbench.page.keyboard.press('Escape');
    await workbench.clearToasts();
  });

  it('sends again with one keystroke', async () => {
    await workbench.page.keyboard.press('Control+k');
    await workbench.page.keyboard.press('Shift+P');
    await workbench.notification(/Sent 2 files .*: encrypted, verified/s);
    await workbench.clearToasts();
  });

  it('sends the content of a document that was never saved', async () => {
    await workbench.runCommand('File: New Untitled Text File');
    await workbench.tab('Untitled-1').waitFor();
    await workbench.page.keyboard.type('not saved');
    await workbench.runCommand('Picklepost: Send file to server');
    await workbench.pick(`127.0.0.1:${port}`);
    await workbench.pick('Encrypt');
    await workbench.notification(/Sent Untitled-1 \(9 B\)/);
    await workbench.clearToasts();
  });

  it('offers sending for files and documents, and not for pages of VS Code', async () => {
    const offers = async (tab: string): Promise<boolean> =>
      (await workbench.menuEntries(workbench.tab(tab))).includes('Send file to server');
    await workbench.openContainer('Explorer');
    await workbench.file('measurements.json').click();
    await workbench.tab('measurements.json').waitFor();
    for (const tab of ['measurements.json', 'Untitled-1']) assert.equal(await offers(tab), true, tab);
    await workbench.runCommand('Welcome: Open Walkthrough...');
    await workbench.pick('Picklepost');
    await workbench.tab('Welcome').waitFor();
    assert.equal(await offers('Welcome'), false);
    await workbench.runCommand('View: Close Editor');
  });

  it('goes to the error in a JSON document', async () => {
    fs.writeFileSync(path.join(workbench.folder, 'broken.json'), '{\n  "a": 1,\n  "b": oops\n}\n');
    await workbench.openFile('broken.json');
    await workbench.runCommand('Picklepost: Send dictionary to server');
    await workbench.pick(`127.0.0.1:${port}`);
    await workbench.pick('Pickle');
    await workbench.pick('Encrypt');
    await workbench.screenshot('mistake', workbench.toast(/Invalid JSON/));
    await workbench.answerNotification(/Invalid JSON/, 'Go to error');
    await workbench.statusBarItem('Ln 3, Col 8').waitFor();
    await workbench.clearToasts();
  });

  it('asks before it deletes all items, and then shows none', async () => {
    await workbench.openContainer('Picklepost');
    await workbench.runCommand('Picklepost: Delete all');
    await workbench.dialog.getByText(/Delete all received items \(\d+\)\?/).waitFor();
    await workbench.screenshot('delete-all');
    await workbench.answerDialog('Delete all');
    await workbench.page
      .locator('.part.sidebar .welcome-view-content')
      .getByText('The receive server is running')
      .waitFor();
  });

  it('stops the server', async () => {
    await workbench.runCommand('Picklepost: Stop receive server');
    await workbench.statusBarItem(String(port)).waitFor({ state: 'detached' });
  });

  it('says what to do when the server is not reachable', async () => {
    await workbench.openContainer('Explorer');
    await sendFile(workbench, 'greeting.txt', `127.0.0.1:${port}`, 'Send without a key');
    await workbench
      .toast(/127\.0\.0\.1/)
      .locator('.monaco-button', { hasText: 'Try again' })
      .waitFor();
    await workbench.toast(/Sending greeting/).waitFor({ state: 'detached' });
    await workbench.screenshot('no-server');
    assert.deepEqual(workbench.pageErrors, []);
    await workbench.deleteKey('default');
  });
});
