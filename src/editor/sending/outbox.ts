import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { Format, Receipt } from '../../core/item/item';
import { OUTBOX_STATE } from '../shell/names';
import { sharedDelivery, type SharedDelivery } from './sharedDelivery';
import type { Target } from './target';

/** What is to be sent, and how; enough to send it again: files and documents as they stand then, a selection as it was. */
export interface SendRequest {
  /** Files and folders, or the one document that a dictionary or a text is in. */
  readonly uris: readonly string[];
  /** Only for a dictionary. */
  readonly format?: Format;
  /** Only where a part of the document is the dictionary, or is sent as a text. */
  readonly selection?: RequestedSelection;
  readonly target: Target;
  readonly keyName: string | undefined;
  /** To the person who receives. */
  readonly message?: string;
  /** What arrived before something else failed; it is not sent again. */
  readonly delivered?: readonly DeliveryReceipt[];
}

/** What was selected when it was requested. */
export interface RequestedSelection {
  /** Absent after a restart where it was too long to be kept. */
  readonly text?: string;
  /** Where it began in the document. */
  readonly start: number;
}

/** One file or document that has arrived. */
export interface DeliveryReceipt {
  readonly uri: string;
  readonly receipt: Receipt;
}

/** How a request is to be sent. */
export interface SendAttempt {
  /** The id of its entry, if it is sent again. */
  readonly id?: string;
  /** Whether it waits in the background while the server is away. */
  readonly retries?: boolean;
  /** Whether the person has agreed already to send so much. */
  readonly isConfirmed?: boolean;
  /** Whether it goes on after a restart: nobody has asked for it now, and nobody is to be asked. */
  readonly isResumed?: boolean;
}

/** A request, and what has become of it. */
export interface QueueEntry {
  readonly id: string;
  readonly request: SendRequest;
  /** What a person knows it by, such as the name of the file. */
  readonly title: string;
  /** `waiting`: the server is away, and it is tried again. */
  readonly state: 'sending' | 'waiting' | 'sent' | 'failed' | 'cancelled';
  /** When it got into this state, in milliseconds since the epoch. */
  readonly at: number;
  /** How many files and documents it has. */
  readonly total: number;
  /** It is tried again until it has been sent, also after a restart. */
  readonly retries?: boolean;
  /** Why it failed, or waits. */
  readonly reason?: string;
  /** Only where it was sent. Bytes of all its items. */
  readonly size?: number;
  readonly confirmed?: boolean;
  /** Both sides have compared hashes. */
  readonly verified?: boolean;
  /** Hash of a single item, hexadecimal. */
  readonly sha256?: string;
  /** Only where it went into a shared inbox. */
  readonly shared?: SharedDelivery;
}

/** Older entries are forgotten, but for those that wait. */
const REMEMBERED = 200;
/** A longer selection, in UTF-16 units, is not kept over a restart. */
const KEPT_SELECTION = 32 * 1024;

