import * as vscode from 'vscode';
import { CancelledError } from '../../core/errors';

/** Asks for files to send. @throws CancelledError */
export async function chooseFiles(title: string): Promise<readonly vscode.Uri[]> {
  const openLabel = vscode.l10n.t('Send');
  const files = await vscode.window.showOpenDialog({ canSelectMany: true, openLabel, title });
  if (!files || files.length === 0) throw new CancelledError();
  return files;
}
