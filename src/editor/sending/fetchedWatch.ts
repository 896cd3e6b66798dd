import type * as vscode from 'vscode';
import { isDeepStrictEqual } from 'node:util';
import { parseInboxAddress } from '../../nats/inboxAddress';
import type { Keyring } from '../keys/keyring';
import type { Outbox, QueueEntry } from './outbox';
import type { SharedDelivery } from './sharedDelivery';
import { editorReader, senderName } from './sharedSending';

/** Milliseconds between two checks while something has not been fetched. */
const INTERVAL = 10_000;
/** Entries that are checked, the newest ones. */
const MOST = 100;

type SharedEntry = QueueEntry & { readonly shared: SharedDelivery };

/** While the view is visible, finds out who has fetched items that were put into shared inboxes. */
export class FetchedWatch implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[];
  private timer: NodeJS.Timeout | undefined;
  private isLooking = false;
  private isDisposed = false;

  constructor(
    private readonly outbox: Outbox,
    private readonly keyring: Keyring,
    private readonly view: Pick<vscode.TreeView<QueueEntry>, 'visible' | 'onDidChangeVisibility'>,
  ) {
    const look = (): void => void this.look();
    this.subscriptions = [view.onDidChangeVisibility(look), outbox.onDidChange(() => this.lookLater())];
    look();
  }

  dispose(): void {
    this.isDisposed = true;
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private lookLater(): void {
    if (this.isDisposed || !this.entries.some(({ shared }) => shared.fetchedBy.length === 0)) return;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.look();
    }, INTERVAL);
  }

  private get entries(): SharedEntry[] {
    return this.outbox.entries.filter((entry): entry is SharedEntry => !!entry.shared).slice(0, MOST);
  }

  private async look(): Promise<void> {
    if (!this.view.visible || this.isLooking) return;
    this.isLooking = true;
    try {
      const urls = new Set(this.entries.flatMap(({ request }) => request.target.url ?? []));
      // It is not an error if an inbox is offline, or may not be asked.
      for (const url of urls) await this.ask(url).catch(() => undefined);
    } finally {
      this.isLooking = false;
    }
    this.lookLater();
  }

  private async ask(url: string): Promise<void> {
    const entries = this.entries.filter(({ request }) => request.target.url === url);
    const credentials = await this.keyring.credentials(url);
    const own = editorReader(await this.keyring.senderIdentity());
    const { findFetched } = await import('../../nats/sendToInbox');
    const access = {
      ...{ address: parseInboxAddress(url), name: senderName(), prefersUser: true },
      ...(credentials !== undefined && { credentials }),
    };
    const fetched = await findFetched(
      access,
      entries.map(({ shared }) => shared.sequence),
    );
    for (const { id, shared } of entries) {
      const readers = (fetched.get(shared.sequence) ?? []).filter((name) => name !== own);
      if (!isDeepStrictEqual(readers, shared.fetchedBy)) await this.outbox.noteFetched(id, readers);
    }
  }
}
