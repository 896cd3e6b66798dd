import * as vscode from 'vscode';
import type { DataPanels } from '../data/dataPanels';
import { Saver } from '../items/saver';
import type { WindowItems } from '../items/windowItems';
import type { Services } from '../services';
import { Lazy } from '../shell/lazy';
import { Comparer } from './comparer';
import { ReceivedFiles } from './documents';
import { Opener } from './opener';

/** The parts that show items, files and values in editors. */
export interface Inspecting {
  readonly files: ReceivedFiles;
  readonly saver: Saver;
  readonly opener: Opener;
  readonly comparer: Comparer;
  readonly panels: () => Promise<DataPanels>;
}

/** @param onDidSave shows that an item has been saved */
export function createInspecting(
  { context, worker, reporter, own }: Services,
  { items, saved, unread }: WindowItems,
  onDidSave: () => void,
): Inspecting {
  const lazyPanels = new Lazy(async () => {
    const { DataPanels } = await import('../data/dataPanels');
    return new DataPanels(vscode.Uri.joinPath(context.extensionUri, 'dist'), reporter);
  });
  const panels = (): Promise<DataPanels> => lazyPanels.get();
  const files = own(new ReceivedFiles(items, worker));
  const saver = new Saver({ items, saved, reporter, refresh: onDidSave });
  const opener = new Opener({ items, files, saver, unread, reporter });
  const comparer = own(new Comparer({ sides: { items, worker, opener }, files, unread, reporter, panels }));
  return { files, saver, opener, comparer, panels };
}
