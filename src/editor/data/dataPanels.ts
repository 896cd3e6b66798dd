import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { Tolerance } from '../../core/data/difference';
import type { DataQuestion } from '../../core/data/questions';
import type {
  DataMode,
  MessageFromDataView,
  MessageToDataView,
  SaveExtension,
} from '../../webview/dataMessages';
import type { Reporter } from '../shell/reporter';
import { dataTexts } from './dataTexts';
import { localizedMessage } from '../shell/localize';

/** The content of a panel: a table, an array or a picture, or two tables side by side. */
export interface DataSource {
  readonly title: string;
  /** Suggested name for a file, without an extension. */
  readonly fileName: string;
  /** Asks the worker. @param isWanted asked between two steps @throws PicklepostError */
  look(question: DataQuestion, isWanted: () => boolean, tolerance: Tolerance): Promise<unknown>;
  /** Opens both as text in the diff editor; undefined if nothing is compared. */
  readonly compareAsText?: () => Promise<void>;
  /** When nobody asks any more. */
  dispose?(): void;
}

/** Opens the pages that show tables, pictures and plots. */
export class DataPanels {
  constructor(
    /** The folder of the bundled scripts. */
    private readonly scripts: vscode.Uri,
    private readonly reporter: Reporter,
  ) {}

  /** Opens a panel. @throws PicklepostError `unsupported` if there is nothing that it could show */
  async open(source: DataSource, mode: DataMode): Promise<void> {
    // Errors are shown here, and not by an empty panel.
    try {
      await source.look({ name: 'open' }, () => true, EXACT);
    } catch (error) {
      source.dispose?.();
      throw error;
    }
    const panel = vscode.window.createWebviewPanel(
      'picklepost.data',
      source.title,
      vscode.ViewColumn.Active,
      {
        enableScripts: true,
        localResourceRoots: [this.scripts],
      },
    );
    const view = new DataPanel(panel.webview, source, mode, this.reporter);
    panel.onDidDispose(() => view.dispose());
    panel.onDidChangeViewState(() => {
      if (!panel.visible) view.rest();
    });
    panel.webview.html = dataHtml(panel.webview, this.scripts, randomBytes(16).toString('base64'));
  }
}

const EXACT: Tolerance = { absolute: 0, relative: 0 };

/** One page, and its questions. */
class DataPanel implements vscode.Disposable {
  private readonly subscription: vscode.Disposable;
  /** Requests whose answers are wanted. */
  private readonly wanted = new Set<number>();
  private tolerance = EXACT;

  constructor(
    private readonly webview: vscode.Webview,
    private readonly source: DataSource,
    private readonly mode: DataMode,
    reporter: Reporter,
  ) {
    this.subscription = webview.onDidReceiveMessage((message: MessageFromDataView) =>
      reporter.guard(() => this.take(message)),
    );
  }

  dispose(): void {
    this.wanted.clear();
    this.subscription.dispose();
    this.source.dispose?.();
  }

  /** Nobody looks at the page; it asks again when it is shown. */
  rest(): void {
    this.wanted.clear();
  }

  private async take(message: MessageFromDataView): Promise<void> {
    switch (message.kind) {
      case 'ready':
        return this.show();
      case 'ask':
        return this.answer(message.request, message.question);
      case 'cancel':
        this.wanted.delete(message.request);
        return;
      case 'copyText':
        return vscode.env.clipboard.writeText(message.text);
      case 'save':
        return this.save(message.question, message.extension);
      case 'tolerate':
        this.tolerance = { absolute: message.absolute, relative: message.relative };
        return this.show();
      case 'compareAsText':
        return this.source.compareAsText?.();
    }
  }

  private show(): Promise<void> {
    // Nobody waits any more for questions from before the page was hidden.
    this.wanted.clear();
    const { mode, tolerance } = this;
    return this.send({ kind: 'show', mode, texts: dataTexts(), tolerance });
  }

  private async answer(request: number, question: DataQuestion): Promise<void> {
    this.wanted.add(request);
    const isWanted = (): boolean => this.wanted.has(request);
    try {
      const answer = await this.source.look(question, isWanted, this.tolerance);
      if (isWanted()) await this.send({ kind: 'answer', request, answer });
    } catch (error) {
      if (isWanted()) await this.send({ kind: 'failed', request, message: localizedMessage(error) });
    } finally {
      this.wanted.delete(request);
    }
  }

  private async save(question: DataQuestion, extension: SaveExtension): Promise<void> {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const name = `${this.source.fileName}.${extension}`;
    const file = await vscode.window.showSaveDialog({
      title: vscode.l10n.t('Save as'),
      ...(folder && { defaultUri: vscode.Uri.joinPath(folder, name) }),
      filters: { [extension.toUpperCase()]: [extension] },
    });
    if (!file) return;
    const location = vscode.ProgressLocation.Notification;
    const options = { location, title: vscode.l10n.t('Saving {0}', name), cancellable: true };
    await vscode.window.withProgress(options, async (_, cancellation) => {
      const isWanted = (): boolean => !cancellation.isCancellationRequested;
      const answer = await this.source.look(question, isWanted, this.tolerance);
      const bytes = typeof answer === 'string' ? Buffer.from(answer) : (answer as Uint8Array);
      await vscode.workspace.fs.writeFile(file, bytes);
    });
  }

  private async send(message: MessageToDataView): Promise<void> {
    await this.webview.postMessage(message);
  }
}

/**
 * The page of tables, pictures and plots, empty. It may load its own script and style and nothing else; data comes in messages, and is
 * only ever set as text, or drawn.
 * @param scripts the folder of the bundled scripts
 * @param nonce of this page only
 */
function dataHtml(webview: vscode.Webview, scripts: vscode.Uri, nonce: string): string {
  const [script, style] = ['dataView.js', 'dataView.css'].map((name) =>
    webview.asWebviewUri(vscode.Uri.joinPath(scripts, name)).toString().replaceAll('"', '%22'),
  );
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'`;
  return `<!DOCTYPE html>
<html lang="${vscode.env.language.replaceAll('"', '')}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" nonce="${nonce}" href="${style ?? ''}">
<title>Picklepost</title>
</head>
<body>
<header><div id="modes" role="group"></div><div id="axes"></div></header>
<div id="problem" role="alert" hidden></div>
<main id="content"></main>
<script nonce="${nonce}" src="${script ?? ''}"></script>
</body>
</html>`;
}
