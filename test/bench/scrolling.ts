import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { contiguousStrides, type NdArray } from '../../src/core/arrays/ndArray';
import { encodeNpy } from '../../src/core/data/npy';
import { finish } from '../../src/core/data/steps';
import { Workbench } from '../ui/workbench';
import { HostProbe, PROBE, type HostFigures } from './hostProbe';
import type { Section } from './main';

const ROWS = 1_000_000;
const COLUMNS = 10;
const SECONDS = 10;
/** Pixels that the list moves in each frame: more than a screen in three of them. */
const PIXELS = 400;
const PYTHON = '/usr/bin/python3';

/** The array as text, as far as the text editor takes it. */
const TEXT = 'array.csv';
const TEXT_ROWS = 40_000;
const IN_TEXT_EDITOR = 'the same numbers as text, in the text editor';

/** Runs in the page, as the next frame must not wait for a message. {@link Scrolled} is what it returns. */
function eachFrame(code: {
  setUp: string;
  isWhole: string;
  move: string;
  isAtRest: string;
  row: string;
}): string {
  return `(async () => {
    ${code.setUp}
    const gaps = [];
    let [whole, last] = [0, 0];
    const end = performance.now() + ${String(SECONDS * 1000)};
    for (let now = 0; now < end; ) {
      now = await new Promise((resolve) => requestAnimationFrame(resolve));
      if (last > 0) gaps.push(now - last);
      last = now;
      if (${code.isWhole}) whole++;
      ${code.move}
    }
    gaps.sort((a, b) => a - b);
    while (!(${code.isAtRest})) await new Promise((resolve) => requestAnimationFrame(resolve));
    return { gaps, whole, rows: ${code.row} };
  })()`;
}

function turnWheel(pixels: number): string {
  return `root.dispatchEvent(new WheelEvent('wheel', { deltaY: ${String(pixels)}, bubbles: true, cancelable: true }));`;
}

const SCROLL_GRID = eachFrame({
  setUp: `const root = document.querySelector('.grid');
    const passing = root.querySelector('.passing');`,
  isWhole: `root.ariaBusy === 'false'`,
  move: turnWheel(PIXELS),
  isAtRest: 'passing.hidden',
  row: `Number(root.querySelector('.body .row').ariaRowIndex)`,
});

/** The text editor moves by 50 pixels where a wheel reports 120 upwards. */
const SCROLL_TEXT = eachFrame({
  setUp: `const root = document.querySelector('.monaco-editor .editor-scrollable');
    const numbers = document.getElementsByClassName('line-numbers');`,
  isWhole: 'true',
  move: turnWheel((-PIXELS * 120) / 50),
  isAtRest: 'true',
  row: 'Math.max(...Array.from(numbers, (number) => Number(number.textContent)))',
});

const CHANGE_NUMBER = eachFrame({
  setUp: `const number = document.createElement('p');
    document.body.replaceChildren(number);`,
  isWhole: 'true',
  move: 'number.textContent = String(now);',
  isAtRest: 'true',
  row: '0',
});

/** The script that makes a frame: numbers, texts and dates. */
const MAKE_FRAME = `
import sys, numpy, pandas
rows = numpy.arange(${ROWS})
frame = pandas.DataFrame({f"n{i}": numpy.sin(rows * (i + 1) / 1000) for i in range(6)})
frame["count"] = rows * 7 % 1000
frame["valid"] = rows % 3 == 0
frame["when"] = pandas.Timestamp("2026-01-01") + pandas.to_timedelta(rows, "s")
frame["name"] = "jar " + pandas.Series(rows % 5000).astype(str)
frame.to_pickle(sys.argv[1], protocol=4)
`;

/** The page's figures of ten seconds of scrolling. */
interface Scrolled {
  /** Milliseconds between frames, ascending. */
  readonly gaps: readonly number[];
  /** The number of frames in which every cell had its content. */
  readonly whole: number;
  readonly rows: number;
}

interface Measured {
  readonly name: string;
  readonly scrolled: Scrolled;
  readonly host: HostFigures;
}

