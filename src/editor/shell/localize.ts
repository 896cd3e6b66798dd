import * as vscode from 'vscode';
import { wordsOf } from '../../core/errors';
import { groupDigits, type TextValue, type Words } from '../../core/text';

/** A message of the core in the language of the editor. */
export function localize(words: Words): string {
  if (typeof words === 'string') return words;
  return vscode.l10n.t(words.template, ...words.values.map(shown));
}

/** The message of any error, in the language of the editor. */
export function localizedMessage(error: unknown): string {
  return localize(wordsOf(error));
}

/** A number of things, in the notation of the language of the editor. */
export function localCount(count: number): string {
  // Without Intl, whose first use is slow.
  return count < 1000 ? String(count) : groupDigits(count, vscode.l10n.t('1,000').slice(1, -3));
}

function shown(value: TextValue): string | number {
  if (typeof value === 'object') return 'count' in value ? localCount(value.count) : localize(value);
  return typeof value === 'bigint' ? String(value) : value;
}
