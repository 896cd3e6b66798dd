import * as vscode from 'vscode';
import { PickleScanner } from '../../core/codecs/pickle/format';
import { PicklepostError } from '../../core/errors';
import { isPickleFile } from '../../core/codecs/fileFormat';
import { DOCUMENT_SCHEME, PICKLE_EDITORS, PICKLE_OPTION, SHARED_PICKLE_NAME } from '../shell/names';
import { firstPiece } from '../inspect/fileContent';
import type { PickleFiles } from './pickleFiles';

/** Files that are to stay in the text editor, in the state of the workspace. */
const KEY = 'picklesAsText';

/**
 * Where a file is open as text. The tab itself is not kept while something is awaited: VS Code 1.105 replaces the objects of all
 * tabs when a selection changes, and then cannot close a tab by its old object.
 */
interface TextPlace {
  readonly uri: vscode.Uri;
  readonly viewColumn: vscode.ViewColumn;
}

/**
 * Shows pickles whose extension other languages use too (`*.p`) in the pickle editor. VS Code opens them as text, and files
 * that are not pickles stay there untouched, at the requested line and without flicker. Once a tab has turned out to be a
 * pickle, the pickle editor replaces it. If the person reopens it as text, it stays text until that tab is closed.
 */
export class PickleTabs implements vscode.Disposable {
  private readonly subscription: vscode.Disposable;
  private readonly asText: Set<string>;
  /** Places of tabs that are being checked. */
  private readonly inQuestion = new Set<string>();

  constructor(
    private readonly files: PickleFiles,
    private readonly state: vscode.Memento,
    private readonly onError: (error: unknown) => void,
  ) {
    const open = openTabs();
    const addresses = open.map((tab) => sharedTextUri(tab)?.toString());
    this.asText = new Set(state.get<string[]>(KEY, []).filter((address) => addresses.includes(address)));
    this.subscription = vscode.window.tabGroups.onDidChangeTabs(({ opened, changed, closed }) => {
      for (const tab of closed) this.noteClosed(tab);
      this.look([...opened, ...changed]);
    });
    // Those that were opened before this extension was started.
    this.look(open);
  }

  dispose(): void {
    this.subscription.dispose();
  }

  async openAsText(uri: vscode.Uri): Promise<void> {
    this.keepAsText(uri, true);
    await vscode.commands.executeCommand('vscode.openWith', uri, 'default');
  }

  /** Background tabs are checked when they are shown. */
  private look(tabs: readonly vscode.Tab[]): void {
    for (const tab of tabs) {
      const uri = sharedTextUri(tab);
      if (!uri || !tab.isActive || this.isToBeText(tab, uri)) continue;
      const { viewColumn } = tab.group;
      const place = `${String(viewColumn)} ${uri.toString()}`;
      if (this.inQuestion.has(place)) continue;
      this.inQuestion.add(place);
      this.replaceIfPickle({ uri, viewColumn })
        .catch(this.onError)
        .finally(() => this.inQuestion.delete(place));
    }
  }

  private async replaceIfPickle(place: TextPlace): Promise<void> {
    const { uri, viewColumn } = place;
    if (!(await this.isPickle(uri))) return;
    // By now it may have been closed or reopened as text.
    const tab = tabAt(place);
    if (!tab || this.isToBeText(tab, uri)) return;
    await vscode.commands.executeCommand('vscode.openWith', uri, PICKLE_OPTION, {
      viewColumn,
      // A preview is also replaced by the next look at the same file, which is not a wish for text.
      preview: false,
      // Only a preview is opened without moving the focus there.
      preserveFocus: tab.isPreview || !tab.group.isActive,
    });
    const replaced = tabAt(place);
    if (replaced) await vscode.window.tabGroups.close(replaced, true);
  }

  private isToBeText(tab: vscode.Tab, uri: vscode.Uri): boolean {
    return tab.isDirty || this.asText.has(uri.toString()) || isAssociated();
  }

  /** Not for unreadable files, which the text editor reports. */
  private async isPickle(uri: vscode.Uri): Promise<boolean> {
    try {
      const start = await firstPiece(uri);
      return isPickleFile('', start) || (mayBeWithoutHeader(start) && (await this.isWholePickle(uri)));
    } catch (error) {
      if (error instanceof PicklepostError) return false;
      throw error;
    }
  }

  private async isWholePickle(uri: vscode.Uri): Promise<boolean> {
    const address = uri.toString();
    const isWhole = await this.files.use(address, ({ decoded: { count, problem } }) =>
      Promise.resolve(count > 0 && problem === undefined),
    );
    if (!isWhole) this.files.forget(address);
    return isWhole;
  }

  /** Only "Reopen Editor With..." leaves a permanent text tab when the tab of the pickle closes. */
  private noteClosed(tab: vscode.Tab): void {
    const isSame = (other: vscode.Tab, uri: vscode.Uri): boolean =>
      sharedTextUri(other)?.toString() === uri.toString();
    const pickle = pickleUri(tab);
    if (pickle) {
      if (tab.group.tabs.some((other) => isSame(other, pickle) && other.isActive && !other.isPreview))
        this.keepAsText(pickle, true);
      return;
    }
    const text = sharedTextUri(tab);
    if (text && !openTabs().some((other) => isSame(other, text))) this.keepAsText(text, false);
  }

  private keepAsText(uri: vscode.Uri, isKept: boolean): void {
    const address = uri.toString();
    if (this.asText.has(address) === isKept) return;
    if (isKept) this.asText.add(address);
    else this.asText.delete(address);
    this.state.update(KEY, [...this.asText]).then(undefined, this.onError);
  }
}

function openTabs(): vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs);
}

/** The file that a tab shows as text, if its name may be that of a pickle. */
function sharedTextUri({ input }: vscode.Tab): vscode.Uri | undefined {
  if (!(input instanceof vscode.TabInputText)) return undefined;
  const { uri } = input;
  return uri.scheme !== DOCUMENT_SCHEME && uri.scheme !== 'untitled' && SHARED_PICKLE_NAME.test(uri.path)
    ? uri
    : undefined;
}

function pickleUri({ input }: vscode.Tab): vscode.Uri | undefined {
  const isPickle =
    input instanceof vscode.TabInputCustom && PICKLE_EDITORS.some((one) => one === input.viewType);
  return isPickle ? input.uri : undefined;
}

function tabAt({ uri, viewColumn }: TextPlace): vscode.Tab | undefined {
  const address = uri.toString();
  return openTabs().find(
    (tab) => tab.group.viewColumn === viewColumn && sharedTextUri(tab)?.toString() === address,
  );
}

/** Whether the person has configured an editor for such files: then VS Code opens that one. */
function isAssociated(): boolean {
  const editors = vscode.workspace.getConfiguration('workbench').get<object>('editorAssociations', {});
  return Object.keys(editors).some((pattern) => SHARED_PICKLE_NAME.test(pattern));
}

/** Protocols 0 and 1 begin with any opcode; within a few bytes, a source file has one that does not exist. */
function mayBeWithoutHeader(start: Uint8Array): boolean {
  const scanner = new PickleScanner();
  scanner.scan(start);
  return start.length > 0 && scanner.isPickle;
}