/** Scrolling through a million rows at full speed, in a real VS Code, beside its text editor and a page with one number. */
export async function benchScrolling(): Promise<Section> {
  if (existsSync('/dev/shm')) process.env.TMPDIR = '/dev/shm';
  const directory = mkdtempSync(path.join(tmpdir(), 'picklepost-bench-'));
  const measured: Measured[] = [];
  try {
    const files = makeFiles(directory);
    const probe = new HostProbe(directory);
    const workbench = await Workbench.open({ files: { ...files, [TEXT]: makeText() }, alongside: [PROBE] });
    for (const name of Object.keys(files)) {
      const grid = await openTable(workbench, name);
      measured.push(await measure(name, probe, grid, SCROLL_GRID));
    }
    const editor = await openText(workbench);
    measured.push(await measure(IN_TEXT_EDITOR, probe, editor, SCROLL_TEXT));
    const grid = await openTable(workbench, 'array.npy');
    measured.push(await measure('a page in which one number changes', probe, grid, CHANGE_NUMBER));
  } finally {
    await Workbench.closeAll();
    rmSync(directory, { recursive: true });
  }
  return {
    title: 'Scrolling a table',
    method: `A table of ${ROWS.toLocaleString('en')} rows and ${COLUMNS} columns in a real VS Code with the packaged extension, moved by ${PIXELS} pixels in each frame for ${SECONDS} seconds: a frame of pandas (numbers, texts, dates) where Debian's python3-pandas is installed, and an array of float64. Beside them, the first ${TEXT_ROWS.toLocaleString('en')} rows of the array as CSV in VS Code's text editor, which refuses files of more than 10 MB, moved by as many pixels, and a page that does next to nothing. The time between frames is measured in the page, whose browser shows at most 60 per second; a frame is whole if each of its cells had its content. The delay of the event loop is measured in the extension host at the same time. One run.`,
    columns: [
      'file',
      'frames',
      'rows passed',
      'p50',
      'p99',
      'to the editor',
      'longest',
      'whole frames',
      'host p99',
      'host longest',
    ],
    rows: describe(measured),
  };
}

function makeFiles(directory: string): Record<string, Uint8Array> {
  const file = path.join(directory, 'frame.pkl');
  const { status } = spawnSync(PYTHON, ['-c', MAKE_FRAME, file]);
  const array = { 'array.npy': makeArray() };
  if (status !== 0) {
    console.warn(`\n!!! NOT MEASURED: ${PYTHON} has no pandas.\n`);
    return array;
  }
  const frame = readFileSync(file);
  rmSync(file);
  return { 'frame.pkl': frame, ...array };
}

/** The number in a cell of the array, counted row by row. */
function numberAt(place: number): number {
  return Math.sin(place / 100);
}

function makeText(): Uint8Array {
  const line = (row: number): string =>
    Array.from({ length: COLUMNS }, (_, column) => numberAt(row * COLUMNS + column)).join();
  return Buffer.from(Array.from({ length: TEXT_ROWS }, (_, row) => line(row)).join('\n'));
}

function makeArray(): Uint8Array {
  const numbers = Float64Array.from({ length: ROWS * COLUMNS }, (_, place) => numberAt(place));
  const shape = [ROWS, COLUMNS];
  const array: NdArray = {
    type: { name: 'float64', kind: 'float', size: 8, littleEndian: true },
    shape,
    strides: contiguousStrides(shape, 8),
    offset: 0,
    bytes: new Uint8Array(numbers.buffer),
  };
  return finish(encodeNpy(array, 2 ** 30));
}

async function openTable(workbench: Workbench, name: string): Promise<Locator> {
  await workbench.runCommand('View: Close All Editors');
  await workbench.openFile(name);
  const page = workbench.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  await page.getByRole('button', { name: 'Open as table' }).click({ timeout: 120_000 });
  const grid = page.getByRole('grid');
  await grid.locator('.cell:not(.loading)').first().waitFor({ timeout: 120_000 });
  return grid;
}

async function openText(workbench: Workbench): Promise<Locator> {
  await workbench.runCommand('View: Close All Editors');
  await workbench.openFile(TEXT);
  const editor = workbench.page.locator('.editor-instance .monaco-editor');
  await editor.locator('.view-line').first().waitFor({ timeout: 120_000 });
  return editor;
}

async function measure(name: string, probe: HostProbe, root: Locator, script: string): Promise<Measured> {
  await probe.figures();
  const scrolled: unknown = await root.evaluate(script);
  return { name, scrolled: scrolled as Scrolled, host: await probe.figures() };
}

function describe(measured: readonly Measured[]): string[][] {
  const editor = measured.find(({ name }) => name === IN_TEXT_EDITOR);
  return measured.map(({ name, scrolled, host: { late } }) => {
    const { gaps, whole, rows } = scrolled;
    const at = (share: number): string => `${gapAt(scrolled, share).toFixed(1)} ms`;
    return [
      name,
      String(gaps.length),
      rows.toLocaleString('en'),
      at(0.5),
      at(0.99),
      editor ? (gapAt(scrolled, 0.99) / gapAt(editor.scrolled, 0.99)).toFixed(2) : '',
      at(0.9999),
      `${((100 * whole) / (gaps.length + 1)).toFixed(0)} %`,
      `${late.p99.toFixed(1)} ms`,
      `${late.longest.toFixed(1)} ms`,
    ];
  });
}

function gapAt({ gaps }: Scrolled, share: number): number {
  return gaps[Math.floor(gaps.length * share)] ?? 0;
}
