import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { EXTENSION, INBOX_FOLDER, OUTBOX_STATE, SHARED_PICKLE_NAME } from './names';

/*
 * Reasons for which a window uses Picklepost without being asked. They are checked in every window, so this must load
 * nothing.
 */

/** Whether the receive server is to run in every window. */
export function startsOnLaunch(): boolean {
  return vscode.workspace.getConfiguration(EXTENSION).get('receive.startOnLaunch') === true;
}

/** Whether the settings name a shared inbox, whose items are fetched while a window is open. */
export function hasSharedInboxes(): boolean {
  const entries = vscode.workspace.getConfiguration(EXTENSION).get<unknown>('destinations');
  return (
    Array.isArray(entries) &&
    entries.some((entry) => typeof (entry as { readonly url?: unknown } | null)?.url === 'string')
  );
}

/** Whether something was being sent, or was queued, when the window was closed. */
export function hasUnsent({ workspaceState }: vscode.ExtensionContext): boolean {
  const entries = workspaceState.get<{ state: string }[]>(OUTBOX_STATE, []);
  return entries.some(({ state }) => state === 'sending' || state === 'waiting');
}

/** Whether there is an inbox, whose unread items the badge counts. */
export function hasInbox({ globalStorageUri }: vscode.ExtensionContext): boolean {
  return existsSync(path.join(globalStorageUri.fsPath, INBOX_FOLDER, 'FORMAT'));
}

/** Calls back once, when the first file is open whose extension is used for pickles and for other languages too. */
export function onSharedPickleName(callback: () => void): vscode.Disposable {
  const look = (tabs: readonly vscode.Tab[]): void => {
    if (
      !tabs.some(
        ({ input }) => input instanceof vscode.TabInputText && SHARED_PICKLE_NAME.test(input.uri.path),
      )
    )
      return;
    subscription.dispose();
    callback();
  };
  const subscription = vscode.window.tabGroups.onDidChangeTabs(({ opened, changed }) => {
    look([...opened, ...changed]);
  });
  look(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs));
  return subscription;
}
