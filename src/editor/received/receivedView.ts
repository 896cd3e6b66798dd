import * as vscode from 'vscode';
import { formatAddress } from '../../core/wire/address';
import { ArrangementState } from './arrangementState';
import type { WindowItems } from '../items/windowItems';
import type { Services } from '../services';
import { CONTEXT_KEYS } from '../shell/names';
import type { TreeNode } from './receivedNodes';
import { ReceivedTree, type Listed } from './receivedTree';

export interface ViewParts {
  readonly view: vscode.TreeView<TreeNode>;
  readonly tree: ReceivedTree;
  readonly arrangement: ArrangementState;
  readonly window: Pick<WindowItems, 'unread' | 'peers' | 'status' | 'admission'>;
}

/** The view "Received" and its rows. */
export function createReceivedView(
  { context, own }: Services,
  window: WindowItems,
  view: vscode.TreeView<TreeNode>,
): ReceivedView {
  const { items, saved, unread, peers, admission } = window;
  const arrangement = new ArrangementState(context.workspaceState);
  const tree = own(
    new ReceivedTree({
      items,
      arrangement,
      unread,
      admissionControl: admission.control,
      savedPath: (id) => saved.get(id),
    }),
  );
  own(view.onDidChangeVisibility(({ visible }) => void (visible && peers.join())));
  if (view.visible) void peers.join();
  return own(new ReceivedView({ view, tree, arrangement, window }));
}

/**
 * The view "Received" with everything around its rows: the badge, the message, and the context keys of its actions. A
 * selected or expanded item counts as seen.
 */
export class ReceivedView implements vscode.Disposable {
  readonly view: vscode.TreeView<TreeNode>;
  private readonly subscriptions: vscode.Disposable;
  private listed: Listed = { total: 0, shown: 0 };
  /** Whether the list is in its final arrangement, which takes time if it is very long. */
  private isArranged = true;

  constructor(private readonly parts: ViewParts) {
    const { tree, arrangement } = parts;
    const { unread, peers, status, admission } = parts.window;
    this.view = parts.view;
    const update = (): void => {
      this.update();
    };
    this.subscriptions = vscode.Disposable.from(
      tree.onDidList((listed) => {
        this.listed = listed;
        this.isArranged = true;
        update();
      }),
      arrangement.onDidChange(() => {
        this.isArranged = false;
        update();
      }),
      unread.onDidChange(update),
      peers.onDidChange(update),
      status.onDidChange(update),
      admission.control.onDidChange(update),
      this.view.onDidChangeSelection(({ selection }) => this.see(selection)),
      this.view.onDidExpandElement(({ element }) => this.see([element])),
    );
    update();
  }

  get tree(): ReceivedTree {
    return this.parts.tree;
  }

  get arrangement(): ArrangementState {
    return this.parts.arrangement;
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private see(nodes: readonly TreeNode[]): void {
    const ids = nodes.flatMap((node) => (node.kind === 'item' ? [node.item.id] : []));
    void this.parts.window.unread.markRead(ids);
  }

  private update(): void {
    const { unread, peers, status, admission } = this.parts.window;
    const { filter } = this.arrangement.current;
    const elsewhere = peers.receivesElsewhere;
    const { total } = unread;
    const waiting = admission.control.questions.length;
    this.view.badge = badgeOf(total, waiting);
    setContext(CONTEXT_KEYS.hasQuestions, waiting > 0);
    // Without rows, the welcome text says the same, with buttons. A row would truncate a long problem.
    const { problem } = this.listed;
    if (problem !== undefined) this.view.message = breakingPaths(problem);
    else this.view.message = this.listed.total > 0 ? this.message(filter) : '';
    // Nothing is listed before the view is shown, but the palette is available.
    setContext(CONTEXT_KEYS.hasItems, this.listed.total > 0 || unread.inboxSize > 0);
    setContext(CONTEXT_KEYS.isFiltered, filter !== '');
    setContext(CONTEXT_KEYS.hasUnread, total > 0);
    setContext(CONTEXT_KEYS.receivesElsewhere, elsewhere !== undefined);
    setContext(CONTEXT_KEYS.isExposed, status.warning !== undefined);
  }

  private message(filter: string): string {
    const lines: string[] = [];
    const { peers, status } = this.parts.window;
    if (status.warning !== undefined) lines.push(`⚠ ${status.warning}`);
    const elsewhere = peers.receivesElsewhere;
    if (elsewhere)
      lines.push(
        elsewhere.host === '127.0.0.1'
          ? vscode.l10n.t('Another window receives on port {0}.', String(elsewhere.port))
          : vscode.l10n.t('Another window receives at {0}.', formatAddress(elsewhere)),
      );
    if (filter !== '' && !this.isArranged) lines.push(vscode.l10n.t('Filter "{0}": searching...', filter));
    else if (filter !== '') {
      const [shown, total] = [this.listed.shown, this.listed.total].map((count) =>
        count.toLocaleString(vscode.env.language),
      );
      lines.push(vscode.l10n.t('Filter "{0}": {1} of {2} items.', filter, String(shown), String(total)));
    }
    return lines.join(' ');
  }
}

/** @param waiting senders that wait for an answer */
function badgeOf(unread: number, waiting: number): vscode.ViewBadge | undefined {
  if (unread + waiting === 0) return undefined;
  const facts = [];
  if (waiting > 0) facts.push(vscode.l10n.t('Senders that wait for your answer: {0}', waiting));
  if (unread > 0) facts.push(vscode.l10n.t('Unread items: {0}', unread));
  return { value: unread + waiting, tooltip: facts.join('\n') };
}

/** Allows line breaks inside paths, which a narrow view would otherwise truncate. */
function breakingPaths(text: string): string {
  return text.replace(/[/\\]/g, '$&\u200b');
}

function setContext(key: string, value: boolean): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
