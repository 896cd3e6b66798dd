import { BlockList, isIPv6 } from 'node:net';
import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';
import { plainHost } from '../../core/wire/address';
import { covers, isLinkLocal, zoneOf } from '../networks';

interface SubnetParts {
  /** Name of the interface in this system. */
  readonly interfaceName: string;
  /** The system's name of the interface in an IPv6 address. */
  readonly zone: string;
  /** Addresses of this machine, all of one family, and without a zone. Exactly one for IPv4. */
  readonly addresses: readonly [string, ...string[]];
  /** The range of all addresses of the network, such as `10.0.0.1/24`. */
  readonly ranges: readonly string[];
}

type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>;

/** A network that this machine is in: the subnet of an IPv4 address, or the link of an interface with its IPv6 addresses. */
export class Subnet {
  /** Networks with the same key are the same. */
  readonly key: string;
  readonly isIPv6: boolean;
  private readonly members = new BlockList();

  constructor(private readonly parts: SubnetParts) {
    this.key = JSON.stringify(parts);
    this.isIPv6 = isIPv6(parts.addresses[0]);
    for (const range of parts.ranges) {
      const [address = '', bits] = range.split('/');
      this.members.addSubnet(address, Number(bits), this.family);
    }
  }

  get interfaceName(): string {
    return this.parts.interfaceName;
  }

  /** Addresses of this machine at which its server can be reached. */
  get addresses(): readonly string[] {
    return this.parts.addresses;
  }

  /** The interface through which a socket sends to this network. */
  get outlet(): string {
    return this.isIPv6 ? `::%${this.parts.zone}` : this.parts.addresses[0];
  }

  /** Whether an address is one of this network. */
  has(address: string): boolean {
    const [plain = '', zone = this.parts.zone] = address.split('%');
    return (
      isIPv6(plain) === this.isIPv6 && zone === this.parts.zone && this.members.check(plain, this.family)
    );
  }

  /** An address of this network in the form for connecting: a link-local IPv6 address with its zone. */
  hostAt(address: string): string {
    return this.isIPv6 && isLinkLocal(address) ? `${address}%${this.parts.zone}` : address;
  }

  private get family(): 'ipv6' | 'ipv4' {
    return this.isIPv6 ? 'ipv6' : 'ipv4';
  }
}

/**
 * The networks in which others can reach a server that listens at a host; none if only this machine reaches it.
 * @param host `0.0.0.0` for all IPv4 addresses, `::` for all
 */
export function subnetsOf(host: string, interfaces: Interfaces = networkInterfaces()): Subnet[] {
  return Object.entries(interfaces).flatMap(([interfaceName, all = []]) => {
    const infos = all.filter(({ internal, cidr }) => !internal && cidr !== null);
    const linkLocal = infos.find(({ family, address }) => family === 'IPv6' && isLinkLocal(address));
    const zone = zoneOf(interfaceName, linkLocal?.scopeid);
    const isReached = ({ address }: NetworkInterfaceInfo): boolean =>
      covers(host, address) && (!host.includes('%') || host === `${plainHost(host)}%${zone}`);
    const rangeOf = ({ cidr }: NetworkInterfaceInfo): string => cidr ?? '';
    const own4 = infos.filter((info) => info.family === 'IPv4' && isReached(info));
    const all6 = infos.filter(({ family }) => family === 'IPv6');
    const [first, ...others] = all6.filter(isReached).map(({ address }) => address);
    const about = { interfaceName, zone };
    return [
      ...own4.map((info) => new Subnet({ ...about, addresses: [info.address], ranges: [rangeOf(info)] })),
      // Machines on the link may ask from any of their addresses.
      ...(first === undefined
        ? []
        : [new Subnet({ ...about, addresses: [first, ...others], ranges: all6.map(rangeOf) })]),
    ];
  });
}
