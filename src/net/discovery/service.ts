import { readableName } from '../../core/pairing/pairing';

/** The service that receive servers are announced as (DNS-SD, RFC 6763), and that of all services. */
export const SERVICE = '_picklepost._tcp.local';
export const ALL_SERVICES = '_services._dns-sd._udp.local';

/** Seconds that others may keep records: of what exists, and of where it is. RFC 6762, section 10. */
export const TTL = { name: 4500, place: 120 } as const;

/** Bytes of a label of DNS. */
const LONGEST_LABEL = 63;
/** What stands for the dot, at which the library cuts names into labels. */
const NO_DOT = '\u2024';

/** The name of a server's records: that which the person has chosen, with a number where others have it too. */
export function instanceName(displayName: string, number = 1): string {
  const suffix = number === 1 ? '' : ` (${String(number)})`;
  const name = readableName(displayName).replaceAll('.', NO_DOT) || 'Picklepost';
  return `${cutBytes(name, LONGEST_LABEL - suffix.length)}${suffix}.${SERVICE}`;
}

/**
 * What a server calls itself, from the name of its records, in which nothing acts on a screen.
 * @returns undefined if it is not the name of a receive server
 */
export function displayNameOf(instance: string): string | undefined {
  const start = instance.length - SERVICE.length - 1;
  if (start < 1 || instance.slice(start).toLowerCase() !== `.${SERVICE}`) return undefined;
  const name = readableName(instance.slice(0, Math.min(start, LONGEST_LABEL)).replaceAll(NO_DOT, '.'));
  return name === '' ? undefined : name;
}

/** Names of DNS are the same whatever the case of their ASCII letters. */
export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** So many bytes of UTF-8 at most, and no half character. */
function cutBytes(text: string, most: number): string {
  let cut = '';
  for (const character of text) {
    if (Buffer.byteLength(cut + character) > most) break;
    cut += character;
  }
  return cut;
}
