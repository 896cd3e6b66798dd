import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { pickleCodec } from '../../src/core/codecs/pickle/codec';
import { Dict, type Value } from '../../src/core/values/value';
import { projectRoot } from '../harness/setup';
import { sendNative } from './sending';
import { useSharedWindow } from './sharedWindow';
import type { Workbench } from './workbench';

const ROWS = 20_000;

/** A table as a dictionary of columns: numbers, text, booleans, and cells that are missing. */
function readings(): Uint8Array {
  const column = (make: (row: number) => Value): Value[] =>
    Array.from({ length: ROWS }, (_, row) => make(row));
  const table = Dict.from([
    ['jar', column((row) => `jar ${String(row).padStart(5, '0')}`)],
    ['volume', column((row) => (row % 7 === 3 ? null : ((row * 37) % 1000) / 100))],
    ['sourness', column((row) => (row % 11 === 5 ? NaN : Math.sin(row / 900) * 40))],
    ['kind', column((row) => ['dill', 'sour', 'kosher'][row % 3] ?? '')],
    ['sealed', column((row) => row % 4 !== 0)],
    ['batch', column((row) => BigInt(row))],
  ]);
  return pickleCodec.encode(table, { nestingDepth: 100 });
}

/** An array of more rows than an element of a page can be high. */
function longArray(): Uint8Array {
  const [rows, columns] = [400_000, 2];
  const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  const start = Buffer.from(`\x93NUMPY\x01\0v\0${header.padEnd(117)}\n`, 'latin1');
  return Buffer.concat([start, Buffer.alloc(rows * columns, 7)]);
}

/** A file of test/ui/samples, which make.py there has made. */
function sample(name: string): Buffer {
  return fs.readFileSync(path.join(projectRoot, 'test/ui/samples', name));
}

const SAMPLES = ['monday.pkl', 'tuesday.pkl', 'model.pkl', 'jar.pkl', 'frames.npy', 'waves.npy'];

