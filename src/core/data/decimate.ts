/** Points of a line, x ascending or in the order of rows. */
export interface Points {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/**
 * The same line with fewer points: of each of `buckets` runs of points, the lowest and the highest, in the order in which they
 * stand, so that no peak is lost. A run of nothing but NaN leaves one, so that a gap remains. What has no more points than would
 * be left, is returned as it is.
 */
export function decimate({ x, y }: Points, buckets: number): Points {
  const length = Math.min(x.length, y.length);
  if (length <= 2 * buckets || buckets < 1) return { x: x.subarray(0, length), y: y.subarray(0, length) };
  const kept: number[] = [];
  for (let bucket = 0; bucket < buckets; bucket++) {
    const start = Math.floor((bucket * length) / buckets);
    const end = Math.floor(((bucket + 1) * length) / buckets);
    kept.push(...extremes(y, start, end));
  }
  return { x: Float64Array.from(kept, (i) => x[i] ?? NaN), y: Float64Array.from(kept, (i) => y[i] ?? NaN) };
}

/** Indices of the lowest and the highest of a run, in order; infinities do not count as either if there is something else. */
function extremes(y: Float64Array, start: number, end: number): number[] {
  let [low, high] = [-1, -1];
  for (let i = start; i < end; i++) {
    const value = y[i] ?? NaN;
    if (Number.isNaN(value)) continue;
    if (low < 0 || value < (y[low] ?? 0)) low = i;
    if (high < 0 || value > (y[high] ?? 0)) high = i;
  }
  if (low < 0) return [start];
  return low === high ? [low] : [Math.min(low, high), Math.max(low, high)];
}

/** Counts of numbers in bins of equal width between two numbers. */
export interface Histogram {
  readonly low: number;
  readonly high: number;
  readonly counts: readonly number[];
}

/** @param low below `high`; values outside, and NaN, are not counted */
export function addToHistogram(counts: number[], low: number, high: number, value: number): void {
  if (!(value >= low && value <= high)) return;
  const bin = high > low ? Math.floor(((value - low) / (high - low)) * counts.length) : 0;
  const at = Math.min(Math.max(bin, 0), counts.length - 1);
  counts[at] = (counts[at] ?? 0) + 1;
}
