import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { Format, Receipt } from '../core/wire/item';
import type { Target } from './target';

/** What is to be sent, and how; enough to send it again, as it stands then. */
export interface Order {
  /** Files and folders, or the one document that a dictionary is in. */
  readonly uris: readonly string[];
  /** Only for a dictionary. */
  readonly format?: Format;
  readonly target: Target;
  readonly keyName: string | undefined;
}

/** An order, and what has become of it. */
export interface SentEntry {
  readonly id: string;
  readonly order: Order;
  /** What a person knows it by, such as the name of the file. */
  readonly title: string;
  /** `waiting`: the server is away, and it is tried again. */
  readonly state: 'sending' | 'waiting' | 'sent' | 'failed' | 'cancelled';
  /** When it got into this state, in milliseconds since the epoch. */
  readonly at: number;
  /** Why it failed, or waits. */
  readonly reason?: string;
  /** Only where it was sent. Bytes of all its items. */
  readonly size?: number;
  readonly confirmed?: boolean;
  /** Both sides have compared hashes. */
  readonly verified?: boolean;
  /** Of a single item, hexadecimal. */
  readonly sha256?: string;
}

const KEY = 'sent';
/** Older entries are forgotten, but for those that wait. */
const REMEMBERED = 200;

/** What has been sent from this workspace, and what waits to be. It is kept when the window closes. */
export class Outbox implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChange = this.changed.event;
  private readonly running = new Map<string, AbortController>();
  private all: SentEntry[];

  constructor(private readonly state: vscode.Memento) {
    this.all = state.get<SentEntry[]>(KEY, []).map(afterRestart);
  }

  /** Newest first. */
  get entries(): readonly SentEntry[] {
    return this.all;
  }

  /** Begins an order, or begins again with one that is here. @returns what ends it when the person wants it to end */
  async begin(
    id: string | undefined,
    order: Order,
    title: string,
  ): Promise<{ id: string; abort: AbortController }> {
    const abort = new AbortController();
    const entry: SentEntry = { id: id ?? randomUUID(), order, title, state: 'sending', at: Date.now() };
    this.running.set(entry.id, abort);
    this.all = [entry, ...this.all.filter((other) => other.id !== entry.id)];
    await this.save();
    return { id: entry.id, abort };
  }

  async wait(id: string, reason: string): Promise<void> {
    await this.change(id, { state: 'waiting', reason });
  }

  async succeed(id: string, receipts: readonly Receipt[]): Promise<void> {
    const [first] = receipts;
    await this.end(id, {
      state: 'sent',
      size: receipts.reduce((sum, { size }) => sum + size, 0),
      confirmed: receipts.every(({ confirmed }) => confirmed),
      verified: receipts.every(({ verified }) => verified === true),
      ...(receipts.length === 1 && first && { sha256: first.sha256 }),
    });
  }

  async fail(id: string, reason: string): Promise<void> {
    await this.end(id, { state: 'failed', reason });
  }

  async cancelled(id: string): Promise<void> {
    await this.end(id, { state: 'cancelled' });
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

  private async end(id: string, changes: Partial<SentEntry>): Promise<void> {
    this.running.delete(id);
    await this.change(id, changes);
  }

  private async change(id: string, changes: Partial<SentEntry>): Promise<void> {
    this.all = this.all.map((entry) => {
      if (entry.id !== id) return entry;
      const { order, title, state } = entry;
      return { id, order, title, state, ...changes, at: Date.now() };
    });
    await this.save();
  }

  private async save(): Promise<void> {
    this.all = this.all.filter((entry, index) => index < REMEMBERED || isOpen(entry));
    await this.state.update(KEY, this.all);
    this.changed.fire(undefined);
  }
}

export function isOpen({ state }: SentEntry): boolean {
  return state === 'sending' || state === 'waiting';
}

/** What was on its way when the window closed has failed, as far as is known; what waited, waits. */
function afterRestart(entry: SentEntry): SentEntry {
  if (entry.state !== 'sending') return entry;
  return {
    ...entry,
    state: 'failed',
    reason: vscode.l10n.t('The window was closed meanwhile. Send it again.'),
  };
}
