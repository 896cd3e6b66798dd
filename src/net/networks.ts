import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';
import { isLoopback, plainHost } from '../core/wire/address';

/** An address of this machine in a network. */
export interface NetworkAddress {
  /** Name of the interface in this system. */
  readonly name: string;
  /** As a server takes it: a link-local address of IPv6 with its zone. */
  readonly host: string;
  readonly isIPv6: boolean;
  /** It is reachable only within its own link, and written with the name of the interface. */
  readonly isLinkLocal: boolean;
}

type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>;

/** The addresses at which other machines may reach this one: IPv4 first, what is link-local last. */
export function networkAddresses(interfaces: Interfaces = networkInterfaces()): NetworkAddress[] {
  const addresses = Object.entries(interfaces).flatMap(([name, infos = []]) =>
    infos.filter(({ internal }) => !internal).map((info) => networkAddress(name, info)),
  );
  const rank = ({ isIPv6, isLinkLocal }: NetworkAddress): number => 2 * Number(isLinkLocal) + Number(isIPv6);
  return addresses.sort((a, b) => rank(a) - rank(b));
}

/** The host that stands for all addresses of this machine, those of IPv6 among them where there are any. */
export function everyNetwork(interfaces: Interfaces = networkInterfaces()): string {
  const hasIPv6 = Object.values(interfaces).some((infos) => infos?.some(({ family }) => family === 'IPv6'));
  return hasIPv6 ? '::' : '0.0.0.0';
}

/** Whether a server listens at all addresses. */
export function isEveryNetwork(host: string): boolean {
  return host === '::' || host === '0.0.0.0';
}

/** Whether this machine has an address now; undefined for a name, which only listening at it can tell. */
export function isHere(host: string, interfaces: Interfaces = networkInterfaces()): boolean | undefined {
  if (isLoopback(host) || isEveryNetwork(host)) return true;
  if (!/^[\d.]+$/.test(host) && !host.includes(':')) return undefined;
  const wanted = plainHost(host);
  return Object.values(interfaces).some((infos) => infos?.some(({ address }) => address === wanted));
}

/** Whether a connection to an address of this machine could have come to a server that listens at a host. */
export function covers(host: string, local: string): boolean {
  const [listened, reached] = [plainHost(host), plainHost(local)];
  if (listened === '::') return true;
  return listened === '0.0.0.0' ? !reached.includes(':') : listened === reached;
}

function networkAddress(
  name: string,
  { address, family, scopeid }: NetworkInterfaceInfo & { scopeid?: number },
) {
  const isIPv6 = family === 'IPv6';
  const isLinkLocal = isIPv6 ? /^fe[89ab]/i.test(address) : address.startsWith('169.254.');
  const zone = process.platform === 'win32' ? String(scopeid ?? 0) : name;
  return { name, host: isIPv6 && isLinkLocal ? `${address}%${zone}` : address, isIPv6, isLinkLocal };
}
