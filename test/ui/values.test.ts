import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { pickleCodec } from '../../src/core/codecs/pickle/codec';
import { Dict, Tuple, ValueSet, type Value } from '../../src/core/values/value';
import { projectRoot } from '../harness/setup';
import { sendNative } from './sending';
import { useSharedWindow } from './sharedWindow';
import type { TreeView } from './treeView';
import type { Workbench } from './workbench';

const LIMITS = { nestingDepth: 100 };

function pickled(name: string, value: Value): Parameters<typeof sendNative>[1] {
  return { kind: 'dictionary', format: 'binary', name, bytes: pickleCodec.encode(value, LIMITS) };
}

/** Everything that a dictionary is likely to hold. */
function experiment(voltage: number, extra: [Value, Value][] = []): Dict {
  const calibration = Dict.from([
    ['offset', 0.125],
    ['unit', 'mV'],
  ]);
  return Dict.from([
    ['name', 'Pickling run 7'],
    [
      'readings',
      Dict.from([
        [
          'voltage',
          Dict.from([
            ['mean', voltage],
            ['calibration', calibration],
          ]),
        ],
        ['current', calibration],
      ]),
    ],
    ['shape', new Tuple([3n, 4n, new Tuple([])])],
    ['tags', ValueSet.from(['sour', 'dill', 'kosher'])],
    ['header', Uint8Array.from({ length: 40 }, (_, i) => i * 6)],
    ['big', 2n ** 200n],
    ['nothing', null],
    [new Tuple(['grid', 1n]), true],
    ...extra,
  ]);
}

