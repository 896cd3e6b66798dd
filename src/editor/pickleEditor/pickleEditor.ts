import * as vscode from 'vscode';
import type { RowCommand } from '../../webview/messages';
import type { Inspecting } from '../inspect/inspecting';
import type { ReceivedItems } from '../items/receivedItems';
import { logError, type Services } from '../services';
import { PickleDocument } from './pickleDocument';
import { createPickleFiles } from './pickleFiles';
import { PickleTabs } from './pickleTabs';
import { PickleView, type PickleViewParts } from './pickleView';

/** The editors of package.json, made when the first file is opened. */
export interface PickleEditors {
  readonly provider: vscode.CustomReadonlyEditorProvider<PickleDocument>;
  /** Runs a command on the focused row of the last used editor. */
  run(command: RowCommand): Promise<void>;
}

export function createPickleEditors(
  { context, worker, reporter, log, own }: Services,
  items: ReceivedItems,
  inspecting: Inspecting,
): PickleEditors {
  const files = own(createPickleFiles(worker, items));
  const tabs = own(new PickleTabs(files, context.workspaceState, logError(log)));
  const scripts = vscode.Uri.joinPath(context.extensionUri, 'dist');
  const provider = new PickleEditorProvider({ files, tabs, inspecting, reporter, scripts });
  return { provider, run: (command) => provider.run(command) };
}

/** Shows pickle files as a typed tree, and never runs anything in them. */
class PickleEditorProvider implements vscode.CustomReadonlyEditorProvider<PickleDocument> {
  /** The editor that was used last. */
  private active: PickleView | undefined;

  constructor(private readonly parts: PickleViewParts) {}

  async run(command: RowCommand): Promise<void> {
    await this.active?.run(command);
  }

  openCustomDocument(uri: vscode.Uri): PickleDocument {
    return new PickleDocument(uri, this.parts.files);
  }

  resolveCustomEditor(document: PickleDocument, panel: vscode.WebviewPanel): void {
    const view = new PickleView(document, panel.webview, this.parts);
    this.active = view;
    panel.onDidChangeViewState(() => {
      if (panel.active) this.active = view;
    });
    panel.onDidDispose(() => {
      if (this.active === view) this.active = undefined;
      view.dispose();
    });
  }
}
