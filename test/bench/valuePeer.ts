import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AS_STORED } from '../../src/core/data/arrange';
import type { DataQuestion } from '../../src/core/data/questions';
import { finishWhile } from '../../src/worker/loadedValue';
import { ValueWorker } from '../../src/worker/valueWorker';

/** What a process of its own measured, for the benchmark "values". Memory in bytes. */
export interface PeerResult {
  readonly seconds: number;
  /** Resident with nothing open, and the most since then. */
  readonly base: number;
  readonly peak: number;
}

const FIRST_ROWS = { rows: { start: 0, count: 50 }, columns: { start: 0, count: 20 } };

/** The question whose answer is waited for. With `list`, the first entries of the tree are. */
const QUESTIONS: Readonly<Record<string, DataQuestion>> = {
  window: { name: 'window', view: { arrangement: AS_STORED }, ...FIRST_ROWS },
  sort: {
    name: 'window',
    view: { arrangement: { sort: [{ column: 0, descending: false }], filters: [] } },
    ...FIRST_ROWS,
  },
  statistics: { name: 'statistics', view: { arrangement: AS_STORED }, column: 0 },
};

const isWanted = (): boolean => true;

void main(process.argv.slice(2));

async function main([work = '', file = '', nothing = '']: readonly string[]): Promise<void> {
  const worker = new ValueWorker(path.resolve('dist/worker.js'), 1000);
  // The worker does not keep the process alive.
  const alive = setInterval(() => undefined, 60_000);
  // As in a window that has shown something before.
  (await worker.openFile(nothing, { beside: true })).dispose();
  const base = resident('VmRSS');
  forgetPeak();
  let start = performance.now();
  const value = await worker.openFile(file, { beside: true });
  const question = QUESTIONS[work];
  if (question === undefined) await value.ask('children', [], 0, 1000);
  else {
    if (work !== 'window') {
      await finishWhile(value.steps('look', [], { name: 'open' }), isWanted);
      start = performance.now();
    }
    await finishWhile(value.steps('look', [], question), isWanted);
  }
  const seconds = (performance.now() - start) / 1000;
  console.log(JSON.stringify({ seconds, base, peak: resident('VmHWM') } satisfies PeerResult));
  clearInterval(alive);
  worker.dispose();
}

/** A line of Linux' status of this process, in bytes; NaN elsewhere. */
function resident(name: string): number {
  try {
    const status = readFileSync('/proc/self/status', 'utf8');
    return 1024 * Number(new RegExp(`${name}:\\s*(\\d+)`).exec(status)?.[1]);
  } catch {
    return NaN;
  }
}

function forgetPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Then the peak is that of all the time.
  }
}