describe('the view of tables, pictures and plots', () => {
  let workbench: Workbench;
  let port: number;

  const files = {
    'readings.pkl': readings(),
    'long.npy': longArray(),
    'state.pt': fs.readFileSync(path.join(projectRoot, 'test/vectors/files/state.pt')),
    ...Object.fromEntries(SAMPLES.map((name) => [name, sample(name)])),
  };
  useSharedWindow({ files }, (window) => {
    ({ workbench, port } = window);
  });
  beforeEach(() => workbench.closeEditors());

  function page(): FrameLocator {
    return workbench.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  }

  /** Opens the value of a file by the menu of its row. */
  async function openData(name: string): Promise<void> {
    await workbench.openFile(name);
    const row = page().getByRole('treeitem').first();
    await row.waitFor();
    await workbench.chooseFromMenu(row.locator('.line').first(), 'Open as table');
  }

  async function openTable(name: string): Promise<void> {
    await openData(name);
    await page().getByRole('grid').waitFor();
  }

  /** A cell of a table whose rows have one label. */
  function cell(row: number, column: number) {
    return page().locator(`.row[aria-rowindex="${row + 2}"] .cell[aria-colindex="${column + 2}"]`);
  }

  it('shows a table that is sorted, filtered and described', async () => {
    await openTable('readings.pkl');
    const grid = page().getByRole('grid');
    assert.equal(await grid.getAttribute('aria-rowcount'), String(ROWS + 1));
    assert.equal(await grid.getAttribute('aria-colcount'), '7');
    await cell(0, 0).filter({ hasText: 'jar 00000' }).waitFor();
    await cell(3, 1).filter({ hasText: 'None' }).waitFor();
    await cell(5, 2).filter({ hasText: 'nan' }).waitFor();
    await page().locator('[data-column="1"] .name').click();
    await cell(0, 1).filter({ hasText: '0.0' }).waitFor();
    await page().locator('[data-column="1"] .name').click();
    await cell(0, 1).filter({ hasText: '9.99' }).waitFor();
    await cell(0, 2).click();
    await workbench.page.keyboard.press('Enter');
    await page().getByText('Standard deviation').waitFor();
    await page().locator('.panel .field').fill('> 30');
    await page().locator('.panel .field').press('Enter');
    await page().locator('.chip', { hasText: 'sourness: > 30' }).waitFor();
    await page().locator('.bars').waitFor();
    await workbench.screenshotInThemes('table', cell(5, 1));
  });

  it('keeps its state when it is hidden and shown again', async () => {
    await openTable('readings.pkl');
    await page().locator('[data-column="1"] .name').click();
    await cell(0, 1).filter({ hasText: '0.0' }).waitFor();
    await page().getByRole('textbox', { name: 'Go to row' }).fill('15000 batch');
    await page().getByRole('textbox', { name: 'Go to row' }).press('Enter');
    const text = await cell(15_000, 5).filter({ hasNotText: '…' }).innerText();
    await workbench.openFile('model.pkl');
    await page().getByRole('treeitem').first().waitFor();
    await workbench.tab(/readings\.pkl/).waitFor();
    await workbench.page.locator('.part.editor .tab', { hasText: 'readings.pkl' }).last().click();
    await cell(15_000, 5).filter({ hasText: text }).waitFor();
    assert.equal(await page().locator('[data-column="1"]').getAttribute('aria-sort'), 'ascending');
  });

  it('can be navigated with the keyboard to the last row, and copies a range', async () => {
    await openTable('readings.pkl');
    await cell(0, 0).click();
    await workbench.page.keyboard.press('Control+End');
    await cell(ROWS - 1, 5)
      .filter({ hasText: String(ROWS - 1) })
      .waitFor();
    assert.equal(await page().getByRole('grid').getAttribute('aria-activedescendant'), `cell-${ROWS - 1}-5`);
    await workbench.page.keyboard.press('Shift+ArrowUp');
    await workbench.page.keyboard.press('Control+C');
    await expectClipboard(`${ROWS - 2}\n${ROWS - 1}`);
    await page().getByRole('button', { name: 'Copy' }).click();
    await page().getByRole('menuitem', { name: 'As Markdown' }).click();
    await expectClipboard(`| batch |\n| --: |\n| ${ROWS - 2} |\n| ${ROWS - 1} |`);
    const find = page().getByRole('textbox', { name: 'Find' });
    await find.fill('jar 01234');
    await find.press('Enter');
    await cell(1234, 0).waitFor();
  });

  it('moves by each turn of the wheel, also if the scroll bar stands for a share of the rows', async () => {
    await openTable('long.npy');
    await cell(0, 0).filter({ hasText: '7' }).waitFor();
    const [turns, pixels] = [12, 100];
    const reached: unknown = await page().getByRole('grid').evaluate(`(async () => {
        const grid = document.querySelector('.grid');
        const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
        for (let turn = 0; turn < ${turns}; turn++) {
          await nextFrame();
          grid.dispatchEvent(new WheelEvent('wheel', { deltaY: ${pixels}, bubbles: true, cancelable: true }));
        }
        // A scroll event of the last turn comes in the frame after it.
        for (let frames = 0; frames < 3; frames++) await nextFrame();
        const first = [...grid.querySelectorAll('.body .row')]
          .filter((row) => row.getBoundingClientRect().top <= grid.querySelector('.head').getBoundingClientRect().bottom)
          .map((row) => Number(row.ariaRowIndex) - 2);
        return [Math.max(...first), grid.querySelector('.body .row').offsetHeight];
      })()`);
    const [row, height] = reached as [number, number];
    assert.equal(row, Math.floor((turns * pixels) / height));
  });

  it('shows numbers as a heat map, with the value under the pointer, and saves them', async () => {
    await openTable('waves.npy');
    await page().getByRole('button', { name: 'Picture' }).click();
    await page().locator('canvas').hover();
    await page()
      .getByText(/^\[\d+, \d+\] = /)
      .waitFor();
    await workbench.screenshotInThemes('heatmap', page().locator('canvas'));
    await page().getByRole('button', { name: 'Save' }).click();
    await page().getByRole('menuitem', { name: 'As .npy' }).click();
    await saveAs('copy.npy');
    await waitForFile('copy.npy', (copy) => copy.equals(sample('waves.npy')));
    await page().getByRole('button', { name: 'Save' }).click();
    await page().getByRole('menuitem', { name: 'As PNG' }).click();
    await saveAs('waves.png');
    await waitForFile('waves.png', (png) => png.subarray(1, 4).toString() === 'PNG');
  });

  it('shows an array of four dimensions by two chosen dimensions and indices for the others', async () => {
    await openTable('frames.npy');
    await page().getByLabel('Axis 0').fill('2');
    await page().getByLabel('Axis 0').press('Enter');
    await page().getByLabel('Vertical').selectOption('1');
    await page().getByLabel('Horizontal').selectOption('2');
    await page().locator('[data-column="44"]').or(page().locator('[data-column="10"]')).first().waitFor();
    await workbench.screenshotInThemes('dimensions', cell(3, 3));
    await page().getByRole('button', { name: 'Picture' }).click();
    assert.equal(await page().getByLabel('Channels').inputValue(), '3');
    assert.equal(await page().getByLabel('Axis 0').inputValue(), '2');
    await page().locator('canvas').hover();
    await page()
      .getByText(/^\[\d+, \d+\] = \d+, \d+, \d+$/)
      .waitFor();
    await page().getByLabel('Channels').selectOption('None');
    await page().getByLabel('Axis 3').waitFor();
    await page()
      .getByText(/^\[\d+, \d+\] = \d+$/)
      .or(page().getByText('45 × 30'))
      .first()
      .waitFor();
  });

  it('shows a picture', async () => {
    await openData('jar.pkl');
    await page().locator('canvas').waitFor();
    await workbench.screenshotInThemes('picture', page().locator('canvas'));
  });

  it('plots a column as a line, over time, as points and as a histogram', async () => {
    await openTable('monday.pkl');
    await page().getByRole('button', { name: 'Plot' }).click();
    await page().getByLabel('Vertical').selectOption('temperature');
    assert.equal(await page().getByLabel('Horizontal').locator('option:checked').innerText(), 'measured');
    await workbench.screenshotInThemes('line', page().locator('.uplot canvas'));
    await page().getByRole('combobox', { name: /^Plot/ }).selectOption('Histogram');
    await workbench.screenshotInThemes('histogram', page().locator('.uplot canvas'));
    await page().getByRole('combobox', { name: /^Plot/ }).selectOption('Points');
    await page().getByLabel('Horizontal').selectOption('rain');
    await workbench.readableScreenshot('points', page().locator('.uplot canvas'));
  });

  it('compares two frames, cell by cell and as text', async () => {
    await workbench.openContainer('Explorer');
    await workbench.selectFiles('monday.pkl', 'tuesday.pkl');
    await workbench.chooseFromMenu(workbench.file('tuesday.pkl'), 'Compare values');
    await workbench.tab('monday.pkl ↔ tuesday.pkl').waitFor();
    await page().getByText('Rows added: 1').waitFor();
    await page().getByText('Rows removed: 2').waitFor();
    await page().getByText('Columns added: checked').waitFor();
    await page().getByText('valid: bool → int64').waitFor();
    await page().getByLabel('Tolerance', { exact: true }).fill('0.001');
    await page().getByLabel('Tolerance', { exact: true }).press('Enter');
    await page().getByText('Changed cells: 3, in rows: 2').waitFor();
    await page().getByRole('grid').focus();
    await workbench.page.keyboard.press('F7');
    await page().locator('.cell.active.changed').waitFor();
    assert.deepEqual(
      await page()
        .getByRole('rowheader', { name: /S00[78]/ })
        .allInnerTexts(),
      ['S007', '− S008'],
    );
    await workbench.screenshotInThemes('compared', page().locator('.cell.active'));
    await page().getByLabel('Only differences').check();
    await page().getByRole('button', { name: 'Compare as text' }).click();
    await workbench.page.locator('.line-delete').first().waitFor();
    await workbench.screenshot('compared-text');
  });

  it('compares values inside of files and received items', async () => {
    const send = (name: string) =>
      sendNative(port, { kind: 'dictionary', format: 'binary', name, bytes: sample(name) });
    await send('order.pkl');
    await send('tuesday.pkl');
    await workbench.clearToasts();
    await workbench.openFile('monday.pkl');
    const row = page().getByRole('treeitem').first();
    await row.waitFor();
    await workbench.selectForCompare(row.locator('.line').first());
    await workbench.openContainer('Picklepost');
    const view = workbench.view('Received');
    await view.chooseFromMenu(['order.pkl', 'stock'], 'Compare with selected');
    await page().getByText('Rows removed: 235').waitFor();
    await view.expand('order.pkl');
    await workbench.setSideBarWidth(460);
    const total = await view.row('order.pkl', 'total');
    assert.match((await total.getAttribute('aria-label')) ?? '', /total, Decimal, 1234\.50/);
    await workbench.screenshotInThemes('sidebar', total);
    await workbench.setSideBarWidth(300);
    await view.chooseFromMenu(['order.pkl', 'total'], 'Show as stored');
    await view.row('order.pkl', 'total', 'args');
    await view.chooseFromMenu(['order.pkl', 'total'], 'Show as recognized');
  });

  it('switches a value to its stored call and back, and lists tensors and fitted attributes', async () => {
    await workbench.openFile('model.pkl');
    const row = page().getByRole('treeitem').first();
    await row.filter({ hasText: 'fitted with scikit-learn' }).waitFor();
    assert.match((await row.getAttribute('aria-label')) ?? '', /^data, LinearRegression, fitted/);
    await workbench.screenshotInThemes('estimator', row);
    await workbench.chooseFromMenu(row.locator('.line').first(), 'Show as stored');
    await page()
      .getByRole('treeitem', { name: /^state/ })
      .waitFor();
    await workbench.chooseFromMenu(row.locator('.line').first(), 'Show as recognized');
    await page().getByRole('treeitem', { name: /coef_/ }).waitFor();
    await workbench.openFile('state.pt');
    await page()
      .getByText(/parameters: /)
      .waitFor();
    await workbench.screenshotInThemes('checkpoint', page().getByRole('treeitem').first());
  });

  /** The dialog lists only files of the same kind, of which there may be none. */
  async function saveAs(name: string): Promise<void> {
    await workbench.quickInput.locator('.monaco-list-row[aria-label^=".."]').waitFor();
    await workbench.quickInputBox.fill(path.join(workbench.folder, name));
    await workbench.quickInput.locator('a, button').filter({ hasText: /^OK$/ }).click();
    await workbench.quickInput.waitFor({ state: 'hidden' });
  }

  async function waitForFile(name: string, isRight: (content: Buffer) => boolean): Promise<void> {
    const file = path.join(workbench.folder, name);
    const deadline = Date.now() + 10_000;
    while (Date.now() < deadline)
      if (fs.existsSync(file) && isRight(fs.readFileSync(file))) return;
      else await new Promise((resolve) => setTimeout(resolve, 50));
    assert.fail(`${name} was not saved as it should be`);
  }

  async function expectClipboard(text: string): Promise<void> {
    const deadline = Date.now() + 10_000;
    let found: unknown;
    while (found !== text && Date.now() < deadline)
      found = await workbench.page.evaluate<unknown>('navigator.clipboard.readText()');
    assert.equal(found, text);
  }
});
