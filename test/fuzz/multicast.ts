/* Packets of multicast DNS, from whoever is on the network. */
import dnsPacket from 'dns-packet';
import { Announcement } from '../../src/net/discovery/announcement';
import { FoundServices } from '../../src/net/discovery/foundServices';
import { isReasonable, readQuestions, readServices } from '../../src/net/discovery/packets';
import { ALL_SERVICES, SERVICE } from '../../src/net/discovery/service';
import { Subnet } from '../../src/net/discovery/subnets';
import { words, type Target } from './target';

const about = { interfaceName: 'eth0', zone: 'eth0' };
const SUBNETS = [
  new Subnet({ ...about, addresses: ['10.0.0.1'], ranges: ['10.0.0.1/24'] }),
  new Subnet({ ...about, addresses: ['fd00::1', 'fe80::1'], ranges: ['fd00::1/64', 'fe80::1/64'] }),
];
const anna = new Announcement({ displayName: 'Anna', addresses: ['10.0.0.2'], port: 6868 });
const ben = new Announcement({ displayName: 'Ben', addresses: ['fd00::2', 'fe80::2'], port: 1 });
const UNSAFE = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/u;

export const multicast: Target = {
  name: 'multicast',
  corpus: [
    dnsPacket.encode({ type: 'response', answers: anna.records() }),
    dnsPacket.encode({ type: 'response', answers: anna.records(true) }),
    dnsPacket.encode({ type: 'response', answers: ben.records() }),
    dnsPacket.encode({ type: 'query', ...anna.probe }),
    dnsPacket.encode({
      type: 'query',
      questions: [
        { name: SERVICE, type: 'PTR' },
        { name: ALL_SERVICES, type: 'PTR' },
      ],
    }),
  ],
  dictionary: words(
    '\xc0\x0c',
    '\xc0\xff',
    '\x0b_picklepost',
    '\x04_tcp',
    '\x05local\0',
    '\0\x0c',
    '\0\x21',
    '\0\x01',
    '\0\x1c',
    '\xff\xff',
  ),
  run(input) {
    const packet = decode(input);
    readQuestions(packet);
    for (const announcement of [anna, ben]) {
      announcement.answersTo(packet);
      announcement.isContestedBy(packet);
      announcement.yieldsTo(packet);
    }
    for (const subnet of SUBNETS) {
      const found = new FoundServices(subnet);
      found.take(readServices(packet), 0);
      for (const { name, host, port } of found.list(0)) {
        if (UNSAFE.test(name) || name === '' || name.length > 63)
          throw new Error('a name that no list can show');
        if (!subnet.has(host) || port < 1 || port > 65535) throw new Error('a place outside of the network');
      }
    }
  },
};

/** As a socket does: dropped where it is unreasonable, and read by the library, which may throw. */
function decode(input: Buffer): unknown {
  if (!isReasonable(input)) return undefined;
  try {
    return dnsPacket.decode(input);
  } catch {
    return undefined;
  }
}
