import path from 'node:path';
import * as vscode from 'vscode';
import { AdmissionControl } from '../../core/admission/admissionControl';
import type { Inbox } from '../../inbox/inbox';
import { isInbox } from '../../inbox/items/inboxFormat';
import { logError, type Services } from '../services';
import { cancellable } from '../shell/cancellable';
import { PeerWindows } from './peerWindows';
import { type ReadPatiently, ReceivedItems } from './receivedItems';
import { SenderSettings } from './senderSettings';
import { SavedPaths } from './savedPaths';
import { Unread } from './unread';
import { localize } from '../shell/localize';
import { Emitter } from '../../core/scheduling/event';
import { applyRetention, type DeletedItem } from '../../inbox/retention';
import { readSettings } from '../shell/settings';

/** The received items of this window, and the other windows that share them. */
export interface WindowItems {
  readonly items: ReceivedItems;
  readonly saved: SavedPaths;
  readonly unread: Unread;
  readonly peers: PeerWindows;
  readonly status: ReceivingStatus;
  readonly admission: Admission;
}

/** Decides whose items this window accepts. */
export interface Admission {
  readonly senders: SenderSettings;
  readonly control: AdmissionControl;
}

/** Does not touch the disk. @param directory of the inbox, which need not exist yet */
export function createWindowItems(services: Services, directory: string): WindowItems {
  const { context, log, worker, own } = services;
  const onError = logError(log);
  const items = own(new ReceivedItems(() => openInbox(services, directory), worker, readCancellably));
  const saved = own(new SavedPaths(context.globalState));
  const peers = own(new PeerWindows(path.join(directory, 'windows'), onError));
  const unread = own(new Unread(items, directory, onError));
  own(peers.onDidChange(() => void (peers.receivesElsewhere && unread.count())));
  const status = new ReceivingStatus();
  const senders = new SenderSettings(onError);
  const admission = { senders, control: new AdmissionControl(senders) };
  return { items, saved, unread, peers, status, admission };
}

const readCancellably: ReadPatiently = (name, work, unwanted) =>
  cancellable(vscode.l10n.t('Reading "{0}"', name), work, unwanted);

async function openInbox({ log, keyring, reporter }: Services, directory: string): Promise<Inbox> {
  const [key, { Inbox }] = await Promise.all([keyring.inboxKey(directory), import('../../inbox/inbox')]);
  return Inbox.open({
    directory,
    key,
    keepKey: () => {
      // Items do not wait for the secret storage, which may ask the person something.
      keyring.keepInboxKey(key).catch(logError(log));
      return Promise.resolve();
    },
    onNotice: (notice) => void reporter.warning(localize(notice)),
  });
}

/** If there is an inbox: joins the other windows, counts unread items and deletes old ones. */
export async function resumeItems(
  { own, log }: Services,
  { items, saved, unread, peers }: WindowItems,
  directory: string,
): Promise<void> {
  const housekeeping = own(new Housekeeping(items, peers, log));
  if (!(await isInbox(directory))) return;
  await peers.join();
  await unread.count();
  await saved.keepOnly(new Set(await items.ids()));
  await housekeeping.run();
}

/** The status of the receive server for the view "Received", which knows nothing else about it. */
class ReceivingStatus {
  private readonly changed = new Emitter<undefined>();
  readonly onDidChange = this.changed.event;
  private currentWarning: string | undefined;

  /** A message that the person should see as long as it is true. */
  get warning(): string | undefined {
    return this.currentWarning;
  }

  warn(warning: string | undefined): void {
    if (warning === this.currentWarning) return;
    this.currentWarning = warning;
    this.changed.fire(undefined);
  }
}

/** Milliseconds between two checks for old items. */
const INTERVAL = 60 * 60 * 1000;
/** Milliseconds after an arrival until the inbox is checked: many simultaneous arrivals need one check. */
const DELAY = 10_000;

/** Deletes items beyond the limits of the settings, and logs each. Does nothing without limits. */
class Housekeeping implements vscode.Disposable {
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
