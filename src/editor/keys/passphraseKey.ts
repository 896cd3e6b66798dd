import * as vscode from 'vscode';
import {
  deriveKey,
  formatDerivation,
  newDerivation,
  parseDerivation,
  pythonRecipe,
  SHORT_PASSPHRASE,
  type Derivation,
} from '../../core/crypto/passphrase';
import { CancelledError } from '../../core/errors';
import { cancellable } from '../shell/cancellable';
import { copyText } from '../shell/clipboard';
import { localizedMessage } from '../shell/localize';
import type { MessageAction, Reporter } from '../shell/reporter';
import { askForNewName } from './keyNames';
import type { Keyring } from './keyring';

/** Asks for a passphrase, and stores the key that is made from it. @returns the name of the key. @throws CancelledError */
export async function askForPassphraseKey(
  keyring: Keyring,
  reporter: Reporter,
  name?: string,
): Promise<string> {
  const derivation = await askForDerivation();
  const passphrase = await askForPassphrase();
  const chosen = name ?? (await askForNewName(keyring));
  const key = await cancellable(vscode.l10n.t('Making the key'), () => deriveKey(passphrase, derivation));
  await keyring.set(chosen, key, { derivation });
  const message = vscode.l10n.t(
    'Made the encryption key "{0}" ({1}). The other side needs the same passphrase and the same parameters, which are not secret.',
    chosen,
    key.fingerprint,
  );
  void reporter.information(message, ...recipeActions(derivation));
  return chosen;
}

/** The parameters that the other side needs to make the same key from the same passphrase. */
export function recipeActions(derivation: Derivation): MessageAction[] {
  return [
    {
      title: vscode.l10n.t('Copy parameters'),
      run: () => copyText(formatDerivation(derivation), formatDerivation(derivation)),
    },
    {
      title: vscode.l10n.t('Copy Python code'),
      run: () => copyText(pythonRecipe(derivation), vscode.l10n.t('the Python code')),
    },
  ];
}

async function askForDerivation(): Promise<Derivation> {
  const rows = [
    {
      label: vscode.l10n.t('$(add) New key, between Picklepost peers'),
      detail: vscode.l10n.t('scrypt, which makes guessing the most expensive'),
      derivation: () => Promise.resolve(newDerivation('scrypt')),
    },
    {
      label: vscode.l10n.t('$(add) New key, shared with Python scripts'),
      detail: vscode.l10n.t('PBKDF2 with SHA-256, as in the documentation of cryptography'),
      derivation: () => Promise.resolve(newDerivation('pbkdf2-sha256')),
    },
    {
      label: vscode.l10n.t('$(person) Same key as the other side'),
      detail: vscode.l10n.t('with the parameters that the other side shows'),
      derivation: askForParameters,
    },
  ];
  const picked = await vscode.window.showQuickPick(rows, {
    title: vscode.l10n.t('Make a key from a passphrase'),
  });
  if (!picked) throw new CancelledError();
  return picked.derivation();
}

async function askForParameters(): Promise<Derivation> {
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t('Parameters of the other side'),
    placeHolder: 'pbkdf2-sha256:1200000:SALT',
    ignoreFocusOut: true,
    validateInput: (value) => {
      try {
        parseDerivation(value);
        return undefined;
      } catch (error) {
        return localizedMessage(error);
      }
    },
  });
  if (typed === undefined) throw new CancelledError();
  return parseDerivation(typed);
}

async function askForPassphrase(): Promise<string> {
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t('Passphrase'),
    prompt: vscode.l10n.t('Several words that nobody can guess'),
    password: true,
    ignoreFocusOut: true,
    validateInput: (value) => {
      if (value === '') return vscode.l10n.t('A passphrase is needed.');
      if (value.length >= SHORT_PASSPHRASE) return undefined;
      const message = vscode.l10n.t('A passphrase this short is easily guessed.');
      return { message, severity: vscode.InputBoxValidationSeverity.Warning };
    },
  });
  if (typed === undefined) throw new CancelledError();
  return typed;
}
