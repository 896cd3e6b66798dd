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

/** What the page says of ten seconds of scrolling. */
interface Scrolled {
  /** Milliseconds between frames, ascending. */
  readonly gaps: readonly number[];
  /** Of all frames, those in which every cell had its content. */
  readonly whole: number;
  readonly rows: number;
}

/** Scrolling through a million rows at full speed, in a real VS Code. */
export async function benchScrolling(): Promise<Section> {
  if (existsSync('/dev/shm')) process.env.TMPDIR = '/dev/shm';
  const directory = mkdtempSync(path.join(tmpdir(), 'picklepost-bench-'));
  const rows: string[][] = [];
  try {
    const files = makeFiles(directory);
    const probe = new HostProbe(directory);
    const workbench = await Workbench.open({ files, alongside: [PROBE] });
    for (const name of Object.keys(files)) {
      const [scrolled, figures] = await scroll(workbench, probe, name);
      rows.push([name, ...describe(scrolled, figures)]);
    }
  } finally {
    await Workbench.closeAll();
    rmSync(directory, { recursive: true });
  }
  return {
    title: 'Scrolling a table',
    method: `A table of ${ROWS.toLocaleString('en')} rows and ${COLUMNS} columns in a real VS Code with the packaged extension, moved by ${PIXELS} pixels in each frame for ${SECONDS} seconds: a frame of pandas (numbers, texts, dates) where Debian's python3-pandas is installed, and an array of float64. The time between frames is measured in the page, whose browser shows at most 60 per second; a frame is whole if each of its cells had its content. The delay of the event loop is measured in the extension host at the same time. One run.`,
    columns: [
      'file',
      'frames',
      'rows passed',
      'p50',
      'p99',
      'longest',
      'whole frames',
      'host p99',
      'host longest',
    ],
    rows,
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

function makeArray(): Uint8Array {
  const numbers = Float64Array.from({ length: ROWS * COLUMNS }, (_, i) => Math.sin(i / 100));
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

async function scroll(
  workbench: Workbench,
  probe: HostProbe,
  name: string,
): Promise<[Scrolled, HostFigures]> {
  await workbench.runCommand('View: Close All Editors');
  await workbench.openFile(name);
  const page = workbench.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  await page.getByRole('button', { name: 'Open as table' }).click({ timeout: 120_000 });
  const grid = page.getByRole('grid');
  await grid.locator('.cell:not(.loading)').first().waitFor({ timeout: 120_000 });
  await probe.figures();
  const scrolled = await scrollFor(grid);
  return [scrolled, await probe.figures()];
}

/** Runs in the page, as the next frame must not wait for a message. */
async function scrollFor(grid: Locator): Promise<Scrolled> {
  const scrolled: unknown = await grid.evaluate(`(async () => {
    const root = document.querySelector('.grid');
    const loading = root.getElementsByClassName('loading');
    const isShown = (cell) => cell.closest('[hidden]') === null;
    const gaps = [];
    let [whole, last, first] = [0, 0, 0];
    const end = performance.now() + ${SECONDS * 1000};
    for (let now = 0; now < end; ) {
      now = await new Promise((resolve) => requestAnimationFrame(resolve));
      if (last > 0) gaps.push(now - last);
      last = now;
      if (loading.length === 0 || !Array.from(loading).some(isShown)) whole++;
      root.dispatchEvent(new WheelEvent('wheel', { deltaY: ${PIXELS}, bubbles: true, cancelable: true }));
    }
    const row = root.querySelector('.body .row');
    gaps.sort((a, b) => a - b);
    return { gaps, whole, rows: Number(row.ariaRowIndex) };
  })()`);
  return scrolled as Scrolled;
}

function describe({ gaps, whole, rows }: Scrolled, { late }: HostFigures): string[] {
  const at = (share: number): string => `${(gaps[Math.floor(gaps.length * share)] ?? 0).toFixed(1)} ms`;
  return [
    String(gaps.length),
    rows.toLocaleString('en'),
    at(0.5),
    at(0.99),
    at(0.9999),
    `${((100 * whole) / (gaps.length + 1)).toFixed(0)} %`,
    `${late.p99.toFixed(1)} ms`,
    `${late.longest.toFixed(1)} ms`,
  ];
}
