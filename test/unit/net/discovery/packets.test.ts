import assert from 'node:assert/strict';
import dnsPacket from 'dns-packet';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { Announcement } from '../../../../src/net/discovery/announcement';
import { FoundServices } from '../../../../src/net/discovery/foundServices';
import { isReasonable, readQuestions, readServices } from '../../../../src/net/discovery/packets';
import { displayNameOf, instanceName, SERVICE } from '../../../../src/net/discovery/service';
import { isWithin, subnetsOf } from '../../../../src/net/discovery/subnets';

const SUBNET = { address: '10.0.0.1', netmask: '255.255.255.0' };

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

const response = (answers: dnsPacket.Answer[]): Buffer =>
  dnsPacket.encode({ type: 'response', flags: dnsPacket.AUTHORITATIVE_ANSWER, answers });

function listOf(packet: unknown, now = 0): { name: string; host: string; port: number }[] {
  const found = new FoundServices(SUBNET);
  found.take(readServices(packet), now);
  return found.list(now);
}

/** Packets that are nearly right: announcements of which some bytes have changed. */
const nearlyRight = fc
  .tuple(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 6 }),
  )
  .map(([name, changes]) => {
    const packet = response(new Announcement(name, '10.0.0.2', 6868).records());
    for (const [at, byte] of changes) packet[at % packet.length] = byte;
    return packet;
  });

describe('Packets of multicast DNS', () => {
  it('announce a server under its chosen name, which is found at its address', () => {
    const packet = arrive(response(new Announcement('Anna. Lab', '10.0.0.2', 6868).records()));
    assert.deepEqual(listOf(packet), [{ name: 'Anna. Lab', host: '10.0.0.2', port: 6868 }]);
  });

  it('have no name of the machine or of the person', () => {
    const { USER = 'nobody' } = process.env;
    const text = response(new Announcement('Anna', '10.0.0.2', 6868).records()).toString('latin1');
    for (const word of [USER, process.env.HOSTNAME ?? 'no-host']) assert(!text.includes(word), word);
  });

  it('are never trusted with more than an address in their own network', () => {
    for (const elsewhere of ['127.0.0.1', '10.0.1.2', '8.8.8.8', '169.254.169.254'])
      assert.deepEqual(listOf(arrive(response(new Announcement('A', elsewhere, 1).records()))), []);
  });

  it('of any bytes are read without an error, and leave nothing that acts on a screen', () => {
    const packets = fc.oneof(fc.uint8Array({ maxLength: 600 }), nearlyRight);
    fc.assert(
      fc.property(packets, (bytes) => {
        const packet = arrive(bytes);
        readQuestions(packet);
        new Announcement('Anna', '10.0.0.1', 1).answersTo(packet);
        for (const { name, host, port } of listOf(packet)) {
          assert.doesNotMatch(name, /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/u);
          assert(name !== '' && name.length <= 63);
          assert(isWithin(SUBNET, host) && port >= 1 && port <= 65535);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('of any form are read without an error, whatever the decoder makes of them', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), fc.anything(), (a, b) => {
        for (const packet of [a, { answers: a, questions: b }, { answers: [a, b], questions: [b, a] }]) {
          readServices(packet);
          readQuestions(packet);
        }
      }),
    );
  });

  it('are dropped before they are decoded where they claim very much', () => {
    const many = Buffer.alloc(9000);
    many.writeUInt16BE(65535, 6);
    assert.equal(isReasonable(many), false);
    assert.equal(isReasonable(Buffer.alloc(9001)), false);
    assert.equal(isReasonable(Buffer.alloc(11)), false);
    assert.equal(isReasonable(response(new Announcement('A', '10.0.0.2', 1).records())), true);
  });

  it('cannot make the list grow without end', () => {
    const found = new FoundServices(SUBNET);
    for (let number = 0; number < 1_000; number++)
      found.take(
        readServices({ answers: new Announcement(`A${String(number)}`, '10.0.0.2', number + 1).records() }),
        0,
      );
    assert.equal(found.list(0).length, 64);
  });
});

describe('Servers that were found', () => {
  const records = (isOver = false) =>
    readServices({ answers: new Announcement('Anna', '10.0.0.2', 6868).records(isOver) });

  it('are there for as long as they said, and no longer', () => {
    const found = new FoundServices(SUBNET);
    found.take(records(), 0);
    assert.equal(found.nextEnd, 120_000);
    assert.equal(found.list(119_999).length, 1);
    assert.equal(found.list(120_000).length, 0);
  });

  it('are gone when they say so', () => {
    const found = new FoundServices(SUBNET);
    const announcement = new Announcement('Anna', '10.0.0.2', 6868);
    found.take(readServices({ answers: announcement.records() }), 0);
    found.take(readServices({ answers: announcement.records(true) }), 1);
    assert.deepEqual(found.list(1), []);
    assert.equal(found.nextEnd, undefined);
  });

  it('cannot claim to be there for longer than 75 minutes', () => {
    const found = new FoundServices(SUBNET);
    const answers = new Announcement('Anna', '10.0.0.2', 6868)
      .records()
      .map((record) => ({ ...record, ttl: 2 ** 32 - 1 }));
    found.take(readServices({ answers }), 0);
    assert.equal(found.nextEnd, 4_500_000);
  });
});

describe('The name of a server in the network', () => {
  it('is cut to what a label holds, between characters, with its number', () => {
    for (const number of [1, 2, 100]) {
      const [label = ''] = instanceName('ä€😀'.repeat(20), number).split('.');
      assert(Buffer.byteLength(label) <= 63);
      assert(!label.includes('\ufffd'));
    }
  });

  it('comes back as it was chosen, without what would act on a screen', () => {
    assert.equal(displayNameOf(instanceName('v1.2 of\u202e Anna\n')), 'v1.2 of Anna');
    assert.equal(displayNameOf(`Anna.${SERVICE.toUpperCase()}`), 'Anna');
    for (const other of ['Anna', SERVICE, `.${SERVICE}`, 'Anna._http._tcp.local'])
      assert.equal(displayNameOf(other), undefined, other);
  });
});

describe('The networks in which a server is announced', () => {
  const info = (address: string, internal = false) => ({
    ...{ address, internal, netmask: '255.255.255.0', mac: '', cidr: null },
    family: 'IPv4' as const,
  });
  const interfaces = { lo: [info('127.0.0.1', true)], eth0: [info('10.0.0.1')], wlan0: [info('10.1.0.1')] };
  const addresses = (host: string): string[] => subnetsOf(host, interfaces).map(({ address }) => address);

  it('are none where only this machine reaches it', () => {
    for (const host of ['127.0.0.1', '::1', 'localhost']) assert.deepEqual(addresses(host), []);
  });

  it('are the one of its address, or all', () => {
    assert.deepEqual(addresses('10.1.0.1'), ['10.1.0.1']);
    for (const host of ['0.0.0.0', '::']) assert.deepEqual(addresses(host), ['10.0.0.1', '10.1.0.1']);
  });
});
