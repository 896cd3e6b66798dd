import { randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { QueryOutgoingPacket } from 'multicast-dns';
import { readQuestions, readServices } from './packets';
import type { DnsRecord } from './multicastSocket';
import { ALL_SERVICES, instanceName, sameName, SERVICE, TTL } from './service';

/** Missing in the types of the library. */
const ANY = 'ANY' as unknown as QueryOutgoingPacket['questions'][number]['type'];

/** The data of a server for one network. */
export interface Announced {
  /** The name that the person has chosen. */
  readonly displayName: string;
  /** IPv4 or IPv6, without a zone. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** Name of the host, for the records only. */
  readonly host?: string;
}

/** A host name that reveals nothing about this machine, and is different each time. */
export function randomHost(): string {
  return `picklepost-${randomBytes(6).toString('hex')}.local`;
}

/** The records of a server: its chosen name and its addresses, but no name of its machine or user. */
export class Announcement {
  private number = 1;
  private readonly displayName: string;
  private readonly addresses: readonly string[];
  private readonly port: number;
  private readonly host: string;

  constructor({ displayName, addresses, port, host = randomHost() }: Announced) {
    this.displayName = displayName;
    this.addresses = addresses;
    this.port = port;
    this.host = host;
  }

  get instance(): string {
    return instanceName(this.displayName, this.number);
  }

  /** Takes the next name, as somebody else has this one. */
  rename(): void {
    this.number++;
  }

  /** The question whether anybody already has the name. */
  get probe(): QueryOutgoingPacket {
    return {
      questions: [{ name: this.instance, type: ANY }],
      authorities: [this.place],
    };
  }

  /** All records. @param isOver whether they are withdrawn */
  records(isOver = false): DnsRecord[] {
    const records = [this.pointer, this.place, this.text, ...this.hostAddresses];
    return isOver ? records.map((record) => ({ ...record, ttl: 0 })) : records;
  }

  /** The answers to the questions of a packet, except those that the asker already knows. */
  answersTo(packet: unknown): DnsRecord[] {
    const isKnown = readServices(packet).pointers.some(
      ({ service, instance, ttl }) =>
        sameName(service, SERVICE) && sameName(instance, this.instance) && ttl >= TTL.name / 2,
    );
    const { enumeration, pointer, place, text, hostAddresses } = this;
    const answers = new Set<DnsRecord>();
    for (const { name, type } of readQuestions(packet)) {
      const answer = (...records: DnsRecord[]): void => {
        for (const record of records) answers.add(record);
      };
      const asks = (what: string): boolean => type === what || type === 'ANY';
      if (sameName(name, ALL_SERVICES) && asks('PTR')) answer(enumeration);
      else if (sameName(name, SERVICE) && asks('PTR') && !isKnown)
        answer(pointer, place, text, ...hostAddresses);
      else if (sameName(name, this.instance)) {
        if (asks('SRV')) answer(place, ...hostAddresses);
        if (asks('TXT')) answer(text);
      } else if (sameName(name, this.host)) answer(...hostAddresses.filter((record) => asks(record.type)));
    }
    return [...answers];
  }

  /** Whether somebody else claims the name. */
  isContestedBy(packet: unknown): boolean {
    return readServices(packet).places.some(
      ({ instance, host }) => sameName(instance, this.instance) && !sameName(host, this.host),
    );
  }

  /** Whether somebody else who probes for the name at the same moment gets it (RFC 6762, section 8.2). */
  yieldsTo(packet: unknown): boolean {
    return readServices(packet).places.some(
      ({ instance, host, port }) =>
        sameName(instance, this.instance) &&
        !sameName(host, this.host) &&
        (port > this.port || (port === this.port && host.toLowerCase() > this.host)),
    );
  }

  private get enumeration(): DnsRecord {
    return { type: 'PTR', name: ALL_SERVICES, ttl: TTL.name, data: SERVICE };
  }

  private get pointer(): DnsRecord {
    return { type: 'PTR', name: SERVICE, ttl: TTL.name, data: this.instance };
  }

  private get place(): DnsRecord {
    const { instance: name, host: target, port } = this;
    return { type: 'SRV', name, ttl: TTL.place, flush: true, data: { target, port, priority: 0, weight: 0 } };
  }

  private get text(): DnsRecord {
    return { type: 'TXT', name: this.instance, ttl: TTL.name, flush: true, data: ['v=1'] };
  }

  private get hostAddresses(): DnsRecord[] {
    const about = { name: this.host, ttl: TTL.place, flush: true };
    return this.addresses.map((data) => ({ ...about, type: isIPv6(data) ? 'AAAA' : 'A', data }));
  }
}
