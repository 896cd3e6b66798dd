import { childAt, childCount, type Child } from '../children';
import type { Value } from '../value';
import { recognise } from './recognise';

/** The number of children of a value that are shown: those of the recognized value, or the parts of the call. */
export function shownCount(value: Value): number {
  const known = recognise(value);
  return known === undefined ? childCount(value) : (known.children?.count ?? 0);
}

/** The child that is shown at a position from 0 to {@link shownCount} - 1; undefined outside of that. */
export function shownAt(value: Value, ordinal: number): Child | undefined {
  const known = recognise(value);
  if (known === undefined) return childAt(value, ordinal);
  const { children } = known;
  if (children === undefined || !Number.isInteger(ordinal) || ordinal < 0 || ordinal >= children.count)
    return undefined;
  return children.at(ordinal);
}
