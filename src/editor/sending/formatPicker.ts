import * as vscode from 'vscode';
import { CancelledError } from '../../core/errors';
import type { Format } from '../../core/item/item';
import type { Settings } from '../shell/settings';

const LAST_FORMAT = 'lastFormat';

/** The format that the settings fix, or else the one that the person chooses, the last choice first. @throws CancelledError */
export async function pickFormat(settings: Settings, state: vscode.Memento): Promise<Format> {
  if (settings.send.format !== 'ask') return settings.send.format;
  const rows: (vscode.QuickPickItem & { format: Format })[] = [
    {
      format: 'binary',
      label: vscode.l10n.t('Binary'),
      detail: vscode.l10n.t("Python's pickle. Keeps every type."),
    },
    { format: 'json', label: 'JSON', detail: vscode.l10n.t('What Python reads with json.loads.') },
    { format: 'xml', label: 'XML', detail: vscode.l10n.t('One element per key; types in attributes.') },
  ];
  const last = state.get<Format>(LAST_FORMAT);
  rows.sort((a, b) => Number(b.format === last) - Number(a.format === last));
  const picked = await vscode.window.showQuickPick(rows, {
    title: vscode.l10n.t('Send the dictionary in which format?'),
  });
  if (!picked) throw new CancelledError();
  await state.update(LAST_FORMAT, picked.format);
  return picked.format;
}