/** What has been sent from this workspace, and what waits to be. It is kept when the window closes. */
export class Outbox implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChange = this.changed.event;
  private readonly running = new Map<string, AbortController>();
  private all: QueueEntry[];

  constructor(private readonly state: vscode.Memento) {
    this.all = state.get<QueueEntry[]>(OUTBOX_STATE, []).map(afterRestart);
  }

  /** Newest first. */
  get entries(): readonly QueueEntry[] {
    return this.all;
  }

  /** Whether it is tried again until it has been sent. */
  retries(id: string): boolean {
    return this.all.some((entry) => entry.id === id && entry.retries === true);
  }

  /** Begins a request, or begins again with one that is here. */
  async begin({ id = randomUUID(), ...about }: Beginning): Promise<RunningEntry> {
    const abort = new AbortController();
    this.running.set(id, abort);
    const others = this.all.filter((other) => other.id !== id);
    this.all = [{ id, ...about, at: Date.now() }, ...others];
    await this.save();
    return { id, abort };
  }

  /** Its server is away; it is tried again from now on. */
  async wait(id: string, reason: string, delivered: readonly DeliveryReceipt[]): Promise<void> {
    await this.change(id, { state: 'waiting', retries: true, reason }, delivered);
  }

  /**
   * Its content is going out.
   * @param retries whether it may be sent once more where nobody knows how far it came, such as after a restart
   */
  async transfer(id: string, retries: boolean): Promise<void> {
    await this.change(id, { state: 'sending', retries });
  }

  /** All of it has arrived. */
  async succeed(id: string, delivered: readonly DeliveryReceipt[]): Promise<void> {
    const receipts = delivered.map(({ receipt }) => receipt);
    const [first] = receipts;
    const shared = sharedDelivery(receipts);
    await this.end(
      id,
      {
        state: 'sent',
        size: receipts.reduce((sum, { size }) => sum + size, 0),
        confirmed: receipts.every(({ confirmed }) => confirmed),
        verified: receipts.every(({ verified }) => verified === true),
        ...(receipts.length === 1 && first && { sha256: first.sha256 }),
        ...(shared && { shared }),
      },
      [],
    );
  }

  /** Who has fetched it from the shared inbox that it went into. */
  async noteFetched(id: string, fetchedBy: readonly string[]): Promise<void> {
    this.all = this.all.map((entry) =>
      entry.id === id && entry.shared ? { ...entry, shared: { ...entry.shared, fetchedBy } } : entry,
    );
    await this.save();
  }

  async fail(id: string, reason: string, delivered?: readonly DeliveryReceipt[]): Promise<void> {
    await this.end(id, { state: 'failed', reason }, delivered);
  }

  async cancelled(id: string, delivered?: readonly DeliveryReceipt[]): Promise<void> {
    await this.end(id, { state: 'cancelled' }, delivered);
  }

  /** Gives up what is under way or waits. */
  async stop(id: string): Promise<void> {
    const abort = this.running.get(id);
    if (abort) abort.abort();
    else await this.cancelled(id);
  }

  /** Forgets entries; what is under way is given up. */
  async remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.running.get(id)?.abort();
    this.all = this.all.filter(({ id }) => !ids.includes(id));
    await this.save();
  }

  /** Forgets all but what is under way or waits. */
  async clear(): Promise<void> {
    this.all = this.all.filter(isOpen);
    await this.save();
  }

  dispose(): void {
    this.changed.dispose();
  }

  private async end(
    id: string,
    changes: Partial<QueueEntry>,
    delivered?: readonly DeliveryReceipt[],
  ): Promise<void> {
    this.running.delete(id);
    await this.change(id, changes, delivered);
  }

  /** @param delivered what of it has arrived; undefined where that is as it was */
  private async change(
    id: string,
    changes: Partial<QueueEntry>,
    delivered?: readonly DeliveryReceipt[],
  ): Promise<void> {
    this.all = this.all.map((entry) => {
      if (entry.id !== id) return entry;
      const { title, total, state } = entry;
      const request = delivered ? { ...entry.request, delivered } : entry.request;
      return { id, request, title, total, state, ...changes, at: Date.now() };
    });
    await this.save();
  }

  private async save(): Promise<void> {
    this.all = this.all.filter((entry, index) => index < REMEMBERED || isOpen(entry));
    await this.state.update(
      OUTBOX_STATE,
      this.all.map((entry) => ({ ...entry, request: persistable(entry.request) })),
    );
    this.changed.fire(undefined);
  }
}

export function isOpen({ state }: QueueEntry): boolean {
  return state === 'sending' || state === 'waiting';
}

/** A request as it is kept over a restart. */
export function persistable(request: SendRequest): SendRequest {
  const { selection } = request;
  if (selection?.text === undefined || selection.text.length <= KEPT_SELECTION) return request;
  return { ...request, selection: { start: selection.start } };
}

/** An entry whose request is under way, or waits to be. */
export interface RunningEntry {
  readonly id: string;
  /** Ends it. */
  readonly abort: AbortController;
}

/** What begins. */
type Beginning = Pick<QueueEntry, 'request' | 'title' | 'total' | 'retries'> & {
  /** The id of an entry that is here. */
  readonly id: string | undefined;
  readonly state: 'sending' | 'waiting';
};

/** What was on its way when the window closed has failed, as far as is known; what is retried waits again. */
function afterRestart(entry: QueueEntry): QueueEntry {
  if (entry.state !== 'sending') return entry;
  if (entry.retries) return { ...entry, state: 'waiting' };
  return {
    ...entry,
    state: 'failed',
    reason: vscode.l10n.t('Interrupted: the window was closed. Send it again.'),
  };
}
