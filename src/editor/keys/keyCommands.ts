import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { FernetKey } from '../../core/crypto/keys';
import { CancelledError, InvalidKeyError } from '../../core/errors';
import { copyText } from '../shell/clipboard';
import type { Reporter } from '../shell/reporter';
import { askForNewName, describeOrigin, pickKey } from './keyNames';
import type { KeyEntry, Keyring } from './keyring';
import { describeUses, forgetSender, renameUses, usesOf } from './keyUses';
import { KEY_FILE_SIZE } from '../../core/limits';
import { say } from '../../core/text';
import { diskError } from '../../inbox/disk/diskError';
import { PRIVATE, replaceFile } from '../../inbox/disk/durableFile';
import { readSecretFile } from '../../inbox/disk/protection';
import { localize } from '../shell/localize';

/** The commands for encryption keys. Each takes the name of a key, and asks for it if none is given. */
export class KeyCommands {
  constructor(
    private readonly keyring: Keyring,
    private readonly reporter: Reporter,
  ) {}

  /** Makes a key and stores it. @returns its name. @throws CancelledError */
  async generate(name?: string): Promise<string> {
    const chosen = name ?? (await askForNewName(this.keyring));
    const key = FernetKey.generate();
    await this.keyring.set(chosen, key);
    const message = vscode.l10n.t(
      'Generated the encryption key "{0}" ({1}). The other machine needs the same key: export it to a file and import it there.',
      chosen,
      key.fingerprint,
    );
    const exportIt = {
      title: vscode.l10n.t('Export to file...'),
      run: () => this.reporter.guard(() => this.export(chosen)),
    };
    void this.reporter.information(message, exportIt);
    return chosen;
  }

  /** Reads a key from the file that the person chooses, and stores it. @returns its name. @throws CancelledError, InvalidKeyError */
  async import(name?: string): Promise<string> {
    const [file] =
      (await vscode.window.showOpenDialog({
        title: vscode.l10n.t('Import encryption key'),
        openLabel: vscode.l10n.t('Import'),
      })) ?? [];
    if (!file) throw new CancelledError();
    const key = await readKeyFile(file, this.reporter);
    const chosen = name ?? (await askForNewName(this.keyring));
    await this.keyring.set(chosen, key);
    void this.reporter.information(
      vscode.l10n.t('Imported the encryption key "{0}" ({1}).', chosen, key.fingerprint),
    );
    return chosen;
  }

  /** Makes a key from a passphrase and stores it. @returns its name. @throws CancelledError */
  async fromPassphrase(name?: string): Promise<string> {
    const { askForPassphraseKey } = await import('./passphraseKey');
    return askForPassphraseKey(this.keyring, this.reporter, name);
  }

  /** Writes a key to the file that the person chooses, in the format of the Python programs. @throws CancelledError */
  async export(name?: string): Promise<void> {
    const entry = await this.choose(name, vscode.l10n.t('Export which key?'));
    const file = await vscode.window.showSaveDialog({
      title: vscode.l10n.t('Export encryption key'),
      saveLabel: vscode.l10n.t('Export'),
      defaultUri: vscode.Uri.file(path.join(homedir(), `${fileNameOf(entry.name)}.key`)),
    });
    if (!file) throw new CancelledError();
    await writeKeyFile(file, entry.key);
    void this.reporter.information(
      vscode.l10n.t(
        'Exported the key "{0}" to {1}. Whoever has this file can read what is sent with it.',
        entry.name,
        file.fsPath,
      ),
    );
  }

  /** Renames a key, in the settings too. @throws CancelledError */
  async rename(name?: string): Promise<void> {
    const entry = await this.choose(name, vscode.l10n.t('Rename which key?'));
    const chosen = await askForNewName(this.keyring, entry.name);
    await this.keyring.rename(entry.name, chosen);
    await renameUses(entry.name, chosen);
  }

