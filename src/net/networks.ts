import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';
import { isLoopback, plainHost } from '../core/wire/address';

/** An address of this machine in a network. */
export interface NetworkAddress {
  /** Name of the interface in this system. */
  readonly name: string;
  /** In the form that a server takes: a link-local IPv6 address with its zone. */
  readonly host: string;
  readonly isIPv6: boolean;
  /** It is reachable only within its own link, and written with the name of the interface. */
  readonly isLinkLocal: boolean;
}

type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>;

/** The addresses at which other machines may reach this one: IPv4 first, link-local ones last. */
export function networkAddresses(interfaces: Interfaces = networkInterfaces()): NetworkAddress[] {
  const addresses = Object.entries(interfaces).flatMap(([name, infos = []]) =>
    infos.filter(({ internal }) => !internal).map((info) => networkAddress(name, info)),
  );
  return addresses.sort((a, b) => addressRank(a.host) - addressRank(b.host));
}

/**
 * The rank of an address among others of the same machine: smaller ones come first, IPv4 before IPv6, and link-local ones
 * last.
 */
export function addressRank(host: string): number {
  return 2 * Number(isLinkLocal(host)) + Number(host.includes(':'));
}

/** Whether an address is valid within one link only. */
export function isLinkLocal(host: string): boolean {
  return /^(?:fe[89ab].:|169\.254\.)/i.test(host);
}

/** The system's name of an interface in a link-local IPv6 address. @param scopeId that of an address of the interface */
export function zoneOf(interfaceName: string, scopeId: number | undefined): string {
  return process.platform === 'win32' ? String(scopeId ?? 0) : interfaceName;
}

/** The host that stands for all addresses of this machine, including IPv6 if there is any. */
export function everyNetwork(interfaces: Interfaces = networkInterfaces()): string {
  const hasIPv6 = Object.values(interfaces).some((infos) => infos?.some(({ family }) => family === 'IPv6'));
  return hasIPv6 ? '::' : '0.0.0.0';
}

/** Whether a server listens at all addresses. */
export function isEveryNetwork(host: string): boolean {
  return host === '::' || host === '0.0.0.0';
}

/** Whether this machine has an address now; undefined for a name, for which only listening can tell. */
export function isHere(host: string, interfaces: Interfaces = networkInterfaces()): boolean | undefined {
  if (isLoopback(host) || isEveryNetwork(host)) return true;
  if (!/^[\d.]+$/.test(host) && !host.includes(':')) return undefined;
  const wanted = plainHost(host);
  return Object.values(interfaces).some((infos) => infos?.some(({ address }) => address === wanted));
}

/** Whether a connection to an address of this machine can reach a server that listens at a host. */
export function covers(host: string, local: string): boolean {
  const [listened, reached] = [plainHost(host), plainHost(local)];
  if (listened === '::') return true;
  return listened === '0.0.0.0' ? !reached.includes(':') : listened === reached;
}

function networkAddress(name: string, info: NetworkInterfaceInfo): NetworkAddress {
  const { address, family } = info;
  const isIPv6 = family === 'IPv6';
  const isLinkOnly = isLinkLocal(address);
  const host = isIPv6 && isLinkOnly ? `${address}%${zoneOf(name, info.scopeid)}` : address;
  return { name, host, isIPv6, isLinkLocal: isLinkOnly };
}
