import { readableName } from '../../core/pairing/pairing';

/** The DNS-SD service of receive servers (RFC 6763), and that of all services. */
export const SERVICE = '_picklepost._tcp.local';
export const ALL_SERVICES = '_services._dns-sd._udp.local';

/** Seconds for which others may keep records: of what exists, and of its address (RFC 6762, section 10). */
export const TTL = { name: 4500, place: 120 } as const;

/** Most bytes in a DNS label. */
const LONGEST_LABEL = 63;
/** Replaces the dot, at which the library splits names into labels. */
const NO_DOT = '\u2024';

/** The name of a server's records: the one that the person has chosen, with a number if others have it too. */
export function instanceName(displayName: string, number = 1): string {
  const suffix = number === 1 ? '' : ` (${String(number)})`;
  const name = readableName(displayName).replaceAll('.', NO_DOT) || 'Picklepost';
  return `${cutBytes(name, LONGEST_LABEL - suffix.length)}${suffix}.${SERVICE}`;
}

/**
 * The name of a server, from the name of its records, with nothing that acts on a screen.
 * @returns undefined if it is not the name of a receive server
 */
export function displayNameOf(instance: string): string | undefined {
  const start = instance.length - SERVICE.length - 1;
  if (start < 1 || instance.slice(start).toLowerCase() !== `.${SERVICE}`) return undefined;
  const name = readableName(instance.slice(0, Math.min(start, LONGEST_LABEL)).replaceAll(NO_DOT, '.'));
  return name === '' ? undefined : name;
}

/** DNS names ignore the case of ASCII letters. */
export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Shortens to so many bytes of UTF-8, without splitting a character. */
function cutBytes(text: string, most: number): string {
  let cut = '';
  for (const character of text) {
    if (Buffer.byteLength(cut + character) > most) break;
    cut += character;
  }
  return cut;
}
