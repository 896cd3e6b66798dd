import { setTimeout as sleep } from 'node:timers/promises';
import { isAborted } from '../../core/scheduling/aborted';
import * as vscode from 'vscode';
import { PicklepostError } from '../../core/errors';
import type { AnnouncedItem } from '../../core/item/item';
import type { ItemStore } from '../../core/item/itemStore';
import { Emitter, type Disposable } from '../../core/scheduling/event';
import { parseInboxAddress } from '../../nats/inboxAddress';
import type { FetchReports } from '../../nats/receiveFromInbox';
import type { Keyring } from '../keys/keyring';
import { editorReader } from '../sending/sharedSending';
import { localizedMessage } from '../shell/localize';
import { EXTENSION } from '../shell/names';
import { readSettings, type DestinationEntry } from '../shell/settings';

/** The state of a shared inbox for this window. That it cannot be reached is a state, not an error. */
export type SharedState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'online'; readonly waiting: number }
  | { readonly kind: 'offline' }
  /** Its credentials only allow handing in. */
  | { readonly kind: 'write-only' }
  | { readonly kind: 'failed'; readonly reason: string };

export interface SharedInboxParts {
  readonly keyring: Keyring;
  readonly openStore: () => Promise<ItemStore>;
  readonly onReceived: (item: AnnouncedItem) => void;
  readonly log: Pick<vscode.LogOutputChannel, 'warn'>;
}

/** Milliseconds between two attempts at a server that cannot be reached. */
const RETRY = 15_000;

/** Fetches the items of the shared inboxes of the settings into the inbox of this machine, while the window is open. */
export class SharedInboxes implements Disposable {
  private readonly changed = new Emitter<undefined>();
  readonly onDidChange = this.changed.event;
  private readonly following = new Map<string, { readonly stop: AbortController; state: SharedState }>();
  private readonly subscription: vscode.Disposable;

  constructor(private readonly parts: SharedInboxParts) {
    this.subscription = vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(`${EXTENSION}.destinations`)) this.follow();
    });
  }

  /** Undefined for one that is not followed. */
  stateOf(url: string): SharedState | undefined {
    return this.following.get(url)?.state;
  }

  /** Starts with inboxes that are new in the settings, and stops with those that are gone. */
  follow(): void {
    const wanted = new Map(
      readSettings().destinations.flatMap((entry) =>
        entry.url !== undefined && entry.key !== undefined ? [[entry.url, entry] as const] : [],
      ),
    );
    for (const [url, { stop }] of this.following) if (!wanted.has(url)) this.end(url, stop);
    for (const [url, entry] of wanted) if (!this.following.has(url)) this.begin(url, entry);
    this.changed.fire(undefined);
  }

  /** Tries again at once, such as with other credentials. */
  retry(url: string): void {
    const followed = this.following.get(url);
    if (followed) this.end(url, followed.stop);
    this.follow();
  }

  dispose(): void {
    this.subscription.dispose();
    for (const [url, { stop }] of this.following) this.end(url, stop);
  }

  private end(url: string, stop: AbortController): void {
    stop.abort();
    this.following.delete(url);
  }

  private begin(url: string, entry: DestinationEntry): void {
    const stop = new AbortController();
    this.following.set(url, { stop, state: { kind: 'connecting' } });
    void this.fetchAll(url, entry, stop.signal);
  }

  /** Never rejects. */
  private async fetchAll(url: string, entry: DestinationEntry, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.fetch(url, entry, signal);
      } catch (error) {
        if (isAborted(signal)) return;
        const state = stateAfter(error);
        this.set(url, signal, state);
        if (state.kind === 'write-only') return;
        if (state.kind === 'failed') this.parts.log.warn(`${url}: ${state.reason}`);
      }
      await sleep(RETRY, undefined, { signal }).catch(() => undefined);
    }
  }

  private async fetch(
    url: string,
    { key: keyName = '' }: DestinationEntry,
    signal: AbortSignal,
  ): Promise<void> {
    const { keyring, openStore, onReceived, log } = this.parts;
    const address = parseInboxAddress(url);
    const key = await keyring.get(keyName);
    if (!key)
      throw new PicklepostError(
        'invalid-key',
        vscode.l10n.t(
          'There is no encryption key named "{0}" here. Import it from its file, or generate one.',
          keyName,
        ),
      );
    const credentials = await keyring.credentials(url);
    const { receiveFromInbox } = await import('../../nats/receiveFromInbox');
    const setWaiting = (waiting: number): void => this.set(url, signal, { kind: 'online', waiting });
    const name = editorReader(await keyring.senderIdentity());
    const access = { address, name, ...(credentials !== undefined && { credentials }) };
    const reports: FetchReports = {
      onReceived: ({ item }) => {
        if (!item.existed) onReceived(item);
      },
      onWaiting: setWaiting,
      onFailed: (error, sender) => log.warn(`${url}: ${sender}: ${error.message}`),
      onState: (state, waiting) =>
        state === 'online' ? setWaiting(waiting) : this.set(url, signal, { kind: 'offline' }),
    };
    await receiveFromInbox(
      { access, key: { name: keyName, key }, removesFetched: false },
      { ...receiveRules(), store: await openStore() },
      reports,
      signal,
    );
  }

  private set(url: string, signal: AbortSignal, state: SharedState): void {
    const followed = this.following.get(url);
    if (followed?.stop.signal !== signal) return;
    followed.state = state;
    this.changed.fire(undefined);
  }
}

function receiveRules() {
  const { pickle, maximumItemSize } = readSettings().receive;
  return { allowPickle: pickle, limits: { itemSize: maximumItemSize } };
}

function stateAfter(error: unknown): SharedState {
  const code = error instanceof PicklepostError ? error.code : undefined;
  if (code === 'connection-failed' || code === 'connection-lost') return { kind: 'offline' };
  const isForbidden =
    error instanceof Error && (error.cause as Error | undefined)?.name === 'PermissionViolationError';
  return isForbidden ? { kind: 'write-only' } : { kind: 'failed', reason: localizedMessage(error) };
}
