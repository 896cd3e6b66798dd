import { BlockList, isIPv6 } from 'node:net';
import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';
import { plainHost } from '../../core/wire/address';
import { covers, isLinkLocal, zoneOf } from '../networks';

interface SubnetParts {
  /** Name of the interface in this system. */
  readonly interfaceName: string;
  /** What the system calls the interface in an address of IPv6. */
  readonly zone: string;
  /** Of this machine, all of one family, and without a zone. One where they are of IPv4. */
  readonly addresses: readonly [string, ...string[]];
  /** All addresses of the network, such as `10.0.0.1/24`. */
  readonly ranges: readonly string[];
}

type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>;

/** A network that this machine is in: that of an address of IPv4, or the link of an interface with its addresses of IPv6. */
export class Subnet {
  /** Two of the same key are the same network. */
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

  /** Those of this machine at which its server is reached. */
  get addresses(): readonly string[] {
    return this.parts.addresses;
  }

  /** By what a socket is told to send in this network. */
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

  /** An address of this network as a program connects to it: a link-local one of IPv6 with its zone. */
  hostAt(address: string): string {
    return this.isIPv6 && isLinkLocal(address) ? `${address}%${this.parts.zone}` : address;
  }

  private get family(): 'ipv6' | 'ipv4' {
    return this.isIPv6 ? 'ipv6' : 'ipv4';
  }
}

/**
 * The networks in which a server that listens at a host can be reached by others; none for one that only this machine reaches.
 * @param host `0.0.0.0` for all of IPv4, `::` for all
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
      // Whoever is in the link may ask from any of its addresses.
      ...(first === undefined
        ? []
        : [new Subnet({ ...about, addresses: [first, ...others], ranges: all6.map(rangeOf) })]),
    ];
  });
}
