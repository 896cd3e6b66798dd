import * as vscode from 'vscode';
import { FernetKey } from '../../core/crypto/keys';
import { InvalidKeyError } from '../../core/errors';
import { say } from '../../core/text';
import { diskError } from '../../inbox/disk/diskError';
import { PRIVATE, replaceFile } from '../../inbox/disk/durableFile';
import { readSecretFile } from '../../inbox/disk/protection';
import { localize } from '../shell/localize';
import type { Reporter } from '../shell/reporter';

/** A key file holds 44 characters; a larger file is certainly something else. */
const MAXIMUM_KEY_FILE = 4096;

/** Reads a key. A file of this machine must not be one that others may have put there. @throws InvalidKeyError, PicklepostError `disk` */
export async function readKeyFile(file: vscode.Uri, reporter: Reporter): Promise<FernetKey> {
  const { size } = await vscode.workspace.fs.stat(file);
  if (size > MAXIMUM_KEY_FILE)
    throw new InvalidKeyError(vscode.l10n.t('the file is too large to be a key file'));
  const text =
    file.scheme === 'file'
      ? await readSecretFile(file.fsPath, (notice) => void reporter.warning(localize(notice)))
      : Buffer.from(await vscode.workspace.fs.readFile(file)).toString('latin1');
  return FernetKey.parse(text);
}

/** Writes a key as the Python programs read it; on this machine readable by its owner only. @throws PicklepostError `disk` */
export async function writeKeyFile(file: vscode.Uri, key: FernetKey): Promise<void> {
  const content = Buffer.from(`${key.toText()}\n`, 'ascii');
  try {
    if (file.scheme === 'file') await replaceFile(file.fsPath, [content], PRIVATE);
    else await vscode.workspace.fs.writeFile(file, content);
  } catch (error) {
    throw diskError(say`Cannot write the key file ${file.fsPath}`, error);
  }
}
