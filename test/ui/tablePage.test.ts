import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
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

/** A color for each variable of VS Code that the grid takes, some of them transparent. */
const COLORS = [
  'editor-background: #1f1f1f',
  'editor-foreground: #cccccc',
  'editor-font-family: monospace',
  'editor-font-size: 14px',
  'editorWidget-background: #252526',
  'editorWidget-border: #454545',
  'editorIndentGuide-background1: #404040',
  'keybindingTable-rowsBackground: #cccccc0a',
  'keybindingTable-headerBackground: #cccccc0a',
  'descriptionForeground: #9d9d9d',
  'disabledForeground: #cccccc80',
  'debugTokenExpression-number: #b5cea8',
  'debugTokenExpression-boolean: #4e94ce',
  'debugTokenExpression-name: #c586c0',
  'textBlockQuote-background: #2b2b2b',
  'editor-selectionBackground: #264f7880',
  'focusBorder: #0078d4',
]
  .map((one) => `--vscode-${one};`)
  .join(' ');

/** Holds back what the page does after a rest, then scrolls fast. The host of the page answers sooner. */
const PASS_BY = `(() => {
  const start = globalThis.setTimeout;
  globalThis.setTimeout = (then, delay) => (delay > 50 ? (globalThis.rest = then) : start(then, delay));
  const turn = (deltaY) =>
    document.querySelector('.grid').dispatchEvent(new WheelEvent('wheel', { deltaY, bubbles: true, cancelable: true }));
  turn(400_000);
  requestAnimationFrame(() => turn(-399_880));
})()`;

/** The share of pixels whose colors differ. */
const COMPARE = `async (...pictures) => {
  const [some, others] = await Promise.all(pictures.map(async (picture) => {
    const image = new Image();
    image.src = 'data:image/png;base64,' + picture;
    await image.decode();
    const pen = new OffscreenCanvas(image.width, image.height).getContext('2d');
    pen.drawImage(image, 0, 0);
    return pen.getImageData(0, 0, image.width, image.height).data;
  }));
  let different = 0;
  for (let at = 0; at < some.length; at += 4)
    if ([0, 1, 2].some((part) => Math.abs(some[at + part] - others[at + part]) > 3)) different++;
  return (4 * different) / some.length;
}`;

describe('the page of a table, in a browser alone', () => {
  let browser: Browser;
  let page: Page;
  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());
  afterEach(() => page.close());
  beforeEach(() => openPage());

  async function openPage(screen: BrowserContextOptions = {}): Promise<void> {
    page = await browser.newPage({ viewport: { width: 1000, height: 700 }, ...screen });
    const style = readFileSync('dist/dataView.css', 'utf8');
    await page.setContent(
      `<style>:root { ${COLORS} } ${style}</style><div id="modes"></div><div id="axes"></div><div id="problem"></div><main id="content"></main>`,
    );
    await page.addScriptTag({ path: 'test/ui/tableHost.cjs' });
    await page.addScriptTag({ path: 'dist/dataView.js' });
    await page.locator('[role=gridcell]').first().waitFor();
    await isWhole();
  }

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

  const screens: BrowserContextOptions[] = [
    {},
    { deviceScaleFactor: 2 },
    { forcedColors: 'active', colorScheme: 'dark' },
  ];
  for (const screen of screens)
    it(`shows rows that pass as it shows them when they have stopped: ${JSON.stringify(screen)}`, async () => {
      await page.close();
      await openPage(screen);
      await page.locator('[role=gridcell]').nth(61).click();
      await page.keyboard.press('Shift+ArrowDown');
      await page.keyboard.press('Shift+ArrowRight');
      await page.evaluate(PASS_BY);
      await page.waitForSelector('.passing:not([hidden])');
      await page.waitForFunction(
        `document.querySelector('.grid').ariaBusy === 'false' && document.querySelector('.grid').scrollTop < 100`,
      );
      const grid = page.getByRole('grid');
      const passing = await grid.screenshot();
      assert.notEqual((await page.evaluate<Rows>(LOOK)).first, 7, 'elements are filled while rows pass');
      await page.evaluate('rest()');
      await page.waitForSelector('.passing', { state: 'hidden' });
      assert.equal((await isWhole()).first, 7);
      const pictures = [passing, await grid.screenshot()].map((one) => one.toString('base64'));
      const different = await page.evaluate<number>(`(${COMPARE})(...${JSON.stringify(pictures)})`);
      assert.ok(different < 0.001, `${String(100 * different)} % of the pixels differ`);
    });

  it('selects the cell that is seen where one clicks, also if rows have been scrolled since they were drawn', async () => {
    const seen = await page.evaluate<number>(`(() => {
      const grid = document.querySelector('.grid');
      const { left, bottom } = document.querySelector('.head').getBoundingClientRect();
      grid.dispatchEvent(new WheelEvent('wheel', { deltaY: 300, bubbles: true, cancelable: true }));
      const at = { clientX: left + 150, clientY: bottom + 5 };
      const [cell] = document.elementsFromPoint(at.clientX, at.clientY).filter((one) => one.role === 'gridcell');
      const row = Number(cell.parentElement.getAttribute('aria-rowindex')) - 2;
      cell.dispatchEvent(new PointerEvent('pointerdown', { ...at, button: 0, bubbles: true }));
      return row;
    })()`);
    const active = page.locator('.cell.active');
    assert.match(await active.innerText(), new RegExp(`^${String(seen)}\\.`));
  });

  it('names no focused cell for screen readers while it is not visible', async () => {
    await page.locator('[role=gridcell]').first().click();
    const grid = page.getByRole('grid');
    assert.equal(await grid.getAttribute('aria-activedescendant'), 'cell-0-0');
    await turnWheel(100_000);
    await page.waitForFunction(`(${LOOK}).first > 1000`);
    assert.equal(await grid.getAttribute('aria-activedescendant'), null);
  });

  it('has rows disappear below the header, whose color is transparent in most themes', async () => {
    const head = page.locator('.head');
    const before = await head.screenshot();
    await turnWheel(135);
    await page.waitForFunction(`(${LOOK}).first === 8`);
    await isWhole();
    assert.ok(before.equals(await head.screenshot()));
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
