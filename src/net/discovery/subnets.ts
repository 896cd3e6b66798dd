import { isIPv4 } from 'node:net';
import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';
import { covers } from '../networks';

/** A network of IPv4 that this machine is in. */
export interface Subnet {
  /** Address of this machine. */
  readonly address: string;
  readonly netmask: string;
}

type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>;

/**
 * The networks in which a server that listens at a host can be reached by others; none for one that only this machine reaches.
 * @param host `0.0.0.0` or `::` for all
 */
export function subnetsOf(host: string, interfaces: Interfaces = networkInterfaces()): Subnet[] {
  return Object.values(interfaces).flatMap((infos = []) =>
    infos
      .filter(({ family, internal, address }) => family === 'IPv4' && !internal && covers(host, address))
      .map(({ address, netmask }) => ({ address, netmask })),
  );
}

/** Whether an address is one of a network. */
export function isWithin({ address, netmask }: Subnet, other: string): boolean {
  if (!isIPv4(other)) return false;
  const mask = toNumber(netmask);
  return (toNumber(address) & mask) === (toNumber(other) & mask);
}

function toNumber(address: string): number {
  return address.split('.').reduce((number, part) => (number << 8) | Number(part), 0);
}
