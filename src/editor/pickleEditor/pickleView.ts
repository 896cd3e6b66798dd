import { randomBytes } from 'node:crypto';
import path from 'node:path';
import * as vscode from 'vscode';
import type { TextForm } from '../../core/codecs/forms';
import type { Action, Button, MessageToExtension, MessageToView, RowCommand } from '../../webview/messages';
import type { DataMode } from '../../webview/dataMessages';
import type { LoadedPickleFile } from '../../worker/loadedValue';
import { valueSource } from '../data/dataSources';
import type { Comparand } from '../inspect/comparedSide';
import type { Inspecting } from '../inspect/inspecting';
import { failureNotice, fileNotices } from '../inspect/pickleNotices';
import { StoredPlaces } from '../inspect/storedPlaces';
import { copiedText } from '../inspect/valueCopy';
import { formatSize } from '../../core/amounts';
import type { Reporter } from '../shell/reporter';
import type { PickleDocument } from './pickleDocument';
import type { PickleFiles } from './pickleFiles';
import { childRows, topRows } from './pickleRows';
import { PickleSearch } from './pickleSearch';
import type { PickleTabs } from './pickleTabs';
import { localCount, localizedMessage } from '../shell/localize';

export interface PickleViewParts {
  readonly files: PickleFiles;
  readonly tabs: PickleTabs;
  readonly inspecting: Inspecting;
  readonly reporter: Reporter;
  /** The folder of the bundled scripts. */
  readonly scripts: vscode.Uri;
}

/** One editor of a document. */
export class PickleView implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable;
  /** Counts reads of the file; only the last one is shown. */
  private turn = 0;
  private readonly search: PickleSearch;
  private readonly stored = new StoredPlaces();

  constructor(
    private readonly document: PickleDocument,
    private readonly webview: vscode.Webview,
    private readonly parts: PickleViewParts,
  ) {
    const { scripts, reporter, files } = parts;
    this.search = new PickleSearch(
      files,
      document.address,
      (message) => this.send(message),
      async (path) => {
        if (this.stored.uncover(path)) await this.show();
      },
    );
    this.subscriptions = vscode.Disposable.from(
      webview.onDidReceiveMessage((message: MessageToExtension) => reporter.guard(() => this.take(message))),
      this.search,
      document.onDidChange(() => reporter.guard(() => this.show())),
    );
    webview.options = { enableScripts: true, localResourceRoots: [scripts] };
    webview.html = pickleHtml(webview, scripts, randomBytes(16).toString('base64'));
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private async take(message: MessageToExtension): Promise<void> {
    switch (message.kind) {
      case 'ready':
        return this.show();
      case 'rows':
        return this.sendRows(message);
      case 'find':
        return this.search.find(message.search, message.text);
      case 'goTo':
        return this.search.goTo(message.search, message.index);
      case 'copyText':
        return vscode.env.clipboard.writeText(message.text);
      case 'row':
        return this.runAt(message.path, message.command);
      case 'do':
        return this.act(message.action);
    }
  }

  /** Asks the page for the focused row, and runs a command on its value. */
  async run(command: RowCommand): Promise<void> {
    await this.send({ kind: 'askRow', command });
  }

  private async runAt(place: readonly number[], command: RowCommand): Promise<void> {
    const { comparer } = this.parts.inspecting;
    switch (command) {
      case 'copyValue':
      case 'copyPath':
      case 'copyAsJson':
      case 'copyAsPython':
        return this.send({
          kind: 'copied',
          text: await this.ask((file) => copiedText(file, place, command)),
        });
      case 'openAsTable':
        return this.openData(place, 'table');
      case 'openAsPicture':
        return this.openData(place, 'picture');
      case 'openAsPlot':
        return this.openData(place, 'plot');
      case 'showAsStored':
      case 'showRecognized':
        this.stored.set(place, command === 'showAsStored');
        return this.show();
      case 'selectForCompare':
        return comparer.select(await this.comparand(place));
      case 'compareWithSelected':
        return comparer.compareWithSelected(await this.comparand(place));
      case 'compareWithFile':
        return comparer.compareWithFile(await this.comparand(place));
    }
  }

  private async comparand(place: readonly number[]): Promise<Comparand> {
    const { expression } = await this.ask((file) => file.ask('node', place));
    return { kind: 'file', file: { uri: this.document.uri, path: place, expression } };
  }

  private async openData(place: readonly number[], mode: DataMode): Promise<void> {
    const { files, inspecting } = this.parts;
    const { address, uri } = this.document;
    const [node, name] = [await this.ask((file) => file.ask('node', place)), path.posix.parse(uri.path)];
    const names = {
      title: place.length === 0 ? name.base : `${node.expression} (${name.base})`,
      fileName: name.name,
    };
    await (await inspecting.panels()).open(valueSource(files, address, place, names), mode);
  }

  private async show(): Promise<void> {
    const turn = ++this.turn;
    const message = await this.readFile();
    if (turn === this.turn) await this.send(message);
  }

  private async readFile(): Promise<MessageToView> {
    try {
      return await this.ask(async (file) => ({
        kind: 'file',
        title: await this.title(file),
        notices: fileNotices(file.decoded),
        buttons: file.decoded.count > 0 ? [...dataButtons(file), ...formButtons()] : [],
        rows: await topRows(file, this.stored),
      }));
    } catch (error) {
      const notices = [failureNotice(localizedMessage(error))];
      return { kind: 'file', title: '', notices, buttons: [], rows: [] };
    }
  }

  private async title({ decoded }: LoadedPickleFile): Promise<string> {
    const { size } = await vscode.workspace.fs.stat(this.document.uri);
    const { kind, count, checkpoint } = decoded;
    const facts = [formatSize(size)];
    if (count > 1)
      facts.push(kind === 'npy' ? vscode.l10n.t('{0} arrays', count) : vscode.l10n.t('{0} pickles', count));
    if (checkpoint) {
      facts.push(vscode.l10n.t('tensors: {0}', localCount(checkpoint.tensors)));
      facts.push(vscode.l10n.t('parameters: {0}', localCount(checkpoint.parameters)));
    }
    return facts.join(' · ');
  }

  private async sendRows({ request, source }: Extract<MessageToExtension, { kind: 'rows' }>): Promise<void> {
    try {
      const rows = await this.ask((file) => childRows(file, source, this.stored));
      await this.send({ kind: 'rows', request, rows });
    } catch (error) {
      await this.send({ kind: 'failed', request, message: localizedMessage(error) });
    }
  }

  private async act(action: Action): Promise<void> {
    switch (action) {
      case 'openData':
        return this.openData([], 'table');
      case 'reload':
        this.document.reload();
        return;
      case 'openAsText':
        return this.parts.tabs.openAsText(this.document.uri);
      case 'openAsJson':
        return this.openAs('json');
      case 'openAsXml':
        return this.openAs('xml');
      case 'openAsPython':
        return this.openAs('python');
    }
  }

  private openAs(form: TextForm): Promise<void> {
    return this.parts.inspecting.opener.openFileAs(this.document.uri, form);
  }

  private ask<T>(question: (file: LoadedPickleFile) => Promise<T>): Promise<T> {
    return this.parts.files.use(this.document.address, question);
  }

  private async send(message: MessageToView): Promise<void> {
    await this.webview.postMessage(message);
  }
}

