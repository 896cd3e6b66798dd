import { setImmediate } from 'node:timers/promises';

/** Milliseconds of work without a pause. */
const SLICE = 4;
/** Elements that are sorted or merged between two checks of the clock: less than 2 ms, even with a slow comparison. */
const RUN = 256;

/** Work on very many things that gives everything else in the process its turn, and ends early if it is no longer wanted. */
export class Slices {
  private end = performance.now() + SLICE;

  /** @param signal when it is aborted, the next {@link pause} throws its reason */
  constructor(private readonly signal?: AbortSignal) {}

  /** Whether it is time to {@link pause}. */
  get isOver(): boolean {
    return performance.now() > this.end;
  }

  async pause(): Promise<void> {
    await setImmediate();
    this.signal?.throwIfAborted();
    this.end = performance.now() + SLICE;
  }
}

/** Calls `visit` with each of very many things, in order. @throws the reason of the signal once it is aborted */
export async function forEachInSlices<T>(
  things: Iterable<T>,
  visit: (thing: T) => void,
  signal?: AbortSignal,
): Promise<void> {
  const slices = new Slices(signal);
  for (const thing of things) {
    visit(thing);
    if (slices.isOver) await slices.pause();
  }
}

/** A sorted copy; the sort is stable. @throws the reason of the signal once it is aborted */
export async function sortInSlices<T>(
  things: readonly T[],
  compare: (a: T, b: T) => number,
  signal?: AbortSignal,
): Promise<readonly T[]> {
  const slices = new Slices(signal);
  let sorted: T[] = [];
  for (let at = 0; at < things.length; at += RUN) {
    for (const thing of things.slice(at, at + RUN).sort(compare)) sorted.push(thing);
    if (slices.isOver) await slices.pause();
  }
  // Two alternating arrays. An array for each run would leave much garbage, whose collection blocks everything else.
  let other: T[] = [];
  for (let length = RUN; length < sorted.length; length *= 2) {
    other.length = 0;
    for (let at = 0; at < sorted.length; at += 2 * length)
      await merge({ from: sorted, to: other, start: at, length }, compare, slices);
    [sorted, other] = [other, sorted];
  }
  return sorted;
}

/** Merges two adjacent runs of a length into another array. */
async function merge<T>(
  { from, to, start, length }: { from: readonly T[]; to: T[]; start: number; length: number },
  compare: (a: T, b: T) => number,
  slices: Slices,
): Promise<void> {
  const middle = Math.min(start + length, from.length);
  const end = Math.min(middle + length, from.length);
  let [i, j] = [start, middle];
  while (i < middle || j < end) {
    const isFirst = j >= end || (i < middle && compare(from[j] as T, from[i] as T) >= 0);
    to.push(from[isFirst ? i++ : j++] as T);
    if (to.length % RUN === 0 && slices.isOver) await slices.pause();
  }
}
