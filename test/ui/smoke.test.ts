import assert from 'node:assert/strict';
import { Workbench } from './workbench';

describe('the packaged extension', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open({ files: { 'greeting.txt': 'Hello!\n' } });
  });

  after(() => workbench.close());

  it('is installed in a VS Code that opens files and reports no errors', async () => {
    await workbench.openFile('greeting.txt');
    assert.equal(await workbench.editorText(), 'Hello!\n');
    await workbench.runCommand('Extensions: Show Installed Extensions');
    await workbench.page.locator('.extension-list-item .name', { hasText: 'Picklepost' }).waitFor();
    await workbench.screenshot('smoke');
    assert.deepEqual(workbench.pageErrors, []);
  });

  it('is activated after start-up without loading what nobody has used', async () => {
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

  it('asks for a file to send where none is open, and tells what is to be done first as no error', async () => {
    await workbench.closeEditors();
    await workbench.runCommand('Picklepost: Send file to server');
    await workbench.quickInput.filter({ hasText: 'Send to server' }).waitFor();
    await workbench.page.keyboard.press('Escape');
    await workbench.runCommand('Picklepost: Repeat last send');
    const toast = workbench.toast('Nothing has been sent from this window yet');
    await toast.locator('.codicon-info').waitFor();
    assert.equal(await toast.locator('.monaco-button', { hasText: 'Show log' }).count(), 0);
  });
});
