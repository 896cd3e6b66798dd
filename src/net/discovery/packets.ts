import { isIPv4, isIPv6, SocketAddress } from 'node:net';

/** A packet of multicast DNS has at most so many bytes (RFC 6762, section 17). */
const LARGEST_PACKET = 9000;
const HEADER = 12;
/** Questions and records of a packet together. A network of some hundred services says less at once. */
const MOST_RECORDS = 256;

/**
 * Whether a packet is worth decoding: a short one can say that it holds 200,000 records, or refer to the same long name from each of
 * thousands, which takes a decoder a tenth of a second.
 */
export function isReasonable(packet: Buffer): boolean {
  if (packet.length < HEADER || packet.length > LARGEST_PACKET) return false;
  return [4, 6, 8, 10].reduce((sum, offset) => sum + packet.readUInt16BE(offset), 0) <= MOST_RECORDS;
}

/** The records of a packet that say something about services. Everything else of it is left out. */
export interface ServiceRecords {
  readonly pointers: readonly { readonly service: string; readonly instance: string; readonly ttl: number }[];
  readonly places: readonly ServicePlace[];
  readonly addresses: readonly { readonly host: string; readonly address: string; readonly ttl: number }[];
}

export interface ServicePlace {
  readonly instance: string;
  /** A name, of which another record has the address. */
  readonly host: string;
  readonly port: number;
  readonly ttl: number;
}

/** Seconds; more is taken for so many. */
const LONGEST_TTL = 4500;

/**
 * Reads what a decoded packet says of services. The decoder gives whatever somebody has sent the form of records; nothing is taken here
 * that is not of the form that it should be.
 */
export function readServices(packet: unknown): ServiceRecords {
  const { answers, authorities, additionals } = fields(packet);
  return readRecords([answers, authorities, additionals].flatMap(listOf));
}

function readRecords(records: readonly unknown[]): ServiceRecords {
  const pointers: ServiceRecords['pointers'][number][] = [];
  const places: ServicePlace[] = [];
  const addresses: ServiceRecords['addresses'][number][] = [];
  for (const record of records.slice(0, MOST_RECORDS)) {
    const { type, name, data } = fields(record);
    const ttl = readTtl(fields(record).ttl);
    if (typeof name !== 'string' || ttl === undefined) continue;
    const { target, port } = fields(data);
    if (type === 'PTR' && typeof data === 'string') pointers.push({ service: name, instance: data, ttl });
    else if (type === 'SRV' && typeof target === 'string' && isPort(port))
      places.push({ instance: name, host: target, port, ttl });
    const address = readAddress(type, data);
    if (address !== undefined) addresses.push({ host: name, address, ttl });
  }
  return { pointers, places, addresses };
}

/** As this system writes it: the decoder shortens another part of some addresses of IPv6. */
function readAddress(type: unknown, data: unknown): string | undefined {
  if (typeof data !== 'string' || data.includes('%')) return undefined;
  if (type === 'A' && isIPv4(data)) return data;
  const isAddress = type === 'AAAA' && isIPv6(data);
  return isAddress ? new SocketAddress({ address: data, family: 'ipv6' }).address : undefined;
}

/** One question of a packet. */
export interface Question {
  readonly name: string;
  readonly type: string;
}

export function readQuestions(packet: unknown): Question[] {
  const questions = listOf(fields(packet).questions);
  return questions.slice(0, MOST_RECORDS).flatMap((question): Question[] => {
    const { name, type } = fields(question);
    return typeof name === 'string' && typeof type === 'string' ? [{ name, type }] : [];
  });
}

function readTtl(ttl: unknown): number | undefined {
  return typeof ttl === 'number' && ttl >= 0 ? Math.min(ttl, LONGEST_TTL) : undefined;
}

function isPort(port: unknown): port is number {
  return typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65535;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
