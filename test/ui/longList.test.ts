import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { pickleCodec } from '../../src/core/codecs/pickle/codec';
import { DEFAULT_LIMITS } from '../../src/core/limits';
import { Dict } from '../../src/core/values/value';
import { bytesItem } from '../../src/core/wire/outgoing';
import { sendItems } from '../../src/net/sendClient';
import { useSharedWindow } from './sharedWindow';
import type { TreeView } from './treeView';
import type { Workbench } from './workbench';

const FILES = 259;

describe('a long list of received items', () => {
  let workbench: Workbench;
  let view: TreeView;

  useSharedWindow({}, async (window) => {
    const { port } = window;
    workbench = window.workbench;
    const files = Array.from({ length: FILES }, (_, i) =>
      bytesItem({ kind: 'file', name: `sample ${i + 1}.csv`, bytes: Buffer.alloc(i + 1, 'x') }),
    );
    const values = Dict.from(Array.from({ length: 20 }, (_, i) => [`key ${i}`, BigInt(i)] as const));
    const bytes = pickleCodec.encode(values, { nestingDepth: 10 });
    const dictionary = bytesItem({ kind: 'dictionary', format: 'binary', name: 'keys.pkl', bytes });
    await sendItems([...files, dictionary], {
      host: '127.0.0.1',
      port,
      dialect: 'native',
      localPort: 0,
      bufferSize: 65_536,
      limits: DEFAULT_LIMITS,
    });
    view = workbench.view('Received');
    await view.row('keys.pkl');
  });

  async function choose(action: string, entry: string): Promise<void> {
    await view.clickTitleAction(action);
    await workbench.pick(entry);
  }

  async function filter(text: string): Promise<void> {
    await workbench.runCommand('Picklepost: Filter...');
    await workbench.answer(text, 'Filter received items');
  }

  it('shows the newest hundred items directly, and the others in ranges with their times', async () => {
    await workbench.page.locator('.activitybar .badge-content', { hasText: '260' }).waitFor();
    assert.deepEqual((await view.labels()).slice(0, 2).sort(), ['keys.pkl', `sample ${FILES}.csv`]);
    await workbench.screenshot('list-newest');
    const oldest = await view.row('201 … 260', 'sample 1.csv');
    assert.match(
      (await oldest.getAttribute('aria-label')) ?? '',
      /^sample 1\.csv, file, unread, .*127\.0\.0\.1, 1 B/,
    );
    const range = view.pane.locator('.monaco-list-row[aria-label^="201 to 260, "]').first();
    assert.match((await range.getAttribute('aria-label')) ?? '', /, \d\d:\d\d/);
    await workbench.readableScreenshot('list-ranges');
    await view.collapse('201 … 260');
  });

  it('filters by name, sender or kind, shows the number of matches, and shows all items again', async () => {
    await filter('CSV');
    await view.pane.getByText('Filter "CSV": 259 of 260 items.').waitFor();
    await filter('sample 25');
    await view.pane.getByText('Filter "sample 25": 11 of 260 items.').waitFor();
    assert.equal((await view.labels())[0], 'sample 259.csv');
    await workbench.screenshot('list-filtered');
    await filter('nothing like that');
    const nothing = view.pane.locator('.monaco-list-row', {
      hasText: 'No item contains "nothing like that".',
    });
    await nothing.locator('.codicon-info').waitFor();
    await view.clickTitleAction('Clear filter');
    await view.row('keys.pkl');
  });

  it('groups by kind, sender and day, with the number of items in each group', async () => {
    await choose('Group by', 'Kind');
    await view.row('Dictionary (pickle)', 'keys.pkl', 'key 3');
    const files = await view.row('File');
    assert.equal(await files.getAttribute('aria-label'), 'File, items: 259');
    await workbench.screenshot('list-by-kind');
    await choose('Group by', 'Sender');
    await view.row('127.0.0.1', 'keys.pkl');
    await choose('Group by', 'Day');
    await view.pane.locator('.monaco-list-row[aria-label^="Today, "][aria-label$=", items: 260"]').waitFor();
  });

  it('sorts by size and by name', async () => {
    await choose('Sort by', 'Oldest first');
    await choose('Group by', 'Do not group');
    await view.row('sample 1.csv');
    await choose('Sort by', 'Name');
    await view.row('keys.pkl');
    assert.deepEqual((await view.labels()).slice(0, 3), ['keys.pkl', 'sample 1.csv', 'sample 2.csv']);
    await choose('Sort by', 'Size');
    await view.pane.locator('.monaco-list-row[data-index="0"][aria-label^="sample 259.csv"]').waitFor();
    await choose('Sort by', 'Newest first');
    // By size it is in the middle.
    const newest = ':is([data-index="0"], [data-index="1"])[aria-label^="keys.pkl"]';
    await view.pane.locator(`.monaco-list-row${newest}`).waitFor();
  });

  it('is readable in every theme', async () => {
    await choose('Group by', 'Kind');
    await view.row('Dictionary (pickle)', 'keys.pkl', 'key 3');
    await filter('a');
    await view.pane.getByText(/Filter "a"/).waitFor();
    await workbench.screenshotInThemes('list');
  });

  it('keeps its arrangement when the extension is started again', async () => {
    await workbench.killExtensions();
    await view.pane.getByText(/Filter "a"/).waitFor();
    await view.row('Dictionary (pickle)', 'keys.pkl');
    await view.row('File');
    await view.clickTitleAction('Clear filter');
    await choose('Group by', 'Do not group');
    await workbench.runFromPalette('Picklepost: Start receive server');
    await workbench.receiving.waitFor();
  });

  it('marks items as read when they are expanded, or all at once', async () => {
    const unread = (name: string) =>
      view.pane.locator(`.monaco-list-row[aria-label^="${name}, file, unread"]`);
    await unread(`sample ${FILES}.csv`).waitFor();
    await workbench.runCommand('Picklepost: Mark all as read');
    await unread(`sample ${FILES}.csv`).waitFor({ state: 'detached' });
    await workbench.page
      .locator('.activitybar .badge-content', { hasText: /\d/ })
      .waitFor({ state: 'detached' });
  });

  it('saves several items to a folder', async () => {
    const folder = path.join(workbench.folder, 'saved');
    fs.mkdirSync(path.join(folder, 'earlier'), { recursive: true });
    await (await view.row('sample 259.csv')).click();
    await workbench.tab('sample 259.csv').waitFor();
    await workbench.screenshot('list-opened');
    // Such as the lock that VS Code puts on what is open and cannot be written.
    assert.equal(await (await view.row('sample 259.csv')).locator('[class*="monaco-decoration"]').count(), 0);
    await (await view.row('sample 257.csv')).click({ modifiers: ['Shift'] });
    await workbench.chooseFromMenu(await view.row('sample 258.csv'), 'Save as');
    // The dialog writes the folder that it begins with over what is typed before that is listed.
    await workbench.quickPickItem('saved').waitFor();
    await workbench.quickInputBox.fill(`${folder}/`);
    const saveHere = workbench.quickInput.locator('.monaco-button', { hasText: 'Save here' });
    // Only what is listed tells that the dialog has taken the folder in; a click before that is for nothing.
    await workbench.quickPickItem('earlier').waitFor();
    assert.equal(await workbench.quickInputBox.inputValue(), `${folder}/`);
    await workbench.screenshot('list-save', saveHere);
    await workbench.clickUntilGone(saveHere);
    await workbench.answerNotification(/Saved 3 items to .*saved/, 'Reveal in folder');
    await workbench.page
      .locator('.explorer-folders-view .monaco-list-row.selected[aria-label^="saved"]')
      .waitFor();
    await workbench.openContainer('Picklepost');
    const saved = ['sample 257.csv', 'sample 258.csv', 'sample 259.csv'];
    assert.deepEqual(fs.readdirSync(folder).sort(), ['earlier', ...saved]);
    await workbench.clearToasts();
  });

  it('can be used with the keyboard alone: filter, select, delete', async () => {
    const { page } = workbench;
    await workbench.runCommand('Picklepost: Focus on Received View');
    await page.keyboard.press('Home');
    await page.keyboard.press('Control+k');
    await page.keyboard.press('Shift+F');
    await workbench.answer('sample 25', 'Filter received items');
    await view.pane.getByText(/Filter "sample 25": 11 of 260/).waitFor();
    await workbench.runCommand('Picklepost: Focus on Received View');
    await page.keyboard.press('Home');
    await page.keyboard.press('ControlOrMeta+a');
    await view.pane.locator('.monaco-list-row.selected').nth(10).waitFor();
    await page.keyboard.press('Delete');
    await workbench.dialog.getByText('Delete 11 items?').waitFor();
    await workbench.screenshot('list-delete');
    await page.keyboard.press('Enter');
    await view.pane.getByText('No item contains "sample 25".').waitFor();
    await workbench.runCommand('Picklepost: Clear filter');
    await view.row('sample 249.csv');
    assert.ok(!(await view.labels()).some((label) => label.startsWith('sample 25')));
    assert.deepEqual(workbench.pageErrors, []);
  });
});
