import * as vscode from 'vscode';
import type { NodeInfo } from '../../core/inspection/inspection';
import { inEnglish } from '../../core/text';
import { localize } from '../shell/localize';
import type { Range } from './ranges';

/** The description of a value in views, in addition to its key and type: its preview, and where it is shown, too. */
export function valueFacts({ refersTo, sharedWith, preview }: NodeInfo): string[] {
  const same = refersTo ?? sharedWith;
  return [
    ...(same === undefined ? [] : [vscode.l10n.t('same as {0}', same)]),
    ...(refersTo === undefined ? [localize(preview)] : []),
  ];
}

/**
 * The type that views show beside a value: that of its recognized value, such as `datetime`, rather than `object`. Empty if
 * the preview contains it, as that of `ndarray float64 (3,)` does.
 */
export function shownType({ type, known, preview }: NodeInfo): string {
  if (known === undefined || known.isStored) return type;
  return inEnglish(preview).includes(known.type) ? '' : known.type;
}

/** The text of a row for a range of children of a large value, and its label for screen readers. */
export function rangeWords({ start, count }: Range): { readonly title: string; readonly spoken: string } {
  const last = start + count - 1;
  return {
    title: `[${String(start)} … ${String(last)}]`,
    spoken: vscode.l10n.t('entries {0} to {1}', start, last),
  };
}
