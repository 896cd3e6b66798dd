import { isIPv4, isIPv6, SocketAddress } from 'node:net';

/** Largest packet of multicast DNS, in bytes (RFC 6762, section 17). */
const LARGEST_PACKET = 9000;
const HEADER = 12;
/** Most questions and records in a packet. A network of some hundred services sends fewer at once. */
const MOST_RECORDS = 256;

/**
 * Whether a packet is worth decoding: a short one can claim to hold 200,000 records, or refer to the same long name from
 * each of thousands, which takes a decoder a tenth of a second.
 */
export function isReasonable(packet: Buffer): boolean {
  if (packet.length < HEADER || packet.length > LARGEST_PACKET) return false;
  return [4, 6, 8, 10].reduce((sum, offset) => sum + packet.readUInt16BE(offset), 0) <= MOST_RECORDS;
}

/** The records of a packet that describe services. Everything else is left out. */
export interface ServiceRecords {
  readonly pointers: readonly { readonly service: string; readonly instance: string; readonly ttl: number }[];
  readonly places: readonly ServicePlace[];
  readonly addresses: readonly { readonly host: string; readonly address: string; readonly ttl: number }[];
}

export interface ServicePlace {
  readonly instance: string;
  /** A host name; another record has its address. */
  readonly host: string;
  readonly port: number;
  readonly ttl: number;
}

/** In seconds; larger values are reduced to this. */
const LONGEST_TTL = 4500;

/**
 * Reads the services from a decoded packet. The decoder turns anything into records, so only records of the right form are
 * accepted here.
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

/** In the notation of this system: the decoder shortens another part of some IPv6 addresses. */
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
