import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { useSharedWindow } from './sharedWindow';
import type { Workbench } from './workbench';

describe('code to paste', () => {
  let workbench: Workbench;
  let port: number;

  useSharedWindow({}, (window) => {
    ({ workbench, port } = window);
  });

  it('is offered by the status bar with address and port, and sends an item when it is run', async () => {
    await workbench.clickStatusBarItem(String(port));
    await workbench.pick('Copy code that sends to this server');
    await workbench.quickInput.getByText('Python: dictionary as JSON').waitFor();
    await workbench.screenshot('snippet-picker', workbench.quickInput);
    await workbench.pick('Python: dictionary as JSON');
    await workbench.answerNotification('Copied', 'Open in editor');
    await workbench.page.getByText('json.dumps').first().waitFor();
    const code = await workbench.editorText();
    assert(code.includes(`HOST, PORT = "127.0.0.1", ${port}`), code);
    const { stdout } = await promisify(execFile)('python3', ['-c', code]);
    assert.equal(stdout, 'OK\n');
    await workbench.openContainer('Picklepost');
    await workbench.view('Received').pane.locator('.monaco-list-row[aria-label^="Dictionary"]').waitFor();
  });
});
