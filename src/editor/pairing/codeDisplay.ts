import * as vscode from 'vscode';
import type { PairingCode } from '../../core/pairing/code';
import { commandId } from '../shell/names';
import { withoutLinks } from '../shell/foreignText';

export interface Display {
  readonly code: PairingCode;
  /** The address at which the other side finds this one. */
  readonly address: string;
  /** When the code expires, in milliseconds since the epoch. */
  readonly until: number;
  /** Settles when it is no longer to be shown. */
  readonly ended: Promise<unknown>;
  cancel(): void;
}

const SECOND = 1000;

/** Shows a code with the time left, in a notification and in the status bar, until it has ended. */
export async function displayCode(display: Display): Promise<void> {
  const { code, address, ended } = display;
  const item = vscode.window.createStatusBarItem('picklepost.pairing', vscode.StatusBarAlignment.Left);
  item.name = vscode.l10n.t('Picklepost pairing code');
  item.command = commandId('pairingActions');
  item.tooltip = vscode.l10n.t('Pairing code for {0}. Click for actions.', address);
  // Announced once by screen readers, and not every second.
  item.accessibilityInformation = { label: vscode.l10n.t('Pairing code {0}', code.spoken), role: 'button' };
  const title = vscode.l10n.t('Pairing code {0}', code.spoken);
  const location = vscode.ProgressLocation.Notification;
  await vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
    token.onCancellationRequested(() => display.cancel());
    const update = (): void => {
      const left = formatLeft(display.until - Date.now());
      item.text = `$(key) ${code.spoken} · ${left}`;
      const what = vscode.l10n.t('type it on the other side, for {0}. {1} left.', address, left);
      progress.report({ message: withoutLinks(what) });
    };
    update();
    item.show();
    const clock = setInterval(update, SECOND);
    await ended;
    clearInterval(clock);
  });
  item.dispose();
}

/** `9:58`, in minutes and seconds. */
export function formatLeft(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / SECOND));
  return `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`;
}
