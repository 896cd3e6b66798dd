import type { NodeInfo } from '../../core/inspection/inspection';
import type { LoadedValue } from '../../worker/loadedValue';
import { RANGE_SIZE, rangesAround, SHOWN_DEPTH, splitIntoRanges, type Range } from './ranges';
import type { StoredPlaces } from './storedPlaces';

/** A row below another one: a value, or a range of the children of a large value. */
export type ShownRow =
  | { readonly kind: 'value'; readonly info: NodeInfo; readonly ordinal: number }
  | { readonly kind: 'range'; readonly range: Range };

/** The rows of some of the children of the value at a path: values, or if there are many, ranges of them. */
export async function rowsBelow(
  value: LoadedValue,
  path: readonly number[],
  range: Range,
  stored: StoredPlaces | undefined,
): Promise<ShownRow[]> {
  const ranges = splitIntoRanges(range);
  if (ranges.length > 0) return ranges.map((part) => ({ kind: 'range', range: part }));
  const children = await value.ask('children', path, range.start, Math.min(range.count, RANGE_SIZE));
  const infos = stored ? await stored.turned(children, (place) => value.ask('node', place)) : children;
  return infos.map((info, index) => ({ kind: 'value', info, ordinal: range.start + index }));
}

/** A row on the way to a value, with the ranges between it and the row above. */
export interface Waypoint {
  readonly above: readonly number[];
  readonly ranges: readonly Range[];
  /** With its path. */
  readonly info: NodeInfo;
}

/**
 * The rows that lead to the value at a path, from the top to its own. If it lies deeper than {@link SHOWN_DEPTH}, they lead
 * to the nearest one above.
 * @throws PicklepostError `no-such-item` if the path leads nowhere
 */
export async function wayTo(value: LoadedValue, path: readonly number[]): Promise<Waypoint[]> {
  const shown = path.slice(0, SHOWN_DEPTH);
  const infos = await value.ask('nodesAlong', shown);
  return shown.map((ordinal, depth) => {
    const [above, info] = [infos[depth] as NodeInfo, infos[depth + 1] as NodeInfo];
    return {
      above: shown.slice(0, depth),
      ranges: rangesAround(ordinal, above.childCount),
      info: { ...info, path: shown.slice(0, depth + 1) },
    };
  });
}