describe('working with received values', () => {
  let workbench: Workbench;
  let view: TreeView;
  let port: number;

  const sample = '{\n  // the same, written by hand\n  "b": [1, 2.5, null],\n  "a": "x"\n}\n';
  const files = { 'same.json': sample, 'notes.txt': 'one\ntwo\nthree\n' };
  useSharedWindow({ files }, (window) => {
    ({ workbench, port } = window);
    view = workbench.view('Received');
  });
  afterEach(async function (this: Mocha.Context) {
    if (this.currentTest?.state !== 'passed')
      await workbench.screenshot(`failed-values-${this.currentTest?.title}`);
    await workbench.page.keyboard.press('Escape');
    await workbench.closeEditors();
    await workbench.clearToasts();
    await workbench.deleteReceived();
  });

  async function focusView(): Promise<void> {
    const focused = view.pane.locator('.monaco-list:focus-within');
    // An editor that opens takes the focus.
    await workbench.runUntil('Picklepost: Focus on Received View', focused, 'visible');
  }

  /** Presses a key, and waits until the row that begins so has the focus. */
  async function press(key: string, focused: string): Promise<void> {
    await workbench.page.keyboard.press(key);
    await view.pane.locator(`.monaco-list-row.focused[aria-label^="${focused}"]`).waitFor();
  }

  /** VS Code loses what is done with the first row while it puts the list in the place of the welcome. */
  async function expandFocused(label: string): Promise<void> {
    const row = view.pane.locator(`.monaco-list-row.focused[aria-label^="${label}"]`);
    const expanded = view.pane.locator(`.monaco-list-row[aria-expanded="true"][aria-label^="${label}"]`);
    do await workbench.page.keyboard.press('ArrowRight');
    while (
      !(await expanded
        .waitFor({ timeout: 2_000 })
        .then(() => true)
        .catch(() => false)) &&
      (await row.getAttribute('aria-expanded')) === 'false'
    );
  }

  it('shows every type in the tree, and marks shared values', async () => {
    await sendNative(port, pickled('experiment.pkl', experiment(4.5)));
    await view.expand('experiment.pkl', 'shape');
    await view.expand('experiment.pkl', 'tags');
    const shared = await view.row('experiment.pkl', 'readings', 'current');
    assert.match(
      (await shared.getAttribute('aria-label')) ?? '',
      /same as data\["readings"\]\["voltage"\]\["calibration"\]/,
    );
    await view.row('experiment.pkl', 'nothing');
    await workbench.screenshotInThemes('types');
    await workbench.openMenu(await view.row('experiment.pkl'));
    await workbench.screenshot('item-menu', workbench.menuItems.filter({ hasText: 'Delete' }));
    await workbench.page.keyboard.press('Escape');
    await workbench.openMenu(await view.row('experiment.pkl', 'header'));
    await workbench.screenshot('value-menu', workbench.menuItems.filter({ hasText: 'Copy path' }));
    await workbench.page.keyboard.press('Escape');
  });

  it('shows a value after its key, also if the key is written from right to left', async () => {
    await sendNative(port, pickled('keys.pkl', Dict.from([['\u05de\u05e4\u05ea\u05d7', 42n]])));
    const row = await view.row('keys.pkl', '\u05de\u05e4\u05ea\u05d7');
    const [key, value] = await Promise.all(
      ['.label-name', '.label-description'].map((part) => row.locator(part).boundingBox()),
    );
    assert.ok(key && value && key.x + key.width <= value.x, JSON.stringify({ key, value }));
  });

  it('shows the parts of a call, and where a cycle leads', async () => {
    const pickle = "(dp0\nS'run'\ncos\nsystem\n(S'rm -r /'\ntRsS'self'\ng0\ns.";
    await sendNative(port, {
      kind: 'dictionary',
      format: 'binary',
      name: 'call.pkl',
      bytes: Buffer.from(pickle),
    });
    await view.row('call.pkl', 'run', 'callable');
    await view.row('call.pkl', 'run', 'args', '0');
    const self = await view.row('call.pkl', 'self');
    assert.match((await self.getAttribute('aria-label')) ?? '', /^self, dict, same as data$/);
    await workbench.screenshot('call-and-cycle');
    await view.chooseFromMenu(['call.pkl'], 'Copy as Python');
    await workbench.page.waitForFunction(
      `navigator.clipboard.readText().then((text) => text.includes('os.system'))`,
    );
  });

  it('compares two dictionaries, whatever the order of their keys', async () => {
    const other = [...experiment(4.75, [['added', 'only here']])].reverse();
    await sendNative(port, pickled('before.pkl', experiment(4.5)), pickled('after.pkl', Dict.from(other)));
    await workbench.selectForCompare(await view.row('before.pkl'));
    await view.chooseFromMenu(['after.pkl'], 'Compare with selected');
    await workbench.tab('before.pkl ↔ after.pkl').waitFor();
    assert.equal(await workbench.statusBarItem('Selected for compare').count(), 0);
    const side = (name: string) => workbench.page.locator(`.monaco-diff-editor .editor.${name}`);
    await side('modified').locator('.line-insert').first().waitFor();
    assert.match(
      (await side('modified').locator('.view-lines').innerText()).replaceAll('\u00a0', ' '),
      /"mean": 4\.75/,
    );
    const inserted = await side('modified').locator('.view-overlays .line-insert').count();
    const deleted = await side('original').locator('.view-overlays .line-delete').count();
    assert.deepEqual({ inserted, deleted }, { inserted: 2, deleted: 1 });
    await view.pane
      .locator('.monaco-list-row[aria-label*=", unread"]')
      .first()
      .waitFor({ state: 'detached' });
    await workbench.readableScreenshot('compare');
  });

  it('compares two selected items, and distinguishes them by their times if their names are the same', async () => {
    const file = (text: string) => ({ kind: 'file', name: 'a.txt', bytes: Buffer.from(text) }) as const;
    await sendNative(port, file('one\n'), file('two\n'));
    const rows = view.pane.locator('.monaco-list-row[aria-label^="a.txt"]');
    for (const place of [0, 1]) await rows.nth(place).click({ modifiers: ['ControlOrMeta'] });
    await workbench.chooseFromMenu(rows.nth(0), 'Compare selected');
    await workbench.tab(/a\.txt \(.+\) ↔ a\.txt \(.+\)/).waitFor();
    const original = workbench.page.locator('.monaco-diff-editor .editor.original .view-lines');
    await original.getByText('one').waitFor();
  });

  it('offers parts, or a file, if content is too large for an editor', async () => {
    const bytes = Buffer.alloc(65 * 1024 * 1024, 'a line of text\n');
    await sendNative(port, { kind: 'file', name: 'log.txt', bytes });
    await (await view.row('log.txt')).click();
    await workbench
      .toast(/Too large for the editor \(68\.2 MB, limit 67\.1 MB\)/)
      .locator('.monaco-button', { hasText: 'Save as' })
      .waitFor();
    await workbench.screenshot('too-large');
    await workbench.answerNotification(/Too large for the editor/, 'Open as hex');
    await workbench.pick('Part 2');
    await workbench.tab('log.txt 2.hexdump').waitFor();
  });

  it('finds no difference between a pickle and the same dictionary as a JSON file', async () => {
    const same = Dict.from([
      ['a', 'x'],
      ['b', [1n, 2.5, null]],
    ]);
    await sendNative(port, pickled('same.pkl', same));
    await view.chooseFromMenu(['same.pkl'], 'Compare with file');
    await workbench.chooseFile(path.join(workbench.folder, 'same.json'));
    await workbench.tab('same.pkl ↔ same.json').waitFor();
    const lines = workbench.page.locator('.monaco-diff-editor .editor.modified .view-lines');
    await lines.getByText('"b"').waitFor();
    assert.equal(
      await workbench.page
        .locator('.monaco-diff-editor .line-insert, .monaco-diff-editor .line-delete')
        .count(),
      0,
    );
    await workbench.screenshot('compare-equal');
  });

  it('finds a deeply nested key, and steps through the matches', async () => {
    const rows = Array.from({ length: 3000 }, (_, i) =>
      Dict.from([
        ['id', BigInt(i)],
        ['label', `jar ${i}`],
      ]),
    );
    await sendNative(
      port,
      pickled(
        'jars.pkl',
        Dict.from([
          ['jars', rows],
          ['jar 2999', null],
        ]),
      ),
    );
    await view.clickInlineAction(['jars.pkl'], 'Find in dictionary');
    await workbench.quickInputBox.fill('JAR 29');
    await workbench.quickInput.getByText('112 found').waitFor();
    await workbench.readableScreenshot('find');
    await workbench.pick('data["jars"][29]["label"]');
    const focused = (label: string): Promise<void> =>
      view.pane.locator(`.monaco-list-row.focused[aria-label^='${label}']`).waitFor();
    await focused('label, str, "jar 29"');
    await workbench.statusBarItem('1 of 112').waitFor();
    await workbench.page.keyboard.press('F4');
    await focused('label, str, "jar 290"');
    await workbench.page.keyboard.press('Shift+F4');
    await focused('label, str, "jar 29"');
    await workbench.page.keyboard.press('Shift+F4');
    await focused('jar 2999, None');
    await workbench.screenshot('find-step', workbench.statusBarItem('112 of 112'));
    await workbench.page.keyboard.press('Home');
    await workbench.page.keyboard.press('Enter');
    // Before it goes by itself.
    await workbench.statusBarItem('112 of 112').waitFor({ state: 'detached', timeout: 5_000 });
  });

  it('shows the number of matches if there are too many to list', async () => {
    const numbers = Array.from({ length: 5000 }, (_, i) => `x${i}`);
    await sendNative(port, pickled('many.pkl', numbers));
    await view.chooseFromMenu(['many.pkl'], 'Find in dictionary');
    await workbench.quickInputBox.fill('x');
    await workbench.quickInput.getByText('the first 1,000 of 5,000').waitFor();
    await workbench.screenshot('find-many');
    await workbench.quickInput.locator('.action-label[aria-label^="Keys and values"]').click();
    await workbench.quickPickItem('Nothing found').waitFor();
    await workbench.page.keyboard.press('Escape');
  });

  it('opens an image in the image preview, and other bytes as hex', async () => {
    const icon = fs.readFileSync(path.join(projectRoot, 'media/icon.png'));
    const bytes = Uint8Array.from({ length: 3000 }, (_, i) => (i * 7) % 256);
    await sendNative(
      port,
      { kind: 'file', name: 'icon', bytes: icon },
      { kind: 'file', name: 'firmware.bin', bytes },
    );
    await (await view.row('firmware.bin')).locator('.file-icon.bin-ext-file-icon').waitFor();
    await (await view.row('icon')).click();
    await workbench.tab('icon.png').waitFor();
    await workbench.statusBarItem(/\d+x\d+/).waitFor();
    await workbench.readableScreenshot('image');
    await (await view.row('firmware.bin')).click();
    await workbench.tab('firmware.bin.hexdump').waitFor();
    assert.match(await workbench.editorText(), /^00000000 {2}00 07 0e 15 1c 23 2a 31 {2}38 /);
    await workbench.readableScreenshot('hex');
  });

  it('opens a pickle that was sent as a file in the editor for pickle files', async () => {
    const bytes = pickleCodec.encode(Dict.from([['jars', [1n, 2n]]]), LIMITS);
    await sendNative(port, { kind: 'file', name: 'model.pkl', bytes });
    const item = await view.row('model.pkl');
    assert.match((await item.getAttribute('aria-label')) ?? '', /^model\.pkl, pickle file, /);
    await item.click();
    const page = workbench.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
    await page.getByRole('treeitem', { name: /^jars, list, 2 items/ }).waitFor();
    await workbench.screenshot('pickle-as-file');
  });

  it('opens a notebook as JSON, so that its outputs stay text', async () => {
    const bytes = Buffer.from('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}');
    await sendNative(port, { kind: 'file', name: 'runs.ipynb', bytes });
    await (await view.row('runs.ipynb')).click();
    await workbench.tab('runs.ipynb.json').waitFor();
    assert.match(await workbench.editorText(), /"nbformat": 4/);
  });

  it('can be used with the keyboard alone: expand, open, copy, find', async () => {
    await sendNative(
      port,
      pickled(
        'keys.pkl',
        Dict.from([
          ['list', [1n, 72n]],
          ['$(trash)', 'x'.repeat(200)],
        ]),
      ),
    );
    await view.row('keys.pkl');
    const { keyboard } = workbench.page;
    await focusView();
    await press('Home', 'keys.pkl');
    await expandFocused('keys.pkl');
    await view.pane.locator('.monaco-list-row[aria-label^="list, list"]').waitFor();
    await press('ArrowDown', 'list, list');
    await keyboard.press('ArrowRight');
    await view.pane.locator('.monaco-list-row[aria-label^="1, int, 72"]').waitFor();
    await press('ArrowDown', '0, int, 1');
    await press('ArrowDown', '1, int, 72');
    await keyboard.press('ControlOrMeta+c');
    await workbench.page.waitForFunction(`navigator.clipboard.readText().then((text) => text === '72')`);
    await workbench.statusBarItem('Copied data["list"][1]').waitFor();
    await press('ArrowDown', '$(trash), str');
    await keyboard.press('Enter');
    await workbench.tab(/trash/).waitFor();
    // It takes the focus once it is loaded.
    await workbench.page.locator('.part.editor .monaco-editor.focused').waitFor();
    await focusView();
    await press('Home', 'keys.pkl');
    await keyboard.press('Control+k');
    await keyboard.press('Shift+G');
    await workbench.quickInput.locator('input:focus').waitFor();
    await keyboard.type('trash');
    await workbench.quickPickItem('data["$(trash)"]').waitFor();
    await workbench.screenshot('find-escaped');
    await workbench.quickInputBox.fill('72');
    await workbench.quickPickItem('data["list"][1]').waitFor();
    await press('Enter', '1, int, 72');
  });

  it('compares, copies and deletes the focused row with the keyboard alone', async () => {
    for (const [name, number] of [
      ['left.pkl', 1n],
      ['right.pkl', 2n],
    ] as const) {
      await sendNative(port, pickled(name, Dict.from([['a', number]])));
      await view.row(name);
    }
    const { keyboard } = workbench.page;
    const comparison = workbench.page.locator('.monaco-diff-editor .monaco-editor.focused');
    const compareKey = async (): Promise<void> => {
      await keyboard.press('Control+k');
      await keyboard.press('d');
    };
    await focusView();
    await press('Home', 'right.pkl');
    await compareKey();
    await workbench.statusBarItem('Selected for compare: right.pkl').waitFor();
    await press('ArrowDown', 'left.pkl');
    await compareKey();
    await workbench.tab('right.pkl ↔ left.pkl').waitFor();
    await comparison.waitFor();
    // Both have been seen. Until their rows say so, VS Code may take the selection from them.
    await view.pane
      .locator('.monaco-list-row[aria-label*=", unread"]')
      .first()
      .waitFor({ state: 'detached' });
    await focusView();
    await press('Home', 'right.pkl');
    await keyboard.press('Control+Shift+Enter');
    await keyboard.press('Shift+ArrowDown');
    await view.pane.locator('.monaco-list-row.selected').nth(1).waitFor();
    await compareKey();
    await workbench.tab('left.pkl ↔ right.pkl').waitFor();
    await comparison.waitFor();
    await focusView();
    await press('Home', 'right.pkl');
    await keyboard.press('Escape');
    await press('Home', 'right.pkl');
    await workbench.chooseFromMenuByKeys('Copy as JSON');
    await workbench.page.waitForFunction(
      `navigator.clipboard.readText().then((text) => /"a": 2/.test(text))`,
    );
    await keyboard.press('Control+Shift+Enter');
    await press('ArrowDown', 'left.pkl');
    await keyboard.press('Delete');
    await workbench.dialog.getByText('Delete left.pkl?').waitFor();
    await keyboard.press('Enter');
    await view.pane.locator('.monaco-list-row[aria-label^="left.pkl"]').waitFor({ state: 'detached' });
    await view.pane.locator('.monaco-list-row.selected[aria-label^="right.pkl"]').waitFor();
  });

  it('drops the item that was selected for comparing when it is deleted', async () => {
    const [one, other] = [pickled('one.pkl', [1n]), pickled('other.pkl', [2n])];
    await sendNative(port, one);
    await view.chooseFromMenu(['one.pkl'], 'Select for compare');
    await view.chooseFromMenu(['one.pkl'], 'Delete');
    await workbench.answerDialog('Delete');
    await sendNative(port, other);
    const entries = await workbench.menuEntries(await view.row('other.pkl'));
    assert.ok(entries.includes('Select for compare') && !entries.includes('Compare with selected'));
    assert.equal(await workbench.statusBarItem('Selected for compare').count(), 0);
  });

  it('opens long bytes in parts, and bytes and text inside of a dictionary', async () => {
    const bytes = Buffer.alloc(2_500_000, 'pickle');
    const value = Dict.from([
      ['raw', Uint8Array.of(1, 2, 255)],
      ['text', 'one\ntwo'],
    ]);
    await sendNative(
      port,
      { kind: 'file', name: 'long.bin', bytes: Buffer.concat([Buffer.of(0), bytes]) },
      pickled('inner.pkl', value),
    );
    await (await view.row('long.bin')).click();
    await workbench.quickPickItem('Part 3').waitFor();
    await workbench.screenshot('hex-parts');
    await workbench.pick('Part 3');
    await workbench.tab('long.bin 3.hexdump').waitFor();
    assert.match(await workbench.editorText(), /^00200000 {2}/);
    await view.chooseFromMenu(['inner.pkl', 'raw'], 'Open');
    await workbench.tab('raw.hexdump').waitFor();
    assert.match(await workbench.editorText(), /^00000000 {2}01 02 ff /);
    await view.chooseFromMenu(['inner.pkl', 'text'], 'Open');
    await workbench.tab('text').waitFor();
    assert.equal(await workbench.editorText(), 'one\ntwo');
  });

  it('copies a value as JSON and as Python', async () => {
    await sendNative(
      port,
      pickled(
        'copy.pkl',
        Dict.from([
          ['t', new Tuple([null, true])],
          ['l', [null, true]],
        ]),
      ),
    );
    const clipboardHas = (text: string) =>
      workbench.page.waitForFunction(
        `navigator.clipboard.readText().then((text) => text === ${JSON.stringify(text)})`,
      );
    await view.chooseFromMenu(['copy.pkl', 'l'], 'Copy as JSON');
    await clipboardHas('[\n  null,\n  true\n]');
    await workbench.statusBarItem('Copied data["l"]').waitFor();
    await view.chooseFromMenu(['copy.pkl', 't'], 'Copy as JSON');
    await workbench.answerNotification(/JSON cannot hold data\["t"\]/, 'Copy as Python');
    await clipboardHas('(None, True)');
  });

  it('marks an item as read when it is opened in another form', async () => {
    await sendNative(port, pickled('unseen.pkl', Dict.from([['a', 1n]])));
    const row = await view.row('unseen.pkl');
    assert.match((await row.getAttribute('aria-label')) ?? '', /unread/);
    await view.chooseFromMenu(['unseen.pkl'], 'Open as XML');
    await workbench.tab('unseen.xml').waitFor();
    await view.pane
      .locator('.monaco-list-row[aria-label^="unseen.pkl"]:not([aria-label*="unread"])')
      .waitFor();
  });

  it('saves a pickle as JSON, and forwards it', async () => {
    await sendNative(
      port,
      pickled(
        'convert.pkl',
        Dict.from([
          ['b', 1n],
          ['a', [1]],
        ]),
      ),
    );
    await view.chooseFromMenu(['convert.pkl'], 'Save as');
    await workbench.screenshot('save-formats', workbench.quickPickItem('JSON'));
    await workbench.pick('JSON');
    const file = path.join(workbench.folder, 'converted.json');
    // A first try may have left the file.
    fs.rmSync(file, { force: true });
    await workbench.chooseFile(file);
    await workbench.notification('Saved');
    assert.deepEqual(JSON.parse(fs.readFileSync(file, 'utf8')), { b: 1, a: [1] });
    await workbench.clearToasts();
    await view.chooseFromMenu(['convert.pkl'], 'Forward to server');
    await workbench.pick(`127.0.0.1:${port}`);
    await workbench.pick('Send without a key');
    await workbench.notification(/Sent convert\.pkl/);
    const rows = view.pane.locator('.monaco-list-row[aria-label^="convert.pkl"]');
    await rows.nth(1).waitFor();
    await workbench.clearToasts();
    await workbench.selectBoth(rows.nth(0), rows.nth(1));
    await view.chooseFromMenu(['convert.pkl'], 'Forward to server');
    await workbench.pick(`127.0.0.1:${port}`);
    await workbench.pick('Send without a key');
    await workbench.notification(/Sent 2 files/);
    assert.deepEqual(workbench.pageErrors, []);
  });
});
