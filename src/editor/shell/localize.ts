import * as vscode from 'vscode';
import { wordsOf } from '../../core/errors';
import type { TextValue, Words } from '../../core/text';

/** A message of the core in the language of the editor. */
export function localize(words: Words): string {
  if (typeof words === 'string') return words;
  return vscode.l10n.t(words.template, ...words.values.map(shown));
}

/** The message of any error, in the language of the editor. */
export function localizedMessage(error: unknown): string {
  return localize(wordsOf(error));
}

function shown(value: TextValue): string | number {
  if (typeof value === 'object') return localize(value);
  return typeof value === 'bigint' ? String(value) : value;
}
