import { randomBytes } from 'node:crypto';
import path from 'node:path';
import * as vscode from 'vscode';
import { messageOf } from '../../core/errors';
import type { TextForm } from '../../core/codecs/forms';
import type {
  Action,
  Button,
  CopyForm,
  MessageToExtension,
  MessageToView,
  RowPurpose,
} from '../../webview/messages';
import type { LoadedPickleFile } from '../../worker/loadedValue';
import type { ValueWorker } from '../../worker/valueWorker';
import type { DataPanels } from '../data/dataPanels';
import { valueSource } from '../data/dataSources';
import { PickleDocument } from './pickleDocument';
import { createPickleFiles, type PickleFiles } from './pickleFiles';
import { failureNotice, fileNotices } from '../inspect/pickleNotices';
import { pickleHtml } from './pickleHtml';
import { childRows, topRows } from './pickleRows';
import { PickleSearch } from './pickleSearch';
import type { Comparand } from '../inspect/comparedSide';
import type { Comparer } from '../inspect/comparer';
import { StoredPlaces } from '../inspect/storedPlaces';
import { PickleTabs } from './pickleTabs';
import { PickleTexts, pickleTextUri } from './pickleTexts';
import type { ReceivedItems } from '../items/receivedItems';
import type { Reporter } from '../shell/reporter';
import { formatSize } from '../shell/formatting';

/** UTF-16 units that are put on the clipboard at most. */
const MAXIMUM_COPY = 16 * 1024 * 1024;

/** What commands do in the editors of pickle files. */
export interface PickleEditors {
  readonly provider: vscode.CustomReadonlyEditorProvider<PickleDocument>;
  readonly texts: vscode.TextDocumentContentProvider;
  /** Copies of the row that has the focus in the editor that was used last. */
  copyRow(as: CopyForm): Promise<void>;
  /** Does something with that row. */
  useRow(purpose: RowPurpose): Promise<void>;
  dispose(): void;
}

export interface PickleEditorsParts {
  readonly worker: ValueWorker;
  readonly items: ReceivedItems;
  readonly reporter: Reporter;
  readonly state: vscode.Memento;
  readonly onError: (error: unknown) => void;
  /** The folder of the bundled scripts. */
  readonly scripts: vscode.Uri;
  readonly panels: () => Promise<DataPanels>;
  readonly comparer: Comparer;
}

/** The editors of package.json, and the documents that show the content of pickle files as text. */
export function createPickleEditors(parts: PickleEditorsParts): PickleEditors {
  const { worker, items, reporter, state, onError, scripts, panels, comparer } = parts;
  const files = createPickleFiles(worker, items);
  const texts = new PickleTexts(files);
  const tabs = new PickleTabs(files, state, onError);
  const provider = new PickleEditorProvider({ files, texts, tabs, reporter, scripts, panels, comparer });
  const owned = vscode.Disposable.from(tabs, files);
  return {
    provider,
    texts,
    copyRow: (as) => provider.copyRow(as),
    useRow: (purpose) => provider.useRow(purpose),
    dispose: () => void owned.dispose(),
  };
}

interface PickleEditorParts {
  readonly files: PickleFiles;
  readonly texts: PickleTexts;
  readonly tabs: PickleTabs;
  readonly reporter: Reporter;
  /** The folder of the bundled scripts. */
  readonly scripts: vscode.Uri;
  readonly panels: () => Promise<DataPanels>;
  readonly comparer: Comparer;
}

/** Shows pickle files as a typed tree, without ever running what they say. */
class PickleEditorProvider implements vscode.CustomReadonlyEditorProvider<PickleDocument> {
  /** The editor that was used last. */
  private active: PickleView | undefined;

  constructor(private readonly parts: PickleEditorParts) {}

  /** Of the row that has the focus in the editor that was used last. */
  async copyRow(as: CopyForm): Promise<void> {
    await this.active?.copyRow(as);
  }

  async useRow(purpose: RowPurpose): Promise<void> {
    await this.active?.useRow(purpose);
  }

