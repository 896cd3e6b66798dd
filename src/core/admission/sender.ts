import { addressOf } from '../accounting/shareAddress';
import type { Arrival } from '../item/item';
import { hostOf } from '../wire/address';
import { findDialect } from '../wire/dialects';

/** Who wants to send, as far as that is known. */
export interface Sender {
  /** What one sender is known by, in {@link SenderRules} too: `key:NAME` of a key that it has proved to hold, else its address. */
  readonly id: string;
  /** Name of the key that it has proved to hold in this session, so that nobody else can pass for it. */
  readonly key?: string;
  /** Its address, without port. */
  readonly host: string;
}

const OF_KEY = 'key:';
const NETWORK = '::/64';

/**
 * The sender of an item. Only a session proves a key: an encrypted item alone could be one that was recorded, and is sent again by
 * somebody else.
 */
export function senderOf({ from, key, dialect }: Pick<Arrival, 'from' | 'key' | 'dialect'>): Sender {
  const host = hostOf(from);
  if (key !== undefined && findDialect(dialect)?.protection === 'session')
    return { id: keyId(key), key, host };
  return { id: addressId(host), host };
}

/** As which a key stands in lists of senders. */
export function keyId(name: string): string {
  return OF_KEY + name;
}

/** As which an address stands in lists of senders: whoever has an IPv6 address has at least the 2⁶⁴ of its network. */
export function addressId(host: string): string {
  const address = addressOf(host);
  return address.includes(':') ? address + NETWORK : address;
}

/** The name of the key that an entry in a list of senders stands for; undefined for an address. */
export function keyOfId(id: string): string | undefined {
  return id.startsWith(OF_KEY) ? id.slice(OF_KEY.length) : undefined;
}

/** What a person has written into a list of senders, as {@link Sender.id} is written. */
export function normalizedId(written: string): string {
  const text = written.trim();
  if (text.startsWith(OF_KEY)) return text;
  return addressId(text.endsWith(NETWORK) ? text.slice(0, -'/64'.length) : text);
}
