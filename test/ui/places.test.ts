import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findFreePort } from '../../src/net/ports';
import { copyGitExtension } from '../harness/server';
import { commitAndMeasure, FILES, itSpeaks } from './language';
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

describe('a window with a repository and a notebook', () => {
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
      files: { ...FILES, 'notes.txt': 'one\ntwo\nthree\n', 'old.txt': 'four\n', 'jars.ipynb': NOTEBOOK },
      prepare: (folder) => {
        commitAndMeasure(folder);
        for (const name of ['notes.txt', 'old.txt'])
          writeFileSync(path.join(folder, name), `a change of ${name}\n`);
      },
    });
  });
  after(async () => {
    await workbench.close();
    rmSync(extensions, { recursive: true });
  });

  describe('in English', () => itSpeaks(undefined, () => ({ workbench, port })));

  /** Where people are when they want to send something: each place has one command, which goes to the one server without a question. */
  describe('sending from other parts of VS Code', () => {
    async function arrives(name: string): Promise<void> {
      await workbench.notification(new RegExp(`Received .*${name}`, 's'));
      await workbench.clearToasts();
    }

    it('sends the selection of an editor', async () => {
      await workbench.openFile('notes.txt');
      await workbench.page.locator('.part.editor .view-line').first().click();
      await workbench.page.keyboard.press('Control+L');
      await workbench.runCommand('Picklepost: Send selection to server');
      await arrives('notes\\.txt');
      await workbench.closeEditors();
    });

    it('sends the selection of a terminal', async () => {
      await workbench.runCommand('Terminal: Create New Terminal');
      await workbench.page.locator('.terminal-wrapper.active .xterm-screen').waitFor();
      await workbench.page.keyboard.type('echo dill\n');
      await workbench.runCommand('Terminal: Select All');
      await workbench.runCommand('Picklepost: Send terminal selection to server');
      await arrives('terminal\\.txt');
      await workbench.runCommand('Terminal: Kill the Active Terminal Instance');
    });

    it('sends the output of a cell of a notebook', async () => {
      await workbench.openFile('jars.ipynb');
      await workbench.page.locator('.notebookOverlay .cell.code').first().click();
      await workbench.runCommand('Picklepost: Send cell output to server');
      await arrives('jars output 1\\.txt');
      await workbench.closeEditors();
    });

    it('sends the selected changes in source control', async () => {
      await workbench.openContainer('Source Control');
      const change = (name: string) =>
        workbench.page.locator('.scm-view .monaco-list-row', { hasText: name }).first();
      await workbench.chooseFromMenu(change('notes.txt'), 'Send file to server');
      await arrives('notes\\.txt');
      await workbench.selectBoth(change('notes.txt'), change('old.txt'));
      await workbench.chooseFromMenu(change('old.txt'), 'Send file to server');
      await arrives('2 items');
      await workbench.closeEditors();
    });

    it('sends files and received items that are dragged to a server, and shows an item that is dragged to an editor', async () => {
      const bytes = Buffer.from('{"dill": 1.5}');
      await sendNative(port, { kind: 'dictionary', format: 'json', name: 'jar.json', bytes });
      await arrives('jar\\.json');
      await workbench.openContainer('Picklepost');
      await workbench.view('Servers').setOpen(true);
      const server = await workbench.view('Servers').row('Saved', 'Lab');
      const item = await workbench.view('Received').row('jar.json');
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
      await workbench.notification(/A link was opened that Picklepost does not understand/);
      await workbench.clearToasts();
      await openLink(`send?to=127.0.0.1:${String(port)}`);
      await workbench.dialog
        .filter({ hasText: `A link asks you to send a file to 127.0.0.1:${String(port)}` })
        .waitFor();
      await workbench.screenshot('link-send', workbench.dialog);
      await workbench.answerDialog('Choose a file');
      await workbench.chooseFile(path.join(workbench.folder, 'notes.txt'));
      await arrives('notes\\.txt');
    });
  });
});
