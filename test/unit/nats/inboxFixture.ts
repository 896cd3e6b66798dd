import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { FernetKey } from '../../../src/core/crypto/keys';
import type { PicklepostError } from '../../../src/core/errors';
import type { OutgoingItem } from '../../../src/core/item/item';
import type { ItemStore } from '../../../src/core/item/itemStore';
import { bytesItem } from '../../../src/core/wire/outgoing';
import { parseInboxAddress } from '../../../src/nats/inboxAddress';
import type { InboxAccess } from '../../../src/nats/inboxConnection';
import { receiveFromInbox, type FetchedItem, type FetchReports } from '../../../src/nats/receiveFromInbox';
import type { Patience } from '../../../src/nats/publisher';
import {
  sendToInbox,
  type InboxReceipt,
  type InboxSendReports,
  type InboxTarget,
} from '../../../src/nats/sendToInbox';
import { SharedInbox, type InboxSettings } from '../../../src/nats/sharedInbox';

export const key = FernetKey.parse('cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=');

export function accessTo(
  addresses: readonly string[],
  name: string,
  inbox = 'bio',
  credentials?: string,
): InboxAccess {
  return {
    address: parseInboxAddress(`nats://${addresses.join(',')}/${inbox}`),
    name,
    ...(credentials !== undefined && { credentials }),
  };
}

/** Waits for a cluster that has just been started until all of its servers know one another. */
export async function createInbox(access: InboxAccess, settings: Partial<InboxSettings> = {}): Promise<void> {
  await manage(access, async (inbox) => {
    const all = { fingerprint: key.fingerprint, replicas: 1, maxAge: 86_400_000, ...settings };
    while (!(await inbox.create(all).then(() => true, isStillForming))) await sleep(FORMING);
  });
}

/** Milliseconds between two looks at a cluster, which tells nobody when its last server has joined. */
const FORMING = 200;

/** False for an error that says so. @throws any other */
function isStillForming(error: unknown): false {
  if (error instanceof Error && /no suitable peers for placement/.test(error.message)) return false;
  throw error;
}

export async function manage<T>(access: InboxAccess, use: (inbox: SharedInbox) => Promise<T>): Promise<T> {
  const inbox = await SharedInbox.open(access);
  try {
    return await use(inbox);
  } finally {
    await inbox.close();
  }
}

/** A file that can be recognized when it is sent again. */
export function fileItem(name: string, bytes: Uint8Array): OutgoingItem {
  return {
    ...bytesItem({ kind: 'file', name, bytes }),
    source: `/home/me/${name}`,
    modified: 1_700_000_000_000,
  };
}

export function send(
  access: InboxAccess,
  items: readonly OutgoingItem[],
  { key: own = key, waits = false, ...options }: Partial<Patience & InboxTarget> & InboxSendReports = {},
): Promise<InboxReceipt[]> {
  const target = { access, key: own, identity: Buffer.alloc(32, 7), ...options };
  return sendToInbox(items, target, { waits, ...options }, options);
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A receiver that runs until it is stopped. */
export class Reader {
  readonly fetched: FetchedItem[] = [];
  readonly failures: { readonly error: PicklepostError; readonly sender: string }[] = [];
  isOnline = false;
  /** How many items wait for it, as last told. */
  waits: number | undefined;
  private readonly stopping = new AbortController();
  private readonly running: Promise<void>;
  private waiting: (() => void)[] = [];

  constructor(
    access: InboxAccess,
    store: ItemStore,
    options: { readonly key?: FernetKey; readonly removesFetched?: boolean } = {},
  ) {
    const { key: own = key, removesFetched = false } = options;
    const source = { access, key: { name: 'bio', key: own }, removesFetched };
    const target = { store, allowPickle: true, limits: { itemSize: 10_000_000_000 } };
    const reports: FetchReports = {
      onState: (state) => {
        this.isOnline = state === 'online';
        this.wake();
      },
      onWaiting: (waiting) => {
        this.waits = waiting;
        this.wake();
      },
      onReceived: (fetched) => {
        this.fetched.push(fetched);
        this.wake();
      },
      onFailed: (error, sender) => {
        this.failures.push({ error, sender });
        this.wake();
      },
    };
    this.running = receiveFromInbox(source, target, reports, this.stopping.signal);
    this.running.catch(() => this.wake());
  }

  /** Settles when something holds of what has come. */
  async until(holds: (reader: Reader) => boolean): Promise<void> {
    while (!holds(this))
      await Promise.race([new Promise<void>((resolve) => this.waiting.push(resolve)), this.running]);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
