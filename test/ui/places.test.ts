import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findFreePort } from '../../src/net/ports';
import { copyGitExtension } from '../harness/server';
import { projectRoot } from '../harness/setup';
import { PICKLE_THAT_DROPS_A_CALL } from '../unit/core/codecs/pickle/samplePickles';
import { assertReadable, DIMMED_CONTRAST } from './readability';
import { sendNative } from './sending';
import { Workbench } from './workbench';

const NOTEBOOK = JSON.stringify({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { language_info: { name: 'python' } },
  cells: [
    {
      id: 'a',
      cell_type: 'code',
      execution_count: 1,
      metadata: {},
      source: ['print("dill")'],
      outputs: [{ output_type: 'stream', name: 'stdout', text: ['dill\n', 'kosher\n'] }],
    },
  ],
});

const title = texts('package.nls.de.json');
const message = texts('l10n/bundle.l10n.de.json');

/** Words that every sentence has one of. */
const GERMAN = /\b(der|die|das|von|ist|und|ein|eine|in|aus)\b/;

describe('a window in German, with a repository and a notebook', () => {
  let workbench: Workbench;
  let port: number;
  let extensions: string;

  before(async () => {
    port = await findFreePort('127.0.0.1', 26_500);
    extensions = mkdtempSync(path.join(os.tmpdir(), 'picklepost-git-'));
    workbench = await Workbench.open({
      alongside: ['ipynb', 'notebook-renderers', copyGitExtension(extensions), 'git-base'],
      settings: {
        'git.enabled': true,
        'git.openRepositoryInParentFolders': 'never',
        'picklepost.receive.port': port,
        'picklepost.destinations': [{ name: 'Lab', host: '127.0.0.1', port }],
        'picklepost.send.defaultDestination': 'Lab',
        'picklepost.send.encryption': 'never',
      },
      language: 'de',
      files: {
        'measured.pkl': measured(2.5, false),
        'notes.txt': 'one\ntwo\nthree\n',
        'old.txt': 'four\n',
        'jars.ipynb': NOTEBOOK,
      },
      prepare: (folder) => {
        commitAll(folder);
        writeFileSync(path.join(folder, 'measured.pkl'), measured(2.75, true));
        for (const name of ['notes.txt', 'old.txt'])
          writeFileSync(path.join(folder, name), `a change of ${name}\n`);
      },
    });
  });
  after(async () => {
    await workbench.close();
    rmSync(extensions, { recursive: true });
  });

  it('shows texts of Picklepost in German in the side bar, the status bar and notifications', async () => {
    await workbench.openContainer('Picklepost');
    const welcome = workbench.page.locator('.part.sidebar .welcome-view-content').first();
    await welcome.locator('.monaco-button', { hasText: title('command.startServer') }).click();
    await workbench.statusBarItem(String(port)).waitFor();
    await sendNative(
      port,
      { kind: 'dictionary', format: 'binary', name: 'calls.pkl', bytes: PICKLE_THAT_DROPS_A_CALL },
      { kind: 'text', name: 'greeting', bytes: Buffer.from('Hello!') },
    );
    const view = workbench.view(title('view.received'));
    await view.pane.locator('.monaco-list-row').nth(1).waitFor();
    const toast = workbench.page.locator('.notifications-toasts .notification-list-item').first();
    await workbench.screenshot('language-de-sidebar', toast);
    await assertReadable(view.pane, DIMMED_CONTRAST);
    assert.match(await toast.innerText(), GERMAN);
    await workbench.clearToasts();
  });

  it('shows texts of Picklepost in German on the settings page', async () => {
    await workbench.runCommand('Preferences: Open Settings (UI)');
    const { page } = workbench;
    await page.locator('.settings-editor .monaco-editor').first().click();
    await page.keyboard.type('@ext:picklepost.picklepost ');
    // What has the scope of the machine is on the page of the server.
    await page
      .locator('.settings-editor .settings-target-container .action-label', { hasText: 'Remote' })
      .click();
    const description = page.locator('.settings-editor .setting-item-description', {
      hasText: title('setting.receive.port').slice(0, 30),
    });
    await workbench.screenshot('language-de-settings', description.first());
    await workbench.closeEditors();
  });

  it('shows how a pickle differs in source control, as values, in German', async () => {
    const { page } = workbench;
    await workbench.openContainer('Source Control');
    const row = page.locator('.scm-view .monaco-list-row', { hasText: 'measured.pkl' }).first();
    await row.click();
    const pages = page.locator('iframe.webview.ready');
    await pages.nth(1).waitFor();
    const shown = [0, 1].map((index) =>
      pages.nth(index).contentFrame().frameLocator('#active-frame').locator('body'),
    );
    await Promise.all(shown.map((body) => body.getByText('sensor').first().waitFor()));
    const [before, after] = await Promise.all(shown.map((body) => body.innerText()));
    await workbench.screenshot('language-de-difference');
    assert.match(before ?? '', /false|False/i);
    assert.match(after ?? '', /true|True/i);
    assert.ok(after?.includes('3 Schlüssel'), after);
  });

  /** Where people are when they want to send something: each place has one command, which goes to the one server without a question. */
  describe('sending from other parts of VS Code', () => {
    async function arrives(name: string): Promise<void> {
      await workbench.notification(new RegExp(`${name}.*empfangen|empfangen.*${name}`, 's'));
      await workbench.clearToasts();
    }

    it('sends the selection of an editor', async () => {
      await workbench.openFile('notes.txt');
      await workbench.page.locator('.part.editor .view-line').first().click();
      await workbench.page.keyboard.press('Control+L');
      await workbench.runCommand(`Picklepost: ${title('command.sendSelection')}`);
      await arrives('notes\\.txt');
      await workbench.closeEditors();
    });

    it('sends the selection of a terminal', async () => {
      await workbench.runCommand('Terminal: Create New Terminal');
      await workbench.page.locator('.terminal-wrapper.active .xterm-screen').waitFor();
      await workbench.page.keyboard.type('echo dill\n');
      await workbench.runCommand('Terminal: Select All');
      await workbench.runCommand(`Picklepost: ${title('command.sendTerminalSelection')}`);
      await arrives('terminal\\.txt');
      await workbench.runCommand('Terminal: Kill the Active Terminal Instance');
    });

    it('sends the output of a cell of a notebook', async () => {
      await workbench.openFile('jars.ipynb');
      await workbench.page.locator('.notebookOverlay .cell.code').first().click();
      await workbench.runCommand(`Picklepost: ${title('command.sendCellOutput')}`);
      await arrives('jars output 1\\.txt');
      await workbench.closeEditors();
    });

    it('sends the selected changes in source control', async () => {
      await workbench.openContainer('Source Control');
      const change = (name: string) =>
        workbench.page.locator('.scm-view .monaco-list-row', { hasText: name }).first();
      await workbench.chooseFromMenu(change('notes.txt'), title('command.sendFile'));
      await arrives('notes\\.txt');
      await workbench.selectBoth(change('notes.txt'), change('old.txt'));
      await workbench.chooseFromMenu(change('old.txt'), title('command.sendFile'));
      await arrives('2 Elemente');
      await workbench.closeEditors();
    });

    it('sends files and received items that are dragged to a server, and shows an item that is dragged to an editor', async () => {
      const bytes = Buffer.from('{"dill": 1.5}');
      await sendNative(port, { kind: 'dictionary', format: 'json', name: 'jar.json', bytes });
      await arrives('jar\\.json');
      await workbench.openContainer('Picklepost');
      await workbench.view(title('view.servers')).setOpen(true);
      const server = await workbench.view(title('view.servers')).row(message('Saved'), 'Lab');
      const item = await workbench.view(title('view.received')).row('jar.json');
      await item.dragTo(server);
      await arrives('jar\\.json');
      // An editor takes what moves on within it.
      await item.dragTo(workbench.page.locator('.part.editor'), { steps: 20 });
      await workbench.tab('jar.json').waitFor();
      assert.match(await workbench.editorText(), /^\{\s+"dill": 1\.5\s+\}$/);
      await workbench.openFile('notes.txt');
      await workbench.tab('notes.txt').dragTo(server);
      await arrives('notes\\.txt');
      await workbench.closeEditors();
    });

    it('asks before it follows a link, and sends only the file that is then chosen', async () => {
      const openLink = async (rest: string): Promise<void> => {
        await workbench.runCommand('Developer: Open URL');
        await workbench.answer(`code-oss://picklepost.picklepost/${rest}`);
        // Another dialog may follow at once.
        await workbench.dialog.locator('.monaco-button', { hasText: 'Open' }).click();
      };
      await openLink(`send?to=127.0.0.1:${String(port)}&file=notes.txt`);
      await workbench.notification(
        message('A link was opened that Picklepost does not understand. Nothing was done.'),
      );
      await workbench.clearToasts();
      await openLink(`send?to=127.0.0.1:${String(port)}`);
      await workbench.dialog
        .filter({ hasText: message('A link asks you to send a file to {0}.', `127.0.0.1:${String(port)}`) })
        .waitFor();
      await workbench.screenshot('link-send', workbench.dialog);
      await workbench.answerDialog(message('Choose a file'));
      await workbench.chooseFile(path.join(workbench.folder, 'notes.txt'));
      await arrives('notes\\.txt');
    });
  });
});

/** `{"sensor": "north", "values": [1.5, last], "checked": checked}`, in protocol 0. */
function measured(last: number, checked: boolean): string {
  return `(dVsensor\nVnorth\nsVvalues\n(lF1.5\naF${last}\nasVchecked\nI0${checked ? 1 : 0}\ns.`;
}

function commitAll(folder: string): void {
  const git = (...args: string[]): unknown => execFileSync('git', ['-C', folder, ...args]);
  git('init', '--quiet');
  git('add', '.');
  git('-c', 'user.name=test', '-c', 'user.email=test@localhost', 'commit', '--quiet', '--message=First');
}

/** German texts by their key, with what takes the place of {0}. */
function texts(file: string): (key: string, value?: string) => string {
  const found = JSON.parse(readFileSync(path.join(projectRoot, file), 'utf8')) as Record<string, string>;
  return (key, value = '') => {
    const text = found[key];
    assert.ok(text !== undefined, key);
    return text.replace('{0}', value);
  };
}
