import * as vscode from 'vscode';
import { PicklepostError } from '../../core/errors';
import type { Disposable } from '../../core/scheduling/event';
import type { DataPanels } from '../data/dataPanels';
import { comparisonSource } from '../data/dataSources';
import { targetLabel, type CommandTarget } from '../items/commandTarget';
import type { Unread } from '../items/unread';
import { withoutIcons } from '../shell/foreignText';
import { CONTEXT_KEYS, DOCUMENT_SCHEME } from '../shell/names';
import { PreconditionError, type Reporter } from '../shell/reporter';
import { isStored, sideOf, type Comparand, type Side, type SideParts } from './comparedSide';
import { HEX_PART, parseDocumentUri } from '../items/documentUri';
import type { ReceivedFiles, View } from './documents';

export interface ComparerParts {
  readonly sides: SideParts;
  readonly files: ReceivedFiles;
  readonly unread: Unread;
  readonly reporter: Reporter;
  readonly panels: () => Promise<DataPanels>;
}

/**
 * Compares two received items, files, or values in them. Two tables or arrays are compared cell by cell in a grid. Other
 * values are compared in the diff editor: with sorted keys and one entry per line, so that neither the order nor the format
 * makes a difference.
 */
export class Comparer implements vscode.Disposable {
  private selected: Comparand | undefined;
  /** Says what has been selected. */
  private message: vscode.Disposable | undefined;
  private readonly subscription: Disposable;

  constructor(private readonly parts: ComparerParts) {
    this.subscription = parts.sides.items.onDidChange(() => void this.forgetDeleted());
  }

  dispose(): void {
    this.subscription.dispose();
    this.message?.dispose();
  }

  /** Remembers one of the two. */
  async select(comparand: Comparand): Promise<void> {
    await this.remember(comparand);
    this.message = vscode.window.setStatusBarMessage(
      vscode.l10n.t('Selected for compare: {0}', withoutIcons(labelOf(comparand))),
      5000,
    );
  }

  async compareWithSelected(comparand: Comparand): Promise<void> {
    if (!this.selected)
      throw new PreconditionError(vscode.l10n.t('Choose "Select for compare" on another item first.'));
    await this.compare(this.selected, comparand);
  }

  /** Two items, the older one on the left. */
  async compareAll(subjects: readonly CommandTarget[]): Promise<void> {
    const [left, right, more] = subjects;
    if (!left || !right || more) throw new PreconditionError(vscode.l10n.t('Select two items to compare.'));
    const isOlder = left.item.receivedAt <= right.item.receivedAt;
    const [older, newer] = isOlder ? [left, right] : [right, left];
    await this.compare({ kind: 'received', target: older }, { kind: 'received', target: newer });
  }

  /** Two files, in the order in which they were selected. */
  async compareFiles(files: readonly vscode.Uri[]): Promise<void> {
    const [left, right, more] = files;
    if (!left || !right || more) throw new PreconditionError(vscode.l10n.t('Select two files to compare.'));
    await this.compare({ kind: 'file', file: { uri: left } }, { kind: 'file', file: { uri: right } });
  }

  /** Asks for a file. */
  async compareWithFile(comparand: Comparand): Promise<void> {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const files = await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Compare with which file?'),
      openLabel: vscode.l10n.t('Compare'),
      ...(folder && { defaultUri: folder }),
    });
    const file = files?.[0];
    if (file) await this.compare(comparand, { kind: 'file', file: { uri: file } });
  }

  private async remember(comparand: Comparand | undefined): Promise<void> {
    this.message?.dispose();
    this.selected = comparand;
    await vscode.commands.executeCommand(
      'setContext',
      CONTEXT_KEYS.hasSelectedForCompare,
      comparand !== undefined,
    );
  }

  /** Never rejects: if the items cannot be listed, the view says so. */
  private async forgetDeleted(): Promise<void> {
    const { selected } = this;
    const id = selected && itemIdOf(selected);
    if (id === undefined) return;
    const ids = await this.parts.sides.items.ids().catch(() => undefined);
    if (ids && !ids.includes(id) && selected === this.selected) await this.remember(undefined);
  }

  private async compare(...pair: readonly [Comparand, Comparand]): Promise<void> {
    this.message?.dispose();
    const ids = pair.flatMap((comparand) => itemIdOf(comparand) ?? []);
    const { sides, unread } = this.parts;
    void unread.markRead(ids);
    const [left, right] = await Promise.all([sideOf(pair[0], sides), sideOf(pair[1], sides)]);
    const progress = { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Comparing') };
    const isShown = await vscode.window.withProgress(progress, () => this.openGrid(left, right));
    if (!isShown) await this.openAsText(left, right);
  }

  /** @returns false if they are not both tables or arrays */
  private async openGrid(left: Side, right: Side): Promise<boolean> {
    if ([left, right].some((side) => side.kind !== 'value' || isStored(side))) return false;
    const asText = (): Promise<void> => this.open(left, right, 'csv');
    try {
      await (
        await this.parts.panels()
      ).open(comparisonSource(left, right, titleOf(left, right), asText), 'table');
      return true;
    } catch (error) {
      // A decoding error is reported when the values are opened as text.
      if (error instanceof PicklepostError && error.code !== 'cancelled') return false;
      throw error;
    }
  }

  private async openAsText(left: Side, right: Side): Promise<void> {
    const sides = [left, right];
    const isBytes = sides.some(({ kind }) => kind === 'bytes');
    const areValues = sides.every(({ kind }) => kind === 'value');
    const view: View = areValues ? 'canonical' : isBytes ? 'hex' : 'content';
    const asTheyCame = {
      title: vscode.l10n.t('Compare raw content'),
      run: () => this.parts.reporter.guard(() => this.open(left, right, 'content')),
    };
    try {
      await this.open(left, right, view);
    } catch (error) {
      if (!areValues || !(error instanceof PicklepostError)) throw error;
      void this.parts.reporter.error(error, asTheyCame);
    }
  }

  private async open(left: Side, right: Side, view: View): Promise<void> {
    const uris = [left.uri(view), right.uri(view)] as const;
    // Errors are shown here by name, and not by an empty editor.
    for (const uri of uris) if (uri.scheme === DOCUMENT_SCHEME) await this.parts.files.content(uri);
    const isPart = view === 'hex' && (left.size > HEX_PART || right.size > HEX_PART);
    const title = titleOf(left, right);
    await vscode.commands.executeCommand(
      'vscode.diff',
      ...uris,
      isPart ? vscode.l10n.t('{0} (the first {1} bytes)', title, HEX_PART) : title,
    );
  }
}

function titleOf(...sides: readonly [Side, Side]): string {
  const isSame = sides[0].title === sides[1].title;
  const [left, right] = sides.map(({ title, detail }) => (isSame ? `${title} (${detail})` : title));
  return `${left ?? ''} ↔ ${right ?? ''}`;
}

function labelOf(comparand: Comparand): string {
  if (comparand.kind === 'received') return targetLabel(comparand.target);
  const { uri, expression } = comparand.file;
  const name = vscode.workspace.asRelativePath(uri);
  return expression === undefined ? name : `${expression} (${name})`;
}

function itemIdOf(comparand: Comparand): string | undefined {
  if (comparand.kind === 'received') return comparand.target.item.id;
  const { uri } = comparand.file;
  const source = uri.scheme === DOCUMENT_SCHEME ? parseDocumentUri(uri)?.source : undefined;
  return source && 'item' in source ? source.item : undefined;
}
