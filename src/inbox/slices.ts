import { setImmediate } from 'node:timers/promises';

/** Milliseconds of work without a pause. */
const SLICE = 4;
/** Elements that are sorted, or merged, between two looks at the clock: less than 2 ms, also with a slow comparison. */
const RUN = 256;

/** Work on very many things that lets everything else of the process have its turn. */
export class Slices {
  private end = performance.now() + SLICE;

  /** Whether it is time to {@link pause}. */
  get isOver(): boolean {
    return performance.now() > this.end;
  }

  async pause(): Promise<void> {
    await setImmediate();
    this.end = performance.now() + SLICE;
  }
}

/** Calls `visit` with each of very many things, in order. */
export async function forEachInSlices<T>(things: Iterable<T>, visit: (thing: T) => void): Promise<void> {
  const slices = new Slices();
  for (const thing of things) {
    visit(thing);
    if (slices.isOver) await slices.pause();
  }
}

/** A sorted copy; what compares as equal stays in order. */
export async function sortInSlices<T>(
  things: readonly T[],
  compare: (a: T, b: T) => number,
): Promise<readonly T[]> {
  const slices = new Slices();
  let runs: T[][] = [];
  for (let at = 0; at < things.length; at += RUN) {
    runs.push(things.slice(at, at + RUN).sort(compare));
    if (slices.isOver) await slices.pause();
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let at = 0; at < runs.length; at += 2)
      merged.push(await merge(runs[at] ?? [], runs[at + 1] ?? [], compare, slices));
    runs = merged;
  }
  return runs[0] ?? [];
}

async function merge<T>(a: T[], b: T[], compare: (a: T, b: T) => number, slices: Slices): Promise<T[]> {
  const merged: T[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    merged.push(compare(b[j] as T, a[i] as T) < 0 ? (b[j++] as T) : (a[i++] as T));
    if (merged.length % RUN === 0 && slices.isOver) await slices.pause();
  }
  return merged.concat(a.slice(i), b.slice(j));
}
