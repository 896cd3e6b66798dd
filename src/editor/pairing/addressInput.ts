import * as vscode from 'vscode';
import { CancelledError } from '../../core/errors';
import { formatAddress, parseAddress, type Address } from '../../core/wire/address';
import { withoutIcons } from '../shell/foreignText';

/** A known receive server, and its name. */
export interface KnownAddress extends Address {
  readonly name?: string;
}

type Row = vscode.QuickPickItem & { readonly address?: Address };

/** Asks for the address at which the other side shows its code: a known or a typed one. @throws CancelledError */
export async function askForAddress(known: readonly KnownAddress[], defaultPort: number): Promise<Address> {
  const pick = vscode.window.createQuickPick<Row>();
  pick.title = vscode.l10n.t('Pair with whom?');
  pick.placeholder = vscode.l10n.t('Address that the other side shows, such as 192.168.1.20:6868');
  pick.ignoreFocusOut = true;
  pick.matchOnDescription = true;
  const offer = (): void => {
    pick.items = rowsFor(pick.value, known, defaultPort);
  };
  offer();
  const subscriptions: { dispose(): unknown }[] = [pick, pick.onDidChangeValue(offer)];
  try {
    return await new Promise<Address>((resolve, reject) => {
      subscriptions.push(
        pick.onDidAccept(() => {
          // If somebody types faster than rows are shown, the typed text counts.
          const address = pick.activeItems[0]?.address ?? parseAddress(pick.value, defaultPort);
          if (address) resolve(address);
        }),
        pick.onDidHide(() => reject(new CancelledError())),
      );
      pick.show();
    });
  } finally {
    for (const subscription of subscriptions) subscription.dispose();
  }
}

function rowsFor(typed: string, known: readonly KnownAddress[], defaultPort: number): Row[] {
  const address = typed.trim() === '' ? undefined : parseAddress(typed, defaultPort);
  const own: Row[] = address
    ? [{ label: `$(plug) ${withoutIcons(formatAddress(address))}`, address, alwaysShow: true }]
    : [];
  const others = known.map(({ name, ...server }): Row => ({
    label: `$(server) ${withoutIcons(name ?? formatAddress(server))}`,
    description: name === undefined ? '' : formatAddress(server),
    address: server,
  }));
  const isName = known.some(({ name }) => name?.toLowerCase().startsWith(typed.trim().toLowerCase()));
  if (own.length + others.length > 0) return isName ? [...others, ...own] : [...own, ...others];
  return [{ label: vscode.l10n.t('$(info) Type the address that the other side shows.'), alwaysShow: true }];
}
