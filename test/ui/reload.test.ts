import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import { pickleCodec } from '../../src/core/codecs/pickle/codec';
import { Dict } from '../../src/core/values/value';
import { PLAIN_PICKLE } from '../unit/core/codecs/pickle/samplePickles';
import { sendNative } from './sending';
import { useSharedWindow } from './sharedWindow';
import type { Workbench } from './workbench';

/** Files with an extension that another language has too. */
const FILES = {
  'notes.p': 'begin\nend.\n',
  'old.p': "(dp0\nS'a'\np1\nI1\ns.",
  'data.p': PLAIN_PICKLE,
};

describe('a window that is reloaded', () => {
  let workbench: Workbench;
  let port: number;

  useSharedWindow({ files: FILES }, (window) => {
    ({ workbench, port } = window);
  });

  function page(): FrameLocator {
    return workbench.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  }

  async function showsPickle(): Promise<void> {
    await page().getByRole('treeitem', { name: 'a, int, 1', exact: true }).waitFor();
  }

  it('leaves files with the extension of another language to the text editor if they are not pickles, or are reopened as text', async () => {
    await workbench.openFile('notes.p');
    assert.match(await workbench.editorText(), /begin/);
    await workbench.openFile('old.p');
    await showsPickle();
    await workbench.runCommand('View: Reopen Editor with Text Editor');
    assert.match(await workbench.editorText(), /^\(dp0/);
    await workbench.openFile('data.p');
    await showsPickle();
    assert.deepEqual(await workbench.tabNames(), Object.keys(FILES));
    await workbench.screenshot('pickle-editor-p');
  });

  it('has the same editors, received items and keys as before', async () => {
    const bytes = pickleCodec.encode(Dict.from([['jars', [1n, 2n]]]), { nestingDepth: 10 });
    await sendNative(port, { kind: 'dictionary', format: 'binary', name: 'kept.pkl', bytes });
    await workbench.runCommand('Picklepost: Generate encryption key');
    await workbench.notification(/Generated the encryption key/);
    await workbench.view('Received').row('kept.pkl');

    await workbench.reloadWindow();
    await showsPickle();
    await workbench.openFile('notes.p');
    assert.match(await workbench.editorText(), /begin/);
    await workbench.tab('old.p').click();
    await page().locator('body').waitFor({ state: 'hidden' });
    assert.match(await workbench.editorText(), /^\(dp0/);
    assert.deepEqual(await workbench.tabNames(), Object.keys(FILES));
    await workbench.openContainer('Picklepost');
    await workbench.view('Received').row('kept.pkl', 'jars', '1');
    await workbench.screenshot('after-reload');
    assert.deepEqual(workbench.pageErrors, []);
    await workbench.deleteKey('default');
  });
});
