import * as vscode from 'vscode';
import { CancelledError } from '../../core/errors';
import { formats, FORMATS, type Format } from '../../core/codecs/formats';
import type { Settings } from '../shell/settings';
import { capitalize } from '../shell/formatting';
import { localize } from '../shell/localize';

const LAST_FORMAT = 'lastFormat';

/** The format of the settings, or else the one that the person chooses, the last choice first. @throws CancelledError */
export async function pickFormat(settings: Settings, state: vscode.Memento): Promise<Format> {
  if (settings.send.format !== 'ask') return settings.send.format;
  const rows = FORMATS.map((format) => {
    const { title, detail } = formats[format];
    return { format, label: capitalize(title), detail: localize(detail) };
  });
  const last = state.get<Format>(LAST_FORMAT);
  rows.sort((a, b) => Number(b.format === last) - Number(a.format === last));
  const picked = await vscode.window.showQuickPick(rows, {
    title: vscode.l10n.t('Send the dictionary in which format?'),
  });
  if (!picked) throw new CancelledError();
  await state.update(LAST_FORMAT, picked.format);
  return picked.format;
}