  openCustomDocument(uri: vscode.Uri): PickleDocument {
    const document = new PickleDocument(uri, this.parts.files);
    document.onDidChange(() => {
      this.parts.texts.refresh(uri);
    });
    return document;
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

/** One editor of a document. */
class PickleView implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable;
  /** Counts readings of the file; only the last one is shown. */
  private turn = 0;
  private readonly search: PickleSearch;
  private readonly stored = new StoredPlaces();

  constructor(
    private readonly document: PickleDocument,
    private readonly webview: vscode.Webview,
    private readonly parts: PickleEditorParts,
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
      case 'copy':
        return this.send({ kind: 'copied', text: await this.copyText(message) });
      case 'find':
        return this.search.find(message.search, message.text);
      case 'goTo':
        return this.search.goTo(message.search, message.index);
      case 'copyText':
        return vscode.env.clipboard.writeText(message.text);
      case 'row':
        return this.use(message.path, message.purpose);
      case 'do':
        return this.act(message.action);
    }
  }

  /** Of the row that has the focus. */
  async copyRow(as: CopyForm): Promise<void> {
    await this.send({ kind: 'copyRow', as });
  }

  /** Has the page say which row has the focus. */
  async useRow(purpose: RowPurpose): Promise<void> {
    await this.send({ kind: 'askRow', purpose });
  }

  private async use(place: readonly number[], purpose: RowPurpose): Promise<void> {
    switch (purpose) {
      case 'openData':
        return this.openData(place);
      case 'showAsStored':
      case 'showRecognized':
        this.stored.set(place, purpose === 'showAsStored');
        return this.show();
      case 'selectForCompare':
        return this.parts.comparer.select(await this.comparand(place));
      case 'compareWithSelected':
        return this.parts.comparer.compareWithSelected(await this.comparand(place));
    }
  }

  private async comparand(place: readonly number[]): Promise<Comparand> {
    const { expression } = await this.ask((file) => file.ask('node', place));
    return { kind: 'file', file: { uri: this.document.uri, path: place, expression } };
  }

  private async openData(place: readonly number[]): Promise<void> {
    const { files, panels } = this.parts;
    const { address, uri } = this.document;
    const [node, name] = [await this.ask((file) => file.ask('node', place)), path.posix.parse(uri.path)];
    const names = {
      title: place.length === 0 ? name.base : `${node.expression} (${name.base})`,
      fileName: name.name,
    };
    await (await panels()).open(valueSource(files, address, place, names), 'table');
  }

  private copyText({ path, as }: Extract<MessageToExtension, { kind: 'copy' }>): Promise<string> {
    return this.ask(async (file) => {
      if (as === 'path') return (await file.ask('node', path)).expression;
      return as === 'value'
        ? file.ask('plainText', path, MAXIMUM_COPY)
        : file.ask('text', path, as, MAXIMUM_COPY);
    });
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
        buttons: file.decoded.count > 0 ? formButtons() : [],
        rows: await topRows(file, this.stored),
      }));
    } catch (error) {
      const notices = [failureNotice(messageOf(error))];
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
      facts.push(vscode.l10n.t('tensors: {0}', checkpoint.tensors.toLocaleString('en')));
      facts.push(vscode.l10n.t('parameters: {0}', checkpoint.parameters.toLocaleString('en')));
    }
    return facts.join(' · ');
  }

  private async sendRows({ request, source }: Extract<MessageToExtension, { kind: 'rows' }>): Promise<void> {
    try {
      const rows = await this.ask((file) => childRows(file, source, this.stored));
      await this.send({ kind: 'rows', request, rows });
    } catch (error) {
      await this.send({ kind: 'failed', request, message: messageOf(error) });
    }
  }

  private async act(action: Action): Promise<void> {
    switch (action) {
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
    return this.parts.texts.open(pickleTextUri(this.document.uri, form));
  }

  private ask<T>(question: (file: LoadedPickleFile) => Promise<T>): Promise<T> {
    return this.parts.files.use(this.document.address, question);
  }

  private async send(message: MessageToView): Promise<void> {
    await this.webview.postMessage(message);
  }
}

function formButtons(): Button[] {
  return [
    { title: vscode.l10n.t('Open as Python'), action: 'openAsPython' },
    { title: vscode.l10n.t('Open as JSON'), action: 'openAsJson' },
    { title: vscode.l10n.t('Open as XML'), action: 'openAsXml' },
  ];
}