  /** Deletes a key, after saying what will no longer work without it. @throws CancelledError */
  async delete(name?: string): Promise<void> {
    const entry = await this.choose(name, vscode.l10n.t('Delete which key?'));
    const confirm = vscode.l10n.t('Delete');
    const message = vscode.l10n.t('Delete the key "{0}" ({1})?', entry.name, entry.key.fingerprint);
    const options = { modal: true, detail: consequences(entry) };
    if ((await vscode.window.showWarningMessage(message, options, confirm)) !== confirm)
      throw new CancelledError();
    await this.keyring.delete(entry.name);
    await forgetSender(entry.name);
  }

  /** Shows the fingerprint of a key, with which two people compare theirs, and its origin. @throws CancelledError */
  async showFingerprint(name?: string): Promise<void> {
    const entry = await this.choose(name, vscode.l10n.t('Show the fingerprint of which key?'));
    const { fingerprint } = entry.key;
    const facts = [describeOrigin(entry), ...describeUses(usesOf(entry.name))].join(', ');
    const copy = {
      title: vscode.l10n.t('Copy fingerprint'),
      run: () => copyText(fingerprint, fingerprint),
    };
    const recipe = entry.derivation && (await import('./passphraseKey')).recipeActions(entry.derivation);
    await this.reporter.information(
      vscode.l10n.t('The fingerprint of the key "{0}" is {1} ({2}).', entry.name, fingerprint, facts),
      copy,
      ...(recipe ?? []),
    );
  }

  /** Lists all keys, with buttons for what can be done with each. */
  async manage(): Promise<void> {
    const { manageKeys } = await import('./keyManager');
    await manageKeys(this.keyring, this, this.reporter);
  }

  private async choose(name: string | undefined, title: string): Promise<KeyEntry> {
    const entry = name === undefined ? undefined : await this.keyring.entry(name);
    return entry ?? pickKey(this.keyring, title);
  }
}

/** The name of a key may come from another machine. */
function fileNameOf(name: string): string {
  return name.replace(/[^\p{L}\p{N} ._-]/gu, '_').replace(/^\.+/, '_');
}

function consequences(entry: KeyEntry): string {
  const { destinations, isReceived } = usesOf(entry.name);
  const sentences = [];
  if (entry.kind === 'paired')
    sentences.push(vscode.l10n.t('To send to {0} or receive from there, pair again.', entry.name));
  if (destinations.length > 0)
    sentences.push(
      vscode.l10n.t(
        'These destinations use it, and nothing can be sent to them: {0}.',
        destinations.join(', '),
      ),
    );
  if (isReceived)
    sentences.push(vscode.l10n.t('The receive server uses it, and will refuse items sent with it.'));
  sentences.push(vscode.l10n.t('Received items stay readable.'));
  return sentences.join(' ');
}

/**
 * Reads a key. A file of this machine must not be one that others may have put there.
 * @throws InvalidKeyError, PicklepostError `disk`
 */
async function readKeyFile(file: vscode.Uri, reporter: Reporter): Promise<FernetKey> {
  const { size } = await vscode.workspace.fs.stat(file);
  if (size > KEY_FILE_SIZE)
    throw new InvalidKeyError(vscode.l10n.t('the file is too large to be a key file'));
  const text =
    file.scheme === 'file'
      ? await readSecretFile(file.fsPath, (notice) => void reporter.warning(localize(notice)))
      : Buffer.from(await vscode.workspace.fs.readFile(file)).toString('latin1');
  return FernetKey.parse(text);
}

/**
 * Writes a key in the format of the Python programs; on this machine readable only by its owner.
 * @throws PicklepostError `disk`
 */
async function writeKeyFile(file: vscode.Uri, key: FernetKey): Promise<void> {
  const content = Buffer.from(`${key.toText()}\n`, 'ascii');
  try {
    if (file.scheme === 'file') await replaceFile(file.fsPath, [content], PRIVATE);
    else await vscode.workspace.fs.writeFile(file, content);
  } catch (error) {
    throw diskError(say`Cannot write the key file ${file.fsPath}`, error);
  }
}
