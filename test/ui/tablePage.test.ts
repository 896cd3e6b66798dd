import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../harness/browser';

/** Descriptions of the rows in the page, from top to bottom. */
interface Rows {
  /** `aria-rowindex` of the first and the last one. */
  readonly first: number;
  readonly last: number;
  /** Cells and labels that do not say what belongs there or are not under their header, and rows that are not below the one before. */
  readonly wrong: readonly string[];
  /** Whether the cell that has the focus is in the page. */
  readonly hasActive: boolean;
}

const LOOK = `(() => {
  const wrong = [];
  let above = -Infinity;
  const rows = [...document.querySelectorAll('.body .row')];
  const leftOf = (one) => Math.round(one.getBoundingClientRect().left);
  const lefts = new Map([...document.querySelectorAll('.header')].map((one) => [one.ariaColIndex, leftOf(one)]));
  const indexOf = (row) => Number(row.getAttribute('aria-rowindex'));
  for (const row of rows) {
    const [number, { top }] = [indexOf(row) - 2, row.getBoundingClientRect()];
    if (top <= above) wrong.push('row ' + number + ' is not below the one before');
    above = top;
    if (row.querySelector('[role=rowheader]').textContent !== String(number)) wrong.push('label of ' + number);
    for (const cell of row.querySelectorAll('[role=gridcell]:not([hidden])')) {
      const column = Number(cell.getAttribute('aria-colindex')) - 2;
      if (leftOf(cell) !== lefts.get(cell.ariaColIndex)) wrong.push(number + '.' + column + ' is not under its header');
      if (cell.textContent !== number + '.' + column) wrong.push(number + '.' + column + ' is ' + cell.textContent);
    }
  }
  const active = document.querySelector('[role=grid]').getAttribute('aria-activedescendant');
  return { first: indexOf(rows[0]), last: indexOf(rows.at(-1)), wrong, hasActive: document.getElementById(active) !== null };
})()`;

describe('the page of a table, in a browser alone', () => {
  let browser: Browser;
  let page: Page;
  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());
  afterEach(() => page.close());
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1000, height: 700 } });
    const style = readFileSync('dist/dataView.css', 'utf8');
    await page.setContent(
      `<style>${style}</style><div id="modes"></div><div id="axes"></div><div id="problem"></div><main id="content"></main>`,
    );
    await page.addScriptTag({ path: 'test/ui/tableHost.cjs' });
    await page.addScriptTag({ path: 'dist/dataView.js' });
    await page.locator('[role=gridcell]').first().waitFor();
    await isWhole();
  });

  /** Waits until each cell has its content. */
  async function isWhole(): Promise<Rows> {
    await page.waitForFunction(`(${LOOK}).wrong.length === 0`);
    return page.evaluate<Rows>(LOOK);
  }

  const turnWheel = (pixels: number): Promise<unknown> =>
    page.evaluate(
      `document.querySelector('.grid').dispatchEvent(new WheelEvent('wheel', { deltaY: ${String(pixels)}, bubbles: true, cancelable: true }))`,
    );

  it('has each cell in its place, however it is scrolled', async () => {
    let { first } = await isWhole();
    for (const pixels of [400, 400, -130, 5_000, 2_000_000, -200]) {
      await turnWheel(pixels);
      await page.waitForFunction(`(${LOOK}).first !== ${String(first)}`);
      ({ first } = await isWhole());
    }
    await page.evaluate(`document.querySelector('.grid').scrollTop = 4_000_000`);
    await page.waitForFunction(`(${LOOK}).first > 400_000`);
    await isWhole();
  });

  it('keeps the focused cell in the page, and announces its position', async () => {
    await page.locator('[role=gridcell]').first().click();
    for (const key of ['Control+End', 'ArrowUp', 'Control+Home', 'PageDown', 'End', 'ArrowDown']) {
      await page.keyboard.press(key);
      const { hasActive } = await isWhole();
      assert.ok(hasActive, key);
    }
    const grid = page.getByRole('grid');
    assert.equal(await grid.getAttribute('aria-rowcount'), '1000001');
    assert.equal(await grid.getAttribute('aria-colcount'), '11');
  });

  it('can be used at a zoom of 200 %, which leaves half the size, up to the last cell', async () => {
    await page.setViewportSize({ width: 500, height: 350 });
    await page.locator('[role=gridcell]').first().click();
    await page.keyboard.press('Control+End');
    await page.waitForFunction(`(${LOOK}).last === 1_000_001`);
    const { hasActive } = await isWhole();
    assert.ok(hasActive);
  });
});
