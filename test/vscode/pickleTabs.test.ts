import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { PICKLE_OPTION } from '../../src/editor/shell/names';
import { PICKLE_WITH_CLASSES } from '../unit/core/codecs/pickle/samplePickles';

describe('files with the extension p', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'picklepost-tabs-'));
  const sources: Record<string, string> = {
    'pascal.p': 'program Jar;\nbegin\n  writeln(1)\nend.\n',
    'prolog.p': 'p(a).\nq(b).\n',
    'gnuplot.p': 'plot sin(x)\npause -1\n',
    'empty.p': '',
  };

  before(async () => {
    await vscode.extensions.getExtension('picklepost.picklepost')?.activate();
    for (const [name, text] of Object.entries(sources)) fs.writeFileSync(path.join(folder, name), text);
    fs.writeFileSync(path.join(folder, 'data.p'), PICKLE_WITH_CLASSES);
    fs.writeFileSync(path.join(folder, 'old.p'), "(dp0\nS'a'\np1\nI1\ns.");
    fs.writeFileSync(path.join(folder, 'cut.p'), PICKLE_WITH_CLASSES.subarray(0, 20));
  });
  beforeEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    fs.rmSync(folder, { recursive: true });
  });

  for (const name of ['data.p', 'old.p', 'cut.p']) {
    it(`are shown as pickles if they are pickles: ${name}`, async () => {
      await open(name);
      await shows([`${name} as pickle`]);
    });
  }

  it('stay text if they are not pickles, at the requested line', async () => {
    for (const name of Object.keys(sources)) await open(name, { preview: false });
    const selection = new vscode.Range(2, 2, 2, 2);
    await open('pascal.p', { preview: false, selection });
    assert.equal(vscode.window.activeTextEditor?.selection.active.line, 2);
    await open('data.p');
    await shows(['pascal.p', 'prolog.p', 'gnuplot.p', 'empty.p', 'data.p as pickle']);
  });

  it('have one tab, however often and by whatever way they are opened', async () => {
    await open('data.p', { preview: true });
    await shows(['data.p as pickle']);
    for (const preview of [true, false]) {
      await open('data.p', { preview });
      await shows(['data.p as pickle']);
    }
  });

  it('are shown as text when they are reopened as text, until that tab is closed', async () => {
    await open('old.p', { preview: true });
    await shows(['old.p as pickle']);
    await vscode.commands.executeCommand('workbench.action.reopenTextEditor');
    await shows(['old.p']);
    await vscode.commands.executeCommand('workbench.action.splitEditor');
    await open('data.p');
    await shows(['old.p', 'old.p', 'data.p as pickle']);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await open('old.p');
    await shows(['old.p as pickle']);
  });

  it('are shown as text in comparisons', async () => {
    const [left, right] = [uriOf('pascal.p'), uriOf('prolog.p')];
    await vscode.commands.executeCommand('vscode.diff', left, right, 'Sources');
    assert.ok(tabs()[0]?.input instanceof vscode.TabInputTextDiff);
  });

  it('are opened in the chosen editor, even if they are not pickles', async () => {
    await vscode.commands.executeCommand('vscode.openWith', uriOf('pascal.p'), PICKLE_OPTION);
    await shows(['pascal.p as pickle']);
    const editors = vscode.workspace.getConfiguration('workbench');
    await editors.update('editorAssociations', { '*.p': 'default' }, vscode.ConfigurationTarget.Global);
    await open('old.p');
    await editors.update('editorAssociations', undefined, vscode.ConfigurationTarget.Global);
    await open('data.p', { preview: false });
    await shows(['pascal.p as pickle', 'old.p', 'data.p as pickle']);
  });

  function uriOf(name: string): vscode.Uri {
    return vscode.Uri.file(path.join(folder, name));
  }

  async function open(name: string, options: vscode.TextDocumentShowOptions = {}): Promise<void> {
    await vscode.commands.executeCommand('vscode.open', uriOf(name), options);
  }
});

function tabs(): vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs);
}

/** Settles once these tabs are open, in any order, and no others. */
async function shows(expected: readonly string[]): Promise<void> {
  await new Promise<void>((resolve) => {
    const check = (): void => {
      if (tabs().map(describeTab).sort().join() !== expected.toSorted().join()) return;
      subscription.dispose();
      resolve();
    };
    const subscription = vscode.window.tabGroups.onDidChangeTabs(check);
    check();
  });
}

function describeTab({ label, input }: vscode.Tab): string {
  return input instanceof vscode.TabInputCustom ? `${label} as pickle` : label;
}
