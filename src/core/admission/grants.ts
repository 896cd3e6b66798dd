import type { ItemOffer } from '../item/itemStore';
import { keyOfId, type Sender } from './sender';

/** Numbers of connections and transfers that are remembered. A person accepted each of them. */
const REMEMBERED = 1024;

/** Addresses and ports of senders, and the signal that is aborted when each connection ends. */
type Connections = ReadonlyMap<string, AbortSignal | undefined>;

/** Answers of a person that apply beyond the items that waited. Limited: the oldest are forgotten, and asked again. */
export class Grants {
  /** By {@link Sender.id}. */
  private readonly senders = new RecentSet();
  /** By address and port of the sender, which no other connection has while that one exists. */
  private readonly connections = new RecentSet();
  private readonly declined = new RecentSet();
  /** Items that were accepted, and may have been interrupted. */
  private readonly transfers = new RecentSet();

  acceptSender({ id }: Sender): void {
    this.senders.add(id);
  }

  acceptConnections(connections: Connections): void {
    rememberUntilGone(this.connections, connections);
  }

  declineConnections(connections: Connections): void {
    rememberUntilGone(this.declined, connections);
  }

  hasDeclined(from: string): boolean {
    return this.declined.has(from);
  }

  /** Whether an item is accepted without a question. An unchanged item that was interrupted may come again. */
  covers(sender: Sender, from: string, offer: ItemOffer | undefined): boolean {
    if (this.senders.has(sender.id) || this.connections.has(from)) return true;
    return offer !== undefined && this.transfers.has(transferId(sender, offer));
  }

  noteTransfer(sender: Sender, offer: ItemOffer | undefined): void {
    if (offer) this.transfers.add(transferId(sender, offer));
  }

  /** Forgets senders with other keys than these. */
  keepKeys(names: readonly string[]): void {
    this.senders.keep((id) => {
      const key = keyOfId(id);
      return key === undefined || names.includes(key);
    });
  }

  clear(): void {
    for (const set of [this.senders, this.connections, this.declined, this.transfers]) set.clear();
  }
}

/** Another connection may come from the same port later. */
function rememberUntilGone(set: RecentSet, connections: Connections): void {
  for (const [from, disconnected] of connections) {
    set.add(from);
    disconnected?.addEventListener('abort', () => set.delete(from));
  }
}

function transferId({ id }: Sender, { transfer, name, size }: ItemOffer): string {
  return JSON.stringify([id, transfer, name, size]);
}

class RecentSet {
  private readonly values = new Set<string>();

  add(value: string): void {
    this.values.delete(value);
    this.values.add(value);
    const [oldest] = this.values;
    if (this.values.size > REMEMBERED && oldest !== undefined) this.values.delete(oldest);
  }

  has(value: string): boolean {
    return this.values.has(value);
  }

  delete(value: string): void {
    this.values.delete(value);
  }

  keep(isKept: (value: string) => boolean): void {
    for (const value of this.values) if (!isKept(value)) this.values.delete(value);
  }

  clear(): void {
    this.values.clear();
  }
}