/** For the value of a file that is a table or a picture. */
function dataButtons({ root, decoded }: LoadedPickleFile): Button[] {
  const shows = decoded.count === 1 ? (root.known?.shows ?? []) : [];
  if (shows.length === 0) return [];
  const title = shows.includes('picture') ? vscode.l10n.t('Open as picture') : vscode.l10n.t('Open as table');
  return [{ title, action: 'openData' }];
}

function formButtons(): Button[] {
  return [
    { title: vscode.l10n.t('Open as Python'), action: 'openAsPython' },
    { title: vscode.l10n.t('Open as JSON'), action: 'openAsJson' },
    { title: vscode.l10n.t('Open as XML'), action: 'openAsXml' },
  ];
}

/**
 * The page of a pickle file, empty. It may load its own script and style and nothing else: no images, no connections, no content from
 * anywhere. Data comes in messages, and is only ever set as text.
 * @param scripts the folder of the bundled scripts
 * @param nonce of this page only
 */
function pickleHtml(webview: vscode.Webview, scripts: vscode.Uri, nonce: string): string {
  const script = webview.asWebviewUri(vscode.Uri.joinPath(scripts, 'pickleView.js')).toString();
  const style = webview.asWebviewUri(vscode.Uri.joinPath(scripts, 'pickleView.css')).toString();
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'`;
  return `<!DOCTYPE html>
<html lang="${escapeHtml(vscode.env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" nonce="${nonce}" href="${escapeHtml(style)}">
<title>${escapeHtml(vscode.l10n.t('Pickle'))}</title>
</head>
<body>
<header><span id="title" role="status">${escapeHtml(vscode.l10n.t('Reading...'))}</span><div id="finding" role="search" hidden><input id="find" type="search" spellcheck="false" placeholder="${escapeHtml(vscode.l10n.t('Find a key or value'))}" aria-label="${escapeHtml(vscode.l10n.t('Find a key or value; Enter goes to the next match'))}"><span id="found" role="status"></span></div><div id="buttons" class="buttons"></div></header>
<div id="notices"></div>
<div id="tree" role="tree" aria-label="${escapeHtml(vscode.l10n.t('Value of the pickle'))}" hidden></div>
<script nonce="${nonce}" src="${escapeHtml(script)}"></script>
</body>
</html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
}
