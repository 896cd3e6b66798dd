import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { FernetKey } from '../../core/crypto/keys';
import { CancelledError, InvalidKeyError, PicklepostError } from '../../core/errors';
import { diskError } from '../../inbox/disk/diskError';
import { PRIVATE, replaceFile } from '../../inbox/disk/durableFile';
import { readSecretFile } from '../../inbox/disk/protection';
import type { Keyring } from './keyring';
import type { Reporter } from '../shell/reporter';
import { say } from '../../core/text';
import { localize } from '../shell/localize';

const DEFAULT_NAME = 'default';

/** A key file holds 44 characters; a larger file is certainly something else. */
const MAXIMUM_KEY_FILE = 4096;

/** Makes, imports and exports encryption keys. */
export class KeyCommands {
  constructor(
    private readonly keyring: Keyring,
    private readonly reporter: Reporter,
  ) {}

  /** Makes a key and stores it. @returns its name. @throws CancelledError */
  async generate(name?: string): Promise<string> {
    const chosen = name ?? (await this.askForNewName());
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
    const key = await this.readKeyFile(file);
    const chosen = name ?? (await this.askForNewName());
    await this.keyring.set(chosen, key);
    void this.reporter.information(
      vscode.l10n.t('Imported the encryption key "{0}" ({1}).', chosen, key.fingerprint),
    );
    return chosen;
  }

  /** Writes a key to the file that the person chooses, as the Python programs read it. @throws CancelledError */
  async export(name?: string): Promise<void> {
    const chosen = name ?? (await this.askForName());
    const key = await this.keyring.get(chosen);
    if (!key) throw new CancelledError();
    const file = await vscode.window.showSaveDialog({
      title: vscode.l10n.t('Export encryption key'),
      saveLabel: vscode.l10n.t('Export'),
      defaultUri: vscode.Uri.file(path.join(homedir(), `${chosen}.key`)),
    });
    if (!file) throw new CancelledError();
    await writeKeyFile(file, key);
    void this.reporter.information(
      vscode.l10n.t(
        'Exported the key "{0}" to {1}. Whoever has this file can read what is sent with it.',
        chosen,
        file.fsPath,
      ),
    );
  }

  /** One of this machine must not be one that others may have put there. */
  private async readKeyFile(file: vscode.Uri): Promise<FernetKey> {
    const { size } = await vscode.workspace.fs.stat(file);
    if (size > MAXIMUM_KEY_FILE)
      throw new InvalidKeyError(vscode.l10n.t('the file is too large to be a key file'));
    const text =
      file.scheme === 'file'
        ? await readSecretFile(file.fsPath, (notice) => void this.reporter.warning(localize(notice)))
        : Buffer.from(await vscode.workspace.fs.readFile(file)).toString('latin1');
    return FernetKey.parse(text);
  }

  /** A name for a key to come: `default` where there is no key yet. Replacing one is asked for. */
  private async askForNewName(): Promise<string> {
    const names = await this.keyring.names();
    if (names.length === 0) return DEFAULT_NAME;
    const name = await vscode.window.showInputBox({
      title: vscode.l10n.t('Name of the key'),
      prompt: vscode.l10n.t('Existing keys: {0}', names.join(', ')),
      validateInput: (value) => (value.trim() === '' ? vscode.l10n.t('A key needs a name.') : undefined),
    });
    if (name === undefined) throw new CancelledError();
    if (names.includes(name.trim())) await this.confirmReplacement(name.trim());
    return name.trim();
  }

  private async confirmReplacement(name: string): Promise<void> {
    const replace = vscode.l10n.t('Replace');
    const message = vscode.l10n.t('Replace the key "{0}"?', name);
    const detail = vscode.l10n.t('What others send with the old key can no longer be read here.');
    if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, replace)) !== replace)
      throw new CancelledError();
  }

  private async askForName(): Promise<string> {
    const names = await this.keyring.names();
    const [only] = names;
    if (only === undefined)
      throw new PicklepostError(
        'invalid-key',
        vscode.l10n.t('There is no encryption key yet. Generate one, or import it from a file.'),
      );
    const name =
      names.length === 1
        ? only
        : await vscode.window.showQuickPick(names, { title: vscode.l10n.t('Export which key?') });
    if (name === undefined) throw new CancelledError();
    return name;
  }
}

/** On this machine, readable by its owner only. @throws PicklepostError `disk` */
async function writeKeyFile(file: vscode.Uri, key: FernetKey): Promise<void> {
  const content = Buffer.from(`${key.toText()}\n`, 'ascii');
  try {
    if (file.scheme === 'file') await replaceFile(file.fsPath, [content], PRIVATE);
    else await vscode.workspace.fs.writeFile(file, content);
  } catch (error) {
    throw diskError(say`Cannot write the key file ${file.fsPath}`, error);
  }
}
