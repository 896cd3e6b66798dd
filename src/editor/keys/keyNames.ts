import * as vscode from 'vscode';
import { CancelledError } from '../../core/errors';
import { withoutIcons } from '../shell/foreignText';
import { formatTime } from '../shell/formatting';
import { PreconditionError } from '../shell/reporter';
import type { KeyEntry, Keyring } from './keyring';

/** Name of the first key. */
export const DEFAULT_KEY_NAME = 'default';
/** Characters. */
const LONGEST_NAME = 100;

/** Asks for the name of a new key: `default` if there is no key yet. Asks before replacing one. @throws CancelledError */
export async function askForNewName(keyring: Keyring, suggestion = ''): Promise<string> {
  const names = await keyring.names();
  if (names.length === 0 && suggestion === '') return DEFAULT_KEY_NAME;
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t('Name of the key'),
    ...(names.length > 0 && { prompt: vscode.l10n.t('Existing keys: {0}', names.join(', ')) }),
    value: suggestion,
    validateInput: problemOfName,
  });
  if (typed === undefined) throw new CancelledError();
  const name = typed.trim();
  if (names.includes(name) && name !== suggestion) await confirmReplacement(name);
  return name;
}

function problemOfName(value: string): string | undefined {
  const name = value.trim();
  if (name === '') return vscode.l10n.t('A key needs a name.');
  if (name.length > LONGEST_NAME)
    return vscode.l10n.t('A name can have {0} characters at most.', LONGEST_NAME);
  return undefined;
}

async function confirmReplacement(name: string): Promise<void> {
  const replace = vscode.l10n.t('Replace');
  const message = vscode.l10n.t('Replace the key "{0}"?', name);
  const detail = vscode.l10n.t('Items sent with the old key can no longer be read here.');
  if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, replace)) !== replace)
    throw new CancelledError();
}

/** Asks for one of the keys, unless there is only one. @throws CancelledError, PreconditionError if there is none */
export async function pickKey(keyring: Keyring, title: string): Promise<KeyEntry> {
  const entries = await keyring.entries();
  const [only] = entries;
  if (only === undefined)
    throw new PreconditionError(
      vscode.l10n.t('There is no encryption key yet. Generate one, or import it from a file.'),
    );
  if (entries.length === 1) return only;
  const rows = entries.map((entry) => ({ ...keyRow(entry), entry }));
  const picked = await vscode.window.showQuickPick(rows, { title, matchOnDescription: true });
  if (!picked) throw new CancelledError();
  return picked.entry;
}

/** The row of a key in a list. */
export function keyRow(entry: KeyEntry): { label: string; description: string; iconPath: vscode.ThemeIcon } {
  return {
    label: withoutIcons(entry.name),
    description: entry.key.fingerprint,
    iconPath: new vscode.ThemeIcon(entry.kind === 'paired' ? 'person' : 'key'),
  };
}

/** The origin of a key, in words. */
export function describeOrigin({ kind, derivation, created }: KeyEntry): string {
  const time = formatTime(created);
  if (kind === 'paired') return vscode.l10n.t('paired {0}', time);
  return derivation
    ? vscode.l10n.t('from a passphrase, {0}', time)
    : vscode.l10n.t('shared key, added {0}', time);
}
