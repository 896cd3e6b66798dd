import * as vscode from 'vscode';
import { applyRetention, type DeletedItem } from '../../inbox/retention';
import type { PeerWindows } from './peerWindows';
import type { ReceivedItems } from './receivedItems';
import { readSettings } from '../shell/settings';

/** Milliseconds between two looks at what has grown too old. */
const INTERVAL = 60 * 60 * 1000;
/** Milliseconds after which arrivals make the inbox be looked at: many that come together are looked at once. */
const DELAY = 10_000;

/** Deletes what is beyond the limits of the settings, and logs each item. Does nothing where there are no limits. */
export class Housekeeping implements vscode.Disposable {
  private pending: NodeJS.Timeout | undefined;
  private readonly interval = setInterval(() => void this.run(), INTERVAL).unref();
  private readonly subscriptions: vscode.Disposable;
  private running = false;

  constructor(
    private readonly items: ReceivedItems,
    private readonly peers: PeerWindows,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.subscriptions = vscode.Disposable.from(
      items.onDidChange(() => {
        this.pending ??= setTimeout(() => void this.run(), DELAY).unref();
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('picklepost.receive')) void this.run();
      }),
    );
  }

  /** Never rejects. */
  async run(): Promise<void> {
    clearTimeout(this.pending);
    this.pending = undefined;
    const { maximumAge, maximumSize } = readSettings().receive;
    if (this.running || (maximumAge <= 0 && maximumSize <= 0)) return;
    this.running = true;
    try {
      await applyRetention(
        await this.items.inbox(),
        { maximumAge, maximumSize },
        (id) => this.peers.hasOpen(id),
        (deleted) => {
          this.items.values.forget(deleted.id);
          this.log.info(describe(deleted));
        },
      );
    } catch (error) {
      this.log.error(error instanceof Error ? error : String(error));
    } finally {
      this.running = false;
    }
  }

  dispose(): void {
    clearInterval(this.interval);
    clearTimeout(this.pending);
    this.subscriptions.dispose();
  }
}

function describe({ id, item, limit }: DeletedItem): string {
  const what = item ? `${JSON.stringify(item.name)}, ${String(item.size)} bytes` : 'damaged';
  const why = { age: 'picklepost.receive.keepDays', size: 'picklepost.receive.keepMegabytes' }[limit];
  return `deleted ${id} (${what}), as ${why} says`;
}
