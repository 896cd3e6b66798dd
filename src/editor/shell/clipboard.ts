import * as vscode from 'vscode';
import { withoutIcons } from './foreignText';

/**
 * Copies, and says so in the status bar for a while: long values take some time, and after a key it is not visible which row
 * was copied.
 * @param what names the copied value
 */
export async function copyText(text: string, what: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(vscode.l10n.t('Copied {0}', withoutIcons(what)), 5_000);
}
