import * as vscode from 'vscode';
import { CancelledError } from '../../core/errors';
import { readableName } from '../../core/pairing/pairing';
import { EXTENSION } from '../shell/names';
import { readSettings } from '../shell/settings';

/**
 * The name of this side for others that it pairs with. The person is asked for it once: no name of this person or machine is
 * told without asking.
 * @throws CancelledError
 */
export async function displayName(): Promise<string> {
  const { name } = readSettings();
  if (name !== '') return name;
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t('Your name for other people'),
    prompt: vscode.l10n.t(
      'The other side sees this name when you pair. The setting "picklepost.name" keeps it.',
    ),
    placeHolder: vscode.l10n.t('Anna, or Lab 3'),
    ignoreFocusOut: true,
    validateInput: (value) =>
      readableName(value) === '' ? vscode.l10n.t('Enter a name of 1 to 100 characters.') : undefined,
  });
  if (typed === undefined) throw new CancelledError();
  const chosen = readableName(typed);
  const configuration = vscode.workspace.getConfiguration(EXTENSION);
  await configuration.update('name', chosen, vscode.ConfigurationTarget.Global);
  return chosen;
}
