/** The beginning of an item that nobody is receiving. */
export interface IdlePartial {
  readonly transfer: string;
  /** Its sender, as for all shares: an address, or an IPv6 network. */
  readonly sender: string;
  /** Bytes on the disk. */
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly changedAt: number;
}

/** How many beginnings of items may wait to be resumed, and how many bytes they may have. */
export interface PartialQuota {
  readonly count: { readonly total: number; readonly address: number };
  readonly bytes: { readonly total: number; readonly address: number };
}

/** Several times as many as the files of one folder that a network failure can interrupt. */
export const PARTIAL_COUNT = { total: 1024, address: 256 };
/**
 * The share that beginnings may have of the disk that is free or holds beginnings already. An address may have half of that.
 */
const SHARE_OF_DISK = 0.25;

/** @param free bytes of the disk */
export function quotaFor(free: number, partials: readonly IdlePartial[]): PartialQuota {
  const total = (free + sum(partials)) * SHARE_OF_DISK;
  return { count: PARTIAL_COUNT, bytes: { total, address: total / 2 } };
}

/**
 * The beginnings to remove: first the oldest of each address that exceeds its share, then of the address that has most. So
 * nobody loses a beginning because of others who leave many.
 */
export function beyondQuota(partials: readonly IdlePartial[], quota: PartialQuota): IdlePartial[] {
  const senders = bySender(partials);
  const all = { count: partials.length, bytes: sum(partials) };
  const gone: IdlePartial[] = [];
  const drop = (sender: Sender): void => {
    const oldest = sender.partials[sender.dropped++];
    if (!oldest) return;
    for (const amount of [sender, all]) {
      amount.count--;
      amount.bytes -= oldest.bytes;
    }
    gone.push(oldest);
  };
  for (const sender of senders)
    while (sender.count > quota.count.address || sender.bytes > quota.bytes.address) drop(sender);
  while (all.count > quota.count.total) drop(most(senders, 'count'));
  while (all.count > 0 && all.bytes > quota.bytes.total) drop(most(senders, 'bytes'));
  return gone;
}

interface Sender {
  /** Oldest first. */
  readonly partials: IdlePartial[];
  dropped: number;
  count: number;
  bytes: number;
}

function bySender(partials: readonly IdlePartial[]): Sender[] {
  const senders = new Map<string, Sender>();
  for (const partial of partials.toSorted((a, b) => a.changedAt - b.changedAt)) {
    const sender = senders.get(partial.sender) ?? { partials: [], dropped: 0, count: 0, bytes: 0 };
    senders.set(partial.sender, sender);
    sender.partials.push(partial);
    sender.count++;
    sender.bytes += partial.bytes;
  }
  return [...senders.values()];
}

function most(senders: readonly Sender[], what: 'count' | 'bytes'): Sender {
  return senders.reduce((first, one) => (one[what] > first[what] ? one : first));
}

function sum(partials: readonly IdlePartial[]): number {
  return partials.reduce((bytes, partial) => bytes + partial.bytes, 0);
}
