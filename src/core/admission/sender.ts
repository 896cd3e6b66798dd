import { addressOf } from '../accounting/shareAddress';
import type { Arrival } from '../item/item';
import { hostOf } from '../wire/address';
import { findDialect } from '../wire/dialects';

/** A sender, as far as it is known. */
export interface Sender {
  /**
   * Identifies one sender, in {@link SenderRules} too: `key:NAME` of a key that it has proved to hold, otherwise its
   * address.
   */
  readonly id: string;
  /** Name of the key that it has proved to hold in this session, so that nobody else can pass for it. */
  readonly key?: string;
  /** Its address, without port. */
  readonly host: string;
}

const OF_KEY = 'key:';
const NETWORK = '::/64';

/**
 * The sender of an item. Only a session proves a key: an encrypted item alone could be a recording that somebody else sends
 * again.
 */
export function senderOf({ from, key, dialect }: Pick<Arrival, 'from' | 'key' | 'dialect'>): Sender {
  const host = hostOf(from);
  if (key !== undefined && findDialect(dialect)?.protection === 'session')
    return { id: keyId(key), key, host };
  return { id: addressId(host), host };
}

/** The entry of a key in lists of senders. */
export function keyId(name: string): string {
  return OF_KEY + name;
}

/**
 * The entry of an address in lists of senders. Whoever has an IPv6 address has at least the 2⁶⁴ addresses of its network.
 */
export function addressId(host: string): string {
  const address = addressOf(host);
  return address.includes(':') ? address + NETWORK : address;
}

/** The name of the key in an entry of a list of senders; undefined for an address. */
export function keyOfId(id: string): string | undefined {
  return id.startsWith(OF_KEY) ? id.slice(OF_KEY.length) : undefined;
}

/** Normalizes an entry that a person has written into a list of senders to the form of {@link Sender.id}. */
export function normalizedId(written: string): string {
  const text = written.trim();
  if (text.startsWith(OF_KEY)) return text;
  return addressId(text.endsWith(NETWORK) ? text.slice(0, -'/64'.length) : text);
}
