import * as vscode from 'vscode';
import type { OutgoingItem } from '../../core/item/item';
import { formatSize } from '../../core/amounts';

type Progress = vscode.Progress<{ message?: string; increment?: number }>;

/** Turns the bytes of each item into a share of all items. */
export function progressReporter(
  items: readonly OutgoingItem[],
  progress: Progress,
): (item: OutgoingItem, bytes: number) => void {
  const total = items.reduce((sum, item) => sum + (item.size ?? 0), 0);
  const done = new Map<OutgoingItem, number>();
  let sent = 0;
  let shown = 0;
  return (item, bytes) => {
    sent += bytes - (done.get(item) ?? 0);
    done.set(item, bytes);
    if (total === 0 || (sent - shown < total / 100 && sent < total)) return;
    progress.report({
      increment: (100 * (sent - shown)) / total,
      message: vscode.l10n.t('{0} of {1}', formatSize(sent), formatSize(total)),
    });
    shown = sent;
  };
}
