import { formatAddress, type Address } from '../../core/wire/address';
import { testConnection } from '../../net/connectionTest';
import type { Keyring } from '../keys/keyring';
import type { KnownTargets } from './knownTargets';
import type { Target } from './target';

/** Most addresses that are tried for a peer. */
const MOST_ADDRESSES = 16;

/**
 * Looks for a paired peer that no longer receives at its address: where it was seen, and at servers nearby. Only its key
 * proves that it is there, and the found address is used from then on.
 * @returns undefined for a server that is not a paired peer, and for a peer that is not found
 */
export async function findMovedPeer(
  { key: name, isPaired, ...gone }: Target,
  keyring: Keyring,
  targets: Pick<KnownTargets, 'list'>,
): Promise<Address | undefined> {
  const entry = isPaired && name !== undefined ? await keyring.entry(name) : undefined;
  if (!entry) return undefined;
  const nearby = targets.list().flatMap(({ source, target }) => (source === 'nearby' ? target : []));
  const places = new Map([...entry.addresses, ...nearby].map((one) => [formatAddress(one), one]));
  places.delete(formatAddress(gone));
  const found = await firstWithKey([...places.values()].slice(0, MOST_ADDRESSES), entry.key);
  if (found) await keyring.noteAddress(entry.name, { host: found.host, port: found.port });
  return found;
}

/** The first of the addresses that answers and has the key. */
async function firstWithKey(
  addresses: readonly Address[],
  key: Parameters<typeof testConnection>[0]['key'],
): Promise<Address | undefined> {
  const over = new AbortController();
  const tests = addresses.map(async ({ host, port }) => {
    const { kind } = await testConnection({ host, port, ...(key && { key }), signal: over.signal });
    if (kind !== 'fine') throw new Error(kind);
    return { host, port };
  });
  const found = await Promise.any(tests).catch(() => undefined);
  over.abort();
  return found;
}
