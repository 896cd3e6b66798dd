import * as vscode from 'vscode';
import { isTextFormat } from '../../core/codecs/codecs';
import { CONTENT_START, contentTypeOf } from '../../core/contentType';
import { PicklepostError } from '../../core/errors';
import type { Disposable } from '../../core/scheduling/event';
import { HEX_PART } from '../items/documentUri';
import { addressUri, type ReceivedFiles, type View } from './documents';
import { formatOfFile } from '../../core/codecs/fileFormat';
import { readFilePart } from './filePart';
import { withoutIcons } from '../shell/iconLabels';
import { CONTEXT_KEYS } from '../shell/names';
import { subjectUri, type Opener } from './opener';
import type { ReceivedItems } from '../items/receivedItems';
import { PreconditionError, type Reporter } from '../shell/reporter';
import { hasValue, targetLabel, type CommandTarget } from '../items/commandTarget';
import type { Unread } from '../items/unread';
import { baseName, formatMoment } from '../shell/formatting';

export interface ComparerParts {
  readonly items: ReceivedItems;
  readonly files: ReceivedFiles;
  readonly opener: Opener;
  readonly unread: Unread;
  readonly reporter: Reporter;
}

type Kind = 'value' | 'text' | 'bytes';

/** One of the two things that are compared. */
interface Side {
  readonly title: string;
  /** Tells it from another of the same title. */
  readonly detail: string;
  readonly kind: Kind;
  /** Bytes, where they are shown as hex. */
  readonly size: number;
  uri(view: View): vscode.Uri;
}

/**
 * Compares two received items, values in them, or one with a file, in the editor for differences. Two dictionaries are compared as
 * values: their keys sorted, one entry in each line, so that neither the order nor the format they came in makes a difference.
 */
export class Comparer implements vscode.Disposable {
  private selected: CommandTarget | undefined;
  /** Says what has been selected. */
  private message: vscode.Disposable | undefined;
  private readonly subscription: Disposable;

  constructor(private readonly parts: ComparerParts) {
    this.subscription = parts.items.onDidChange(() => void this.forgetDeleted());
  }

  dispose(): void {
    this.subscription.dispose();
    this.message?.dispose();
  }

  /** Remembers one of the two. */
  async select(target: CommandTarget): Promise<void> {
    await this.remember(target);
    this.message = vscode.window.setStatusBarMessage(
      vscode.l10n.t('Selected for compare: {0}', withoutIcons(targetLabel(target))),
      5000,
    );
  }

  async compareWithSelected(target: CommandTarget): Promise<void> {
    if (!this.selected)
      throw new PreconditionError(vscode.l10n.t('Choose "Select for compare" on another item first.'));
    await this.compare(this.selected, target);
  }

  /** Two, of which the older one is shown on the left. */
  async compareAll(subjects: readonly CommandTarget[]): Promise<void> {
    const [left, right, more] = subjects;
    if (!left || !right || more) throw new PreconditionError(vscode.l10n.t('Select two items to compare.'));
    const isOlder = left.item.receivedAt <= right.item.receivedAt;
    await (isOlder ? this.compare(left, right) : this.compare(right, left));
  }

  private async remember(target: CommandTarget | undefined): Promise<void> {
    this.message?.dispose();
    this.selected = target;
    await vscode.commands.executeCommand(
      'setContext',
      CONTEXT_KEYS.hasSelectedForCompare,
      target !== undefined,
    );
  }

  /** Never rejects: where the items cannot be listed, the view says so. */
  private async forgetDeleted(): Promise<void> {
    const { selected } = this;
    if (!selected) return;
    const ids = await this.parts.items.ids().catch(() => undefined);
    if (ids && !ids.includes(selected.item.id) && selected === this.selected) await this.remember(undefined);
  }

  private async compare(left: CommandTarget, right: CommandTarget): Promise<void> {
    await this.show(await this.itemSide(left), await this.itemSide(right));
  }

  /** Asks for a file. */
  async compareWithFile(target: CommandTarget): Promise<void> {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const files = await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Compare with which file?'),
      openLabel: vscode.l10n.t('Compare'),
      ...(folder && { defaultUri: folder }),
    });
    const file = files?.[0];
    if (file) await this.show(await this.itemSide(target), await fileSide(file));
  }

  private async show(left: Side, right: Side): Promise<void> {
    this.message?.dispose();
    const sides = [left, right];
    const isBytes = sides.some(({ kind }) => kind === 'bytes');
    const areValues = sides.every(({ kind }) => kind === 'value');
    const view: View = areValues ? 'canonical' : isBytes ? 'hex' : 'content';
    const asTheyCame = {
      title: vscode.l10n.t('Compare as they came'),
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
    // What cannot be shown is told by name here, and not by an empty editor.
    for (const uri of uris) if (uri.scheme !== 'file') await this.parts.files.content(uri);
    const isPart = view === 'hex' && (left.size > HEX_PART || right.size > HEX_PART);
    const [from, to] = left.title === right.title ? [left, right].map(fullTitle) : [left.title, right.title];
    const title = `${from} ↔ ${to}`;
    await vscode.commands.executeCommand(
      'vscode.diff',
      ...uris,
      isPart ? vscode.l10n.t('{0} (the first {1} bytes)', title, HEX_PART) : title,
    );
  }

  private async itemSide(target: CommandTarget): Promise<Side> {
    void this.parts.unread.markRead([target.item.id]);
    const type = hasValue(target) ? undefined : await this.parts.opener.contentType(target);
    const { format } = target.item;
    const isText = type !== undefined || (format !== undefined && isTextFormat(format));
    // Beside a text, a value is shown as text too.
    const readable = isText && target.info === undefined ? 'content' : 'canonical';
    return {
      title: targetLabel(target),
      detail: formatMoment(target.item.receivedAt),
      kind: type === undefined ? 'value' : type.kind === 'text' ? 'text' : 'bytes',
      size: target.item.size,
      uri: (view) => subjectUri(target, view === 'content' ? readable : view),
    };
  }
}

function fullTitle({ title, detail }: Side): string {
  return `${title} (${detail})`;
}

/** As text a file is shown itself, so that it can be changed there. */
async function fileSide(file: vscode.Uri): Promise<Side> {
  const { size } = await vscode.workspace.fs.stat(file);
  const start = await readFilePart(file, 0, CONTENT_START);
  const isText = contentTypeOf(start, size <= start.length).kind === 'text';
  return {
    title: baseName(file),
    detail: vscode.workspace.asRelativePath(file),
    kind: formatOfFile(file.path, start) !== undefined ? 'value' : isText ? 'text' : 'bytes',
    size,
    uri: (view) =>
      view === 'content'
        ? file
        : addressUri({ source: { file: file.toString() }, view, part: 0 }, baseName(file)),
  };
}
