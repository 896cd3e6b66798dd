import assert from 'node:assert/strict';
import { SocketAddress } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import dnsPacket from 'dns-packet';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { Announcement } from '../../../../src/net/discovery/announcement';
import { FoundServices } from '../../../../src/net/discovery/foundServices';
import { isReasonable, readQuestions, readServices } from '../../../../src/net/discovery/packets';
import { displayNameOf, instanceName, SERVICE } from '../../../../src/net/discovery/service';
import { zoneOf } from '../../../../src/net/networks';
import { Subnet, subnetsOf } from '../../../../src/net/discovery/subnets';

const about = { interfaceName: 'eth0', zone: 'eth0' };
const SUBNET = new Subnet({ ...about, addresses: ['10.0.0.1'], ranges: ['10.0.0.1/24'] });
const LINK = new Subnet({
  ...about,
  addresses: ['2001:db8::1', 'fe80::1'],
  ranges: ['2001:db8::1/64', 'fe80::1/64'],
});

/** As it arrives: written, dropped where it is unreasonable, read by the library, which may throw. */
function arrive(bytes: Uint8Array): unknown {
  const packet = Buffer.from(bytes);
  if (!isReasonable(packet)) return undefined;
  try {
    return dnsPacket.decode(packet);
  } catch {
    return undefined;
  }
}

const announcementOf = (displayName: string, address: string, port: number): Announcement =>
  new Announcement({ displayName, addresses: [address], port });

const response = (answers: dnsPacket.Answer[]): Buffer =>
  dnsPacket.encode({ type: 'response', flags: dnsPacket.AUTHORITATIVE_ANSWER, answers });

function listOf(packet: unknown, subnet = SUBNET): { name: string; host: string; port: number }[] {
  const found = new FoundServices(subnet);
  found.take(readServices(packet), 0);
  return found.list(0).map(({ name, host, port }) => ({ name, host, port }));
}

/** Where a server with some addresses of IPv6 is found. */
function foundInLink(...addresses: string[]): string[] {
  const announcement = new Announcement({ displayName: 'Anna', addresses, port: 6868 });
  return listOf(arrive(response(announcement.records())), LINK).map(({ host }) => host);
}

/** Packets that are nearly right: announcements of which some bytes have changed. */
const nearlyRight = fc
  .tuple(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 6 }),
  )
  .map(([name, changes]) => {
    const packet = response(announcementOf(name, '10.0.0.2', 6868).records());
    for (const [at, byte] of changes) packet[at % packet.length] = byte;
    return packet;
  });

describe('Packets of multicast DNS', () => {
  it('announce a server by its chosen name and its address', () => {
    const packet = arrive(response(announcementOf('Anna. Lab', '10.0.0.2', 6868).records()));
    assert.deepEqual(listOf(packet), [{ name: 'Anna. Lab', host: '10.0.0.2', port: 6868 }]);
  });

  it('do not contain the name of the machine or the person', () => {
    const { USER = 'nobody' } = process.env;
    const text = response(announcementOf('Anna', '10.0.0.2', 6868).records()).toString('latin1');
    for (const word of [USER, process.env.HOSTNAME ?? 'no-host']) assert(!text.includes(word), word);
  });

  it('are trusted only for an address in their own network', () => {
    for (const elsewhere of ['127.0.0.1', '10.0.1.2', '8.8.8.8', '169.254.169.254'])
      assert.deepEqual(listOf(arrive(response(announcementOf('A', elsewhere, 1).records()))), []);
  });

  it('announce a server at its IPv6 addresses, of which the one with a zone is used last', () => {
    assert.deepEqual(foundInLink('fe80::2', '2001:db8::2'), ['2001:db8::2']);
    assert.deepEqual(foundInLink('fe80::2'), ['fe80::2%eth0']);
    assert.deepEqual(listOf(arrive(response(announcementOf('Anna', '2001:db8::2', 1).records()))), []);
  });

  it('are not trusted for an IPv6 address on another link, or of this machine alone', () => {
    for (const elsewhere of [
      '::1',
      '::',
      '::ffff:127.0.0.1',
      '::ffff:10.0.0.2',
      '2001:db8:0:1::2',
      'ff02::1',
      'fd00::2',
    ])
      assert.deepEqual(foundInLink(elsewhere), [], elsewhere);
  });

  it('result in IPv6 addresses as this system writes them', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('0', '1', 'ab0'), { minLength: 4, maxLength: 4 }), (groups) => {
        const address = `2001:db8:0:0:${groups.join(':')}`;
        const written = new SocketAddress({ address, family: 'ipv6' }).address;
        assert.deepEqual(foundInLink(address), [written]);
      }),
    );
  });

  it('of any bytes are read without an error, and leave no control characters', () => {
    const packets = fc.oneof(fc.uint8Array({ maxLength: 600 }), nearlyRight);
    fc.assert(
      fc.property(packets, (bytes) => {
        const packet = arrive(bytes);
        readQuestions(packet);
        announcementOf('Anna', '10.0.0.1', 1).answersTo(packet);
        for (const subnet of [SUBNET, LINK])
          for (const { name, host, port } of listOf(packet, subnet)) {
            assert.doesNotMatch(name, /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/u);
            assert(name !== '' && name.length <= 63);
            assert(subnet.has(host) && port >= 1 && port <= 65535);
          }
      }),
      { numRuns: 2_000 },
    );
  });

  it('of any structure are read without an error, whatever the decoder returns', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), fc.anything(), (a, b) => {
        for (const packet of [a, { answers: a, questions: b }, { answers: [a, b], questions: [b, a] }]) {
          readServices(packet);
          readQuestions(packet);
        }
      }),
    );
  });

  it('are dropped before they are decoded if they claim very many records', () => {
    const many = Buffer.alloc(9000);
    many.writeUInt16BE(65535, 6);
    assert.equal(isReasonable(many), false);
    assert.equal(isReasonable(Buffer.alloc(9001)), false);
    assert.equal(isReasonable(Buffer.alloc(11)), false);
    assert.equal(isReasonable(response(announcementOf('A', '10.0.0.2', 1).records())), true);
  });

  it('cannot make the list grow without limit', () => {
    const found = new FoundServices(SUBNET);
    for (let number = 0; number < 1_000; number++)
      found.take(
        readServices({ answers: announcementOf(`A${String(number)}`, '10.0.0.2', number + 1).records() }),
        0,
      );
    assert.equal(found.list(0).length, 64);
  });
});

