import { addressOf } from '../accounting/shareAddress';

/** Where a program listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Reads `HOST`, `HOST:PORT`, `[IPV6]`, `[IPV6]:PORT` or a bare IPv6 address; undefined if it is none of them. */
export function parseAddress(text: string, defaultPort: number): Address | undefined {
  const trimmed = text.trim();
  if (/^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.%\w-]*$/i.test(trimmed)) return { host: trimmed, port: defaultPort };
  const match = /^(?:\[([0-9a-f:.%\w-]+)\]|([^\s:[\]/]+))(?::(\d{1,5}))?$/i.exec(trimmed);
  const host = match?.[1] ?? match?.[2];
  const port = match?.[3] === undefined ? defaultPort : Number(match[3]);
  return host === undefined || port < 1 || port > 65535 ? undefined : { host, port };
}

/** Writes `HOST:PORT`, with brackets around an IPv6 address. */
export function formatAddress({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
}

/** Whether a host is this machine by its name or address. */
export function isLoopback(host: string): boolean {
  const plain = plainHost(host);
  return plain === 'localhost' || plain === '::1' || /^127(?:\.\d{1,3}){3}$/.test(plain);
}

/** An address without its zone; an IPv4 address in its own form, even if an IPv6 socket reports it. */
export function plainHost(host: string): string {
  return host.replace(/^::ffff:(?=[\d.]+$)/i, '').replace(/%.*$/, '');
}

/** The host of `HOST:PORT`, without the brackets around an IPv6 address. */
export function hostOf(address: string): string {
  return address.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

/** The address of `HOST:PORT` by which a peer shares time and connections with others: the same as for all other shares. */
export function shareAddressOf(from: string): string {
  return addressOf(hostOf(from));
}
