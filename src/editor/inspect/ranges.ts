/** Most children that are shown under one node without grouping them into ranges. */
export const RANGE_SIZE = 100;

/** Most levels that are expanded to show a value: each costs a view more than the one above. */
export const SHOWN_DEPTH = 1_000;

/** Consecutive children, by position. */
export interface Range {
  readonly start: number;
  readonly count: number;
}

/**
 * Splits consecutive children into at most {@link RANGE_SIZE} ranges of equal size, a power of {@link RANGE_SIZE}; returns
 * none if they are few enough to be shown as they are.
 */
export function splitIntoRanges({ start, count }: Range): Range[] {
  if (count <= RANGE_SIZE) return [];
  let size = RANGE_SIZE;
  while (count > size * RANGE_SIZE) size *= RANGE_SIZE;
  const ranges: Range[] = [];
  for (let at = 0; at < count; at += size)
    ranges.push({ start: start + at, count: Math.min(size, count - at) });
  return ranges;
}

/** How a long list is shown: its beginning as it is, and the rest, if there is one, in ranges. */
export function splitAfterBeginning(count: number): { beginning: Range; rest: Range[] } {
  // Grouping a rest of a few would not help.
  if (count <= 2 * RANGE_SIZE) return { beginning: { start: 0, count }, rest: [] };
  const rest = splitIntoRanges({ start: RANGE_SIZE, count: count - RANGE_SIZE });
  return { beginning: { start: 0, count: RANGE_SIZE }, rest };
}

/** The ranges that lead to a child, from the largest to the one in which it is shown; none if there are few children. */
export function rangesAround(ordinal: number, count: number): Range[] {
  const around: Range[] = [];
  let range: Range | undefined = { start: 0, count };
  while (range) {
    range = splitIntoRanges(range).find(
      ({ start, count: size }) => ordinal >= start && ordinal < start + size,
    );
    if (range) around.push(range);
  }
  return around;
}