describe('Servers that were found', () => {
  const records = (isOver = false) =>
    readServices({ answers: announcementOf('Anna', '10.0.0.2', 6868).records(isOver) });

  it('are listed for as long as they announced, and no longer', () => {
    const found = new FoundServices(SUBNET);
    found.take(records(), 0);
    assert.equal(found.nextEnd, 120_000);
    assert.equal(found.list(119_999).length, 1);
    assert.equal(found.list(120_000).length, 0);
  });

  it('are removed when they say so', () => {
    const found = new FoundServices(SUBNET);
    const announcement = announcementOf('Anna', '10.0.0.2', 6868);
    found.take(readServices({ answers: announcement.records() }), 0);
    found.take(readServices({ answers: announcement.records(true) }), 1);
    assert.deepEqual(found.list(1), []);
    assert.equal(found.nextEnd, undefined);
  });

  it('cannot announce more than 75 minutes', () => {
    const found = new FoundServices(SUBNET);
    const answers = announcementOf('Anna', '10.0.0.2', 6868)
      .records()
      .map((record) => ({ ...record, ttl: 2 ** 32 - 1 }));
    found.take(readServices({ answers }), 0);
    assert.equal(found.nextEnd, 4_500_000);
  });
});

describe('The name of a server on the network', () => {
  it('is cut between characters to the length of a label, including its number', () => {
    for (const number of [1, 2, 100]) {
      const [label = ''] = instanceName('ä€😀'.repeat(20), number).split('.');
      assert(Buffer.byteLength(label) <= 63);
      assert(!label.includes('\ufffd'));
    }
  });

  it('is shown as it was chosen, without control characters', () => {
    assert.equal(displayNameOf(instanceName('v1.2 of\u202e Anna\n')), 'v1.2 of Anna');
    assert.equal(displayNameOf(`Anna.${SERVICE.toUpperCase()}`), 'Anna');
    for (const other of ['Anna', SERVICE, `.${SERVICE}`, 'Anna._http._tcp.local'])
      assert.equal(displayNameOf(other), undefined, other);
  });
});

describe('The networks in which a server is announced', () => {
  const info = (address: string, internal = false): NetworkInterfaceInfo => {
    const about = { address, internal, netmask: '', mac: '' };
    return address.includes(':')
      ? { ...about, family: 'IPv6', cidr: `${address}/64`, scopeid: 3 }
      : { ...about, family: 'IPv4', cidr: `${address}/24` };
  };
  const interfaces = {
    lo: [info('127.0.0.1', true), info('::1', true)],
    eth0: [info('10.0.0.1'), info('fe80::1'), info('fd00::1')],
    wlan0: [info('10.1.0.1'), info('fe80::1')],
    tun0: [{ ...info('10.2.0.1'), cidr: null }],
  };
  const addresses = (host: string): string[] =>
    subnetsOf(host, interfaces).map((subnet) => `${subnet.interfaceName} ${subnet.addresses.join(' ')}`);
  const zone = (name: string): string => zoneOf(name, 3);

  it('are none if only this machine can reach it', () => {
    for (const host of ['127.0.0.1', '::1', 'localhost']) assert.deepEqual(addresses(host), []);
  });

  it('are the one of its address, or all, separately for IPv4 and IPv6', () => {
    assert.deepEqual(addresses('10.1.0.1'), ['wlan0 10.1.0.1']);
    assert.deepEqual(addresses('fd00::1'), ['eth0 fd00::1']);
    assert.deepEqual(addresses('0.0.0.0'), ['eth0 10.0.0.1', 'wlan0 10.1.0.1']);
    const all = ['eth0 10.0.0.1', 'eth0 fe80::1 fd00::1', 'wlan0 10.1.0.1', 'wlan0 fe80::1'];
    assert.deepEqual(addresses('::'), all);
  });

  it('are only that of one link for an address that exists on several links', () => {
    if (process.platform === 'win32') return;
    assert.deepEqual(addresses('fe80::1%wlan0'), ['wlan0 fe80::1']);
  });

  it('include all machines on the link, whichever of its addresses they use', () => {
    const [link] = subnetsOf('fd00::1', interfaces);
    const member = (host: string): boolean => link?.has(host) ?? false;
    assert.deepEqual(
      ['fd00::9', `fe80::9%${zone('eth0')}`, 'fe80::9%other', 'fd01::9', '10.0.0.9'].map(member),
      [true, true, false, false, false],
    );
  });
});
