import * as vscode from 'vscode';
import type { NodeInfo } from '../../core/inspection/inspection';
import type { Range } from './ranges';

/** What views say of a value beside its key and type: that it is shown elsewhere too, and what it is. */
export function valueFacts({ refersTo, sharedWith, preview }: NodeInfo): string[] {
  const same = refersTo ?? sharedWith;
  return [
    ...(same === undefined ? [] : [vscode.l10n.t('same as {0}', same)]),
    ...(refersTo === undefined ? [preview] : []),
  ];
}

/**
 * The type that views name beside a value: what its call is known to make, such as `datetime`, rather than `object`.
 * Empty where the preview says it, as that of `ndarray float64 (3,)` does.
 */
export function shownType({ type, known, preview }: NodeInfo): string {
  if (known === undefined || known.isStored) return type;
  return preview.includes(known.type) ? '' : known.type;
}

/** The words for a row that stands for some of the children of a large value, and what a screen reader says of it. */
export function rangeWords({ start, count }: Range): { readonly title: string; readonly spoken: string } {
  const last = start + count - 1;
  return {
    title: `[${String(start)} … ${String(last)}]`,
    spoken: vscode.l10n.t('entries {0} to {1}', start, last),
  };
}
