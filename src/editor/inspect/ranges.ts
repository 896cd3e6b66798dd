/** Children that are shown under one node before they are grouped into ranges. */
export const RANGE_SIZE = 100;

/** Levels of values that are expanded to show one: each costs a view more than the one above. */
export const SHOWN_DEPTH = 1_000;

/** A run of children, by position. */
export interface Range {
  readonly start: number;
  readonly count: number;
}

/**
 * Splits a run of children into at most {@link RANGE_SIZE} ranges of equal size, a power of {@link RANGE_SIZE}; a run that is short
 * enough to be shown as it is gives none.
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
  // A rest of a few is no relief.
  if (count <= 2 * RANGE_SIZE) return { beginning: { start: 0, count }, rest: [] };
  const rest = splitIntoRanges({ start: RANGE_SIZE, count: count - RANGE_SIZE });
  return { beginning: { start: 0, count: RANGE_SIZE }, rest };
}

/** The ranges that lead to a child, from the largest to the one in which it is shown; none where there are few children. */
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
