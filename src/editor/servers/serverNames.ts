import * as vscode from 'vscode';
import { CancelledError } from '../../core/errors';
import type { KnownTargets } from '../sending/knownTargets';

/** Characters. */
const LONGEST_NAME = 100;

/** Asks for a name that no other server has. @param suggestion its name now, or another one. @throws CancelledError */
export async function askForServerName(known: KnownTargets, suggestion = ''): Promise<string> {
  const taken = new Set(known.list().flatMap(({ target }) => target.name ?? []));
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t('Name of the server'),
    value: suggestion,
    validateInput: (value) => problemOfName(value.trim(), suggestion, taken),
  });
  if (typed === undefined) throw new CancelledError();
  return typed.trim();
}

function problemOfName(name: string, suggestion: string, taken: ReadonlySet<string>): string | undefined {
  if (name === '') return vscode.l10n.t('A server needs a name.');
  if (name.length > LONGEST_NAME)
    return vscode.l10n.t('A name can have {0} characters at most.', LONGEST_NAME);
  if (name !== suggestion && taken.has(name)) return vscode.l10n.t('Another server has this name.');
  return undefined;
}
