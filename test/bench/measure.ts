const RUNS = 5;

/** Seconds that the work takes: the median of five runs, after one that does not count. */
export async function medianSeconds(work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let run = -1; run < RUNS; run++) {
    const seconds = await secondsOf(work);
    if (run >= 0) times.push(seconds);
  }
  return median(times);
}

export async function secondsOf(work: () => unknown): Promise<number> {
  globalThis.gc?.();
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

export function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
}

export function milliseconds(seconds: number): string {
  return `${(seconds * 1000).toFixed(seconds < 0.01 ? 1 : 0)} ms`;
}

/** Megabytes (10⁶ bytes) in a second. */
export function rate(bytes: number, seconds: number): string {
  return `${(bytes / 1e6 / seconds).toFixed(0)} MB/s`;
}

export function ratio(a: number, b: number): string {
  return (a / b).toFixed(2);
}

/** Tells a row as soon as it is known: a benchmark of many minutes that is ended has not been for nothing. @returns the row */
export function told(row: readonly string[]): readonly string[] {
  process.stderr.write(`${row.join(' | ')}\n`);
  return row;
}
