import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import { pickleCodec } from '../../src/core/codecs/pickle/codec';
import { Dict, type Value } from '../../src/core/values/value';
import { Workbench } from './workbench';

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

/** A wave, as a list of equally long lists. */
function waves(): Uint8Array {
  const rows = Array.from({ length: 120 }, (_, y) =>
    Array.from(
      { length: 160 },
      (_, x) => Math.sin(x / 12) * Math.cos(y / 9) + Math.exp(-((x - 80) ** 2 + (y - 60) ** 2) / 600),
    ),
  );
  return pickleCodec.encode(rows, { nestingDepth: 100 });
}

describe('the view of tables, pictures and plots', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open({ files: { 'readings.pkl': readings(), 'waves.pkl': waves() } });
  });
  after(() => workbench.close());
  beforeEach(() => workbench.runCommand('View: Close All Editors'));

  function page(): FrameLocator {
    return workbench.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  }

  /** Opens the value of a file as a table, by the menu of its row. */
  async function openTable(name: string): Promise<void> {
    await workbench.openFile(name);
    const row = page().getByRole('treeitem').first();
    await row.waitFor();
    await workbench.chooseFromMenu(row.locator('.line').first(), 'Open as table');
    await page().getByRole('grid').waitFor();
  }

  function cell(row: number, column: number) {
    return page().locator(`#cell-${row}-${column}`);
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

  it('is moved through by keys, to the last row, and copies a range', async () => {
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
    const find = page().getByRole('textbox', { name: 'Find' });
    await find.fill('jar 01234');
    await find.press('Enter');
    await cell(1234, 0).waitFor();
  });

  it('shows numbers as a heat map, with the value under the pointer', async () => {
    await openTable('waves.pkl');
    await page().getByRole('button', { name: 'Picture' }).click();
    await page().locator('canvas').hover();
    await page()
      .getByText(/^\[\d+, \d+\] = /)
      .waitFor();
    await workbench.screenshotInThemes('heatmap', page().locator('canvas'));
  });

  it('plots a column as a line and as a histogram', async () => {
    await openTable('readings.pkl');
    await page().getByRole('button', { name: 'Plot' }).click();
    await page().getByLabel('Vertical').selectOption('sourness');
    await workbench.screenshotInThemes('line', page().locator('.uplot canvas'));
    await page().getByLabel('Plot').selectOption('Histogram');
    await workbench.screenshotInThemes('histogram', page().locator('.uplot canvas'));
  });

  async function expectClipboard(text: string): Promise<void> {
    const deadline = Date.now() + 10_000;
    let found: unknown;
    while (found !== text && Date.now() < deadline)
      found = await workbench.page.evaluate<unknown>('navigator.clipboard.readText()');
    assert.equal(found, text);
  }
});
