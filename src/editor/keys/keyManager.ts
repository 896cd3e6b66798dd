import * as vscode from 'vscode';
import type { Reporter } from '../shell/reporter';
import { describeOrigin, keyRow } from './keyNames';
import type { KeyEntry, Keyring } from './keyring';
import { describeUses, usesOf } from './keyUses';

interface Button extends vscode.QuickInputButton {
  readonly run: () => Promise<unknown>;
}

interface Row extends vscode.QuickPickItem {
  readonly buttons?: readonly Button[];
  readonly run?: () => Promise<unknown>;
}

/** The actions on keys; those without a key ask for one. */
export interface KeyActions {
  generate(): Promise<unknown>;
  fromPassphrase(): Promise<unknown>;
  import(): Promise<unknown>;
  rename(name: string): Promise<unknown>;
  export(name: string): Promise<unknown>;
  delete(name: string): Promise<unknown>;
  showFingerprint(name: string): Promise<unknown>;
}

/** Shows all keys with the actions on each; settles when the person leaves the list. */
export async function manageKeys(keyring: Keyring, keys: KeyActions, reporter: Reporter): Promise<void> {
  const pick = vscode.window.createQuickPick<Row>();
  pick.title = vscode.l10n.t('Encryption keys');
  pick.placeholder = vscode.l10n.t('Choose a key to see its fingerprint, or add one');
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  const show = async (): Promise<void> => {
    pick.items = rows(await keyring.entries(), keys);
  };
  const subscriptions = [
    pick,
    keyring.onDidChange(() => void reporter.guard(show)),
    pick.onDidTriggerItemButton(({ button }) => {
      pick.hide();
      void reporter.guard((button as Button).run);
    }),
    pick.onDidAccept(() => {
      const [row] = pick.selectedItems;
      pick.hide();
      if (row?.run) void reporter.guard(row.run);
    }),
  ];
  const hidden = new Promise<void>((resolve) => subscriptions.push(pick.onDidHide(() => resolve())));
  pick.show();
  await show();
  await hidden;
  for (const subscription of subscriptions) subscription.dispose();
}

function rows(entries: readonly KeyEntry[], keys: KeyActions): Row[] {
  const separator = { label: '', kind: vscode.QuickPickItemKind.Separator };
  return [
    ...entries.map((entry) => rowOf(entry, keys)),
    ...(entries.length > 0 ? [separator] : []),
    { label: vscode.l10n.t('$(add) Generate encryption key'), run: () => keys.generate() },
    {
      label: vscode.l10n.t('$(symbol-string) Make a key from a passphrase'),
      run: () => keys.fromPassphrase(),
    },
    { label: vscode.l10n.t('$(folder-opened) Import encryption key from file'), run: () => keys.import() },
  ];
}

function rowOf(entry: KeyEntry, keys: KeyActions): Row {
  const { name } = entry;
  const button = (icon: string, tooltip: string, run: () => Promise<unknown>): Button => ({
    iconPath: new vscode.ThemeIcon(icon),
    tooltip,
    run,
  });
  return {
    ...keyRow(entry),
    detail: [describeOrigin(entry), ...describeUses(usesOf(name))].join(' · '),
    buttons: [
      button('edit', vscode.l10n.t('Rename'), () => keys.rename(name)),
      button('export', vscode.l10n.t('Export to file'), () => keys.export(name)),
      button('trash', vscode.l10n.t('Delete'), () => keys.delete(name)),
    ],
    run: () => keys.showFingerprint(name),
  };
}
