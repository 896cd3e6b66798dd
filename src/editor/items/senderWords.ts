import * as vscode from 'vscode';
import type { Question, WaitingItem } from '../../core/admission/question';
import type { Sender } from '../../core/admission/sender';
import { formatSize } from '../../core/amounts';
import { MAXIMUM_MESSAGE } from '../../core/item/item';
import { inertText } from '../shell/foreignText';

/** Most names of items in a question. */
const NAMED = 3;

/** The sender, and whether its identity is proved. */
export function describeSender({ key, host }: Sender): string {
  return key === undefined
    ? vscode.l10n.t('{0} (not verified)', host)
    : vscode.l10n.t('{0} (verified)', inertText(key));
}

/** The question to a person, in a sentence or two. */
export function describeQuestion({ sender, items }: Question): string {
  const [message] = messages(items);
  const wants = vscode.l10n.t('{0} wants to send: {1}.', describeSender(sender), describeWaiting(items));
  return message === undefined ? wants : `${wants} “${message}”`;
}

/** The names of the waiting items as far as there is room, and their total size if it is known. */
export function describeWaiting(items: readonly WaitingItem[]): string {
  const named = items.slice(0, NAMED).map(waitingTitle);
  if (items.length > NAMED) named.push(vscode.l10n.t('{0} more', items.length - NAMED));
  const size = sizeOf(items);
  return size === undefined ? named.join(', ') : `${named.join(', ')} (${size})`;
}

/** The sender's name for an item, if there is one. */
export function waitingTitle({ name }: WaitingItem): string {
  return name === undefined ? vscode.l10n.t('an item without a name') : inertText(name);
}

/** The messages of a sender to the person, each once. */
export function messages(items: readonly WaitingItem[]): string[] {
  return [...new Set(items.flatMap(({ message }) => message ?? []))].map((message) =>
    inertText(message, MAXIMUM_MESSAGE),
  );
}

/** Undefined if it is not known for all. */
export function sizeOf(items: readonly WaitingItem[]): string | undefined {
  const sizes = items.flatMap(({ size }) => size ?? []);
  const sum = formatSize(sizes.reduce((all, size) => all + size, 0));
  if (sizes.length === 0) return undefined;
  return sizes.length === items.length ? sum : vscode.l10n.t('at least {0}', sum);
}
