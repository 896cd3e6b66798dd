import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { Format, Receipt } from '../../core/item/item';
import { OUTBOX_STATE } from '../shell/names';
import { sharedDelivery, type SharedDelivery } from './sharedDelivery';
import type { Target } from './target';

/**
 * A request: what is to be sent, and how. Enough to send it again: files and documents with their content at that time, a
 * selection as it was.
 */
export interface SendRequest {
  /** Files and folders, or the one document that contains a dictionary or a text. */
  readonly uris: readonly string[];
  /** Only for a dictionary. */
  readonly format?: Format;
  /** Only if a part of the document is the dictionary, or is sent as a text. */
  readonly selection?: RequestedSelection;
  readonly target: Target;
  readonly keyName: string | undefined;
  /** To the person who receives. */
  readonly message?: string;
  /** Items that arrived before something else failed; they are not sent again. */
  readonly delivered?: readonly DeliveryReceipt[];
}

/** The text that was selected when it was requested. */
export interface RequestedSelection {
  /** Missing after a restart if it was too long to be kept. */
  readonly text?: string;
  /** Its offset in the document. */
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
  /** Whether it waits in the background while the server cannot be reached. */
  readonly retries?: boolean;
  /** Whether the person has already agreed to send so much. */
  readonly isConfirmed?: boolean;
  /** Whether it continues after a restart: nobody has requested it now, so nobody is asked anything. */
  readonly isResumed?: boolean;
}

/** A request, and its state. */
export interface QueueEntry {
  readonly id: string;
  readonly request: SendRequest;
  /** The name by which a person knows it, such as that of the file. */
  readonly title: string;
  /** `waiting`: the server cannot be reached, and sending is tried again. */
  readonly state: 'sending' | 'waiting' | 'sent' | 'failed' | 'cancelled';
  /** When it got into this state, in milliseconds since the epoch. */
  readonly at: number;
  /** Number of its files and documents. */
  readonly total: number;
  /** It is tried again until it has been sent, also after a restart. */
  readonly retries?: boolean;
  /** Why it failed, or waits. */
  readonly reason?: string;
  /** Only if it was sent. Bytes of all its items. */
  readonly size?: number;
  readonly confirmed?: boolean;
  /** Both sides have compared hashes. */
  readonly verified?: boolean;
  /** Hash of a single item, hexadecimal. */
  readonly sha256?: string;
  /** Only if it went into a shared inbox. */
  readonly shared?: SharedDelivery;
}

/** Older entries are forgotten, except those that wait. */
const REMEMBERED = 200;
/** A longer selection, in UTF-16 units, is not kept across a restart. */
const KEPT_SELECTION = 32 * 1024;

/** Requests that have been sent from this workspace, or wait to be. They are kept when the window closes. */
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

  /** Begins a request, or begins an existing one again. */
  async begin({ id = randomUUID(), ...about }: Beginning): Promise<RunningEntry> {
    const abort = new AbortController();
    this.running.set(id, abort);
    const others = this.all.filter((other) => other.id !== id);
    this.all = [{ id, ...about, at: Date.now() }, ...others];
    await this.save();
    return { id, abort };
  }

  /** Its server cannot be reached; sending is tried again from now on. */
  async wait(id: string, reason: string, delivered: readonly DeliveryReceipt[]): Promise<void> {
    await this.change(id, { state: 'waiting', retries: true, reason }, delivered);
  }

  /**
   * Its content is being sent.
   * @param retries whether it may be sent once more if nobody knows how much has arrived, such as after a restart
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

  /** Stores who has fetched it from its shared inbox. */
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

  /** Cancels requests that are under way or wait. */
  async stop(id: string): Promise<void> {
    const abort = this.running.get(id);
    if (abort) abort.abort();
    else await this.cancelled(id);
  }

  /** Forgets entries; those that are under way are cancelled. */
  async remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.running.get(id)?.abort();
    this.all = this.all.filter(({ id }) => !ids.includes(id));
    await this.save();
  }

  /** Forgets all entries except those that are under way or wait. */
  async clear(): Promise<void> {
    this.all = this.all.filter(isUnfinished);
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

  /** @param delivered the items that have arrived; undefined if that has not changed */
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
    this.all = this.all.filter((entry, index) => index < REMEMBERED || isUnfinished(entry));
    await this.state.update(
      OUTBOX_STATE,
      this.all.map((entry) => ({ ...entry, request: persistable(entry.request) })),
    );
    this.changed.fire(undefined);
  }
}

export function isUnfinished({ state }: QueueEntry): boolean {
  return state === 'sending' || state === 'waiting';
}

/** A request in the form that is kept across a restart. */
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

/** An attempt to send that begins. */
type Beginning = Pick<QueueEntry, 'request' | 'title' | 'total' | 'retries'> & {
  /** The id of an existing entry. */
  readonly id: string | undefined;
  readonly state: 'sending' | 'waiting';
};

/**
 * A request that was being sent when the window closed counts as failed, as far as is known; one that is retried waits
 * again.
 */
function afterRestart(entry: QueueEntry): QueueEntry {
  if (entry.state !== 'sending') return entry;
  if (entry.retries) return { ...entry, state: 'waiting' };
  return {
    ...entry,
    state: 'failed',
    reason: vscode.l10n.t('Interrupted: the window was closed. Send it again.'),
  };
}
