import { ProtocolError } from '../../errors';
import type { ItemOffer } from '../transfer';

/** The first message of each side, in plain JSON. */
export interface Hello {
  readonly type: 'hello';
  /** Of the protocol: what the client can, newest first; what the server has chosen. */
  readonly versions: readonly number[];
  /** Name and version of the program, for logs. */
  readonly agent: string;
  readonly security: 'key' | 'none';
  /** X25519 public key, 32 bytes in base64. */
  readonly publicKey: string;
  /** 16 random bytes in base64. */
  readonly nonce: string;
}

/** Ends the connection with the reason. In plain JSON before there are session keys, or when they turn out to differ. */
export interface Refusal {
  readonly type: 'refusal';
  readonly code: RefusalCode;
  readonly reason: string;
}

export const REFUSAL_CODES = [
  'version',
  'busy',
  'encryption-required',
  'no-key',
  'no-encryption',
  'wrong-key',
  'protocol',
  'failed',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** Ready for what comes. The first message of each side under the session keys: to read it proves the shared key. */
export interface Ready {
  readonly type: 'ready';
}

/** The client announces an item. */
export interface Offer extends ItemOffer {
  readonly type: 'offer';
  /** Numbers the items of a connection, from 0. */
  readonly item: number;
  /** Key of the item's token stream, 32 bytes in base64url; only in a session with keys. */
  readonly key?: string;
}

/** The server wants the item, from a piece on. */
export interface Accept {
  readonly type: 'accept';
  readonly item: number;
  /** Pieces that the server has already. */
  readonly pieces: number;
  /** Of the plain bytes of those pieces, hexadecimal; only with `pieces` above 0. */
  readonly sha256?: string;
  /** Key of the token stream that is to be continued; only with `pieces` above 0, in a session with keys. */
  readonly key?: string;
}

/** The client's file is no longer what the server has the beginning of: from the first piece, with a new key. */
export interface Restart {
  readonly type: 'restart';
  readonly item: number;
  readonly key?: string;
}

/** The server has this very item already. */
export interface Have {
  readonly type: 'have';
  readonly item: number;
  readonly id: string;
  readonly sha256: string;
  readonly size: number;
}

export const DECLINE_CODES = ['too-large', 'no-space', 'pickle-disabled', 'not-wanted', 'failed'] as const;
export type DeclineCode = (typeof DECLINE_CODES)[number];

/** The server does not want the item, or no longer. The connection goes on. */
export interface Decline {
  readonly type: 'decline';
  readonly item: number;
  readonly code: DeclineCode;
  readonly reason: string;
}

/** Pieces that the server has written so far. */
export interface Progress {
  readonly type: 'progress';
  readonly item: number;
  readonly pieces: number;
}

/** The client has sent the last piece. */
export interface End {
  readonly type: 'end';
  readonly item: number;
  /** Plain bytes. */
  readonly size: number;
  /** Of the plain bytes, hexadecimal. */
  readonly sha256: string;
}

/** The item is durable. */
export interface Stored {
  readonly type: 'stored';
  readonly item: number;
  readonly id: string;
  readonly sha256: string;
}

/** The client gives up an item; the server keeps nothing of it. */
export interface Cancel {
  readonly type: 'cancel';
  readonly item: number;
}

/** Says only that this side is still there; the server answers with the same. */
export interface Ping {
  readonly type: 'ping';
}

export type ClientMessage = Offer | Restart | End | Cancel | Ping | Refusal;
export type ServerMessage = Ready | Accept | Have | Decline | Progress | Stored | Ping | Refusal;
export type Message = Hello | ClientMessage | ServerMessage;

export function encodeMessage(message: Message): Buffer {
  return Buffer.from(JSON.stringify(message), 'utf8');
}

/** Reads a message and checks each of its fields. Fields that this version does not know are passed over. @throws ProtocolError */
export function decodeMessage(bytes: Uint8Array): Message {
  const fields = new Fields(parseObject(bytes));
  const type = fields.text('type', 20);
  const decode = Object.hasOwn(DECODERS, type) ? DECODERS[type] : undefined;
  if (!decode) throw invalid('a message of an unknown type');
  return decode(fields);
}

const HASH = /^[0-9a-f]{64}$/;
const KEY = /^[A-Za-z0-9_-]{43}=$/;
const MAXIMUM_NAME = 4096;

const DECODERS: Partial<Record<string, (fields: Fields) => Message>> = {
  hello: (f) => ({
    type: 'hello',
    versions: f.counts('versions'),
    agent: f.text('agent', 200),
    security: f.oneOf('security', ['key', 'none']),
    publicKey: f.text('publicKey', 64),
    nonce: f.text('nonce', 64),
  }),
  refusal: (f) => ({ type: 'refusal', code: f.oneOf('code', REFUSAL_CODES), reason: f.text('reason', 1000) }),
  ready: () => ({ type: 'ready' }),
  offer: (f) => ({
    type: 'offer',
    item: f.count('item'),
    transfer: f.matching('transfer', /^[0-9a-f]{32}$/),
    name: f.text('name', MAXIMUM_NAME),
    ...f.kindAndFormat(),
    ...f.optional('path', (name) => f.text(name, MAXIMUM_NAME)),
    ...f.optional('size', (name) => f.count(name)),
    ...f.optional('modified', (name) => f.count(name)),
    ...f.optional('key', (name) => f.matching(name, KEY)),
  }),
  accept: (f) => ({
    type: 'accept',
    item: f.count('item'),
    pieces: f.count('pieces'),
    ...f.optional('sha256', (name) => f.matching(name, HASH)),
    ...f.optional('key', (name) => f.matching(name, KEY)),
  }),
  restart: (f) => ({
    type: 'restart',
    item: f.count('item'),
    ...f.optional('key', (name) => f.matching(name, KEY)),
  }),
  have: (f) => ({
    type: 'have',
    item: f.count('item'),
    id: f.text('id', 100),
    sha256: f.matching('sha256', HASH),
    size: f.count('size'),
  }),
  decline: (f) => ({
    type: 'decline',
    item: f.count('item'),
    code: f.oneOf('code', DECLINE_CODES),
    reason: f.text('reason', 1000),
  }),
  progress: (f) => ({ type: 'progress', item: f.count('item'), pieces: f.count('pieces') }),
  end: (f) => ({
    type: 'end',
    item: f.count('item'),
    size: f.count('size'),
    sha256: f.matching('sha256', HASH),
  }),
  stored: (f) => ({
    type: 'stored',
    item: f.count('item'),
    id: f.text('id', 100),
    sha256: f.matching('sha256', HASH),
  }),
  cancel: (f) => ({ type: 'cancel', item: f.count('item') }),
  ping: () => ({ type: 'ping' }),
};

function parseObject(bytes: Uint8Array): Record<string, unknown> {
  const { text, value, shortest } = parseJson(bytes);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid('what should be a message is not a JSON object');
  // The shortest form of what was parsed has each name once, and is what most programs send.
  if (shortest !== text && hasNameTwice(text)) throw invalid('a name occurs twice');
  return value as Record<string, unknown>;
}

function parseJson(bytes: Uint8Array): { text: string; value: unknown; shortest: string } {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    // What is nested too deep can be parsed, but not written.
    return { text, value, shortest: JSON.stringify(value) };
  } catch (cause) {
    throw invalid('what should be a message is not JSON, or is nested too deep', cause);
  }
}

function hasNameTwice(json: string): boolean {
  const names = topLevelNames(json);
  return new Set(names).size < names.length;
}

/** The names in a JSON object, which JSON.parse does not tell apart where one occurs twice. */
function topLevelNames(json: string): string[] {
  const names: string[] = [];
  let depth = 0;
  let text = '""';
  for (const [token] of json.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/g)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    else if (token !== ':') text = token;
    else if (depth === 1) names.push(JSON.parse(text) as string);
  }
  return names;
}

/** Reads the fields of a message that a peer has sent. */
class Fields {
  constructor(private readonly values: Record<string, unknown>) {}

  text(name: string, longest: number): string {
    const value = this.own(name);
    if (typeof value !== 'string' || value.length > longest)
      throw invalid(`"${name}" is not a text of at most ${String(longest)} characters`);
    return value;
  }

  matching(name: string, pattern: RegExp): string {
    const value = this.own(name);
    if (typeof value !== 'string' || !pattern.test(value)) throw invalid(`"${name}" is not of its form`);
    return value;
  }

  oneOf<const T extends string>(name: string, values: readonly T[]): T {
    const found = values.find((value) => value === this.own(name));
    if (found === undefined) throw invalid(`"${name}" is none of ${values.join(', ')}`);
    return found;
  }

  /** A dictionary has a format, and nothing else has one. */
  kindAndFormat(): Pick<Offer, 'kind' | 'format'> {
    const kind = this.oneOf('kind', ['file', 'text', 'dictionary']);
    const format = this.optional('format', (name) => this.oneOf(name, ['binary', 'json', 'xml']));
    if ((kind === 'dictionary') !== (format.format !== undefined))
      throw invalid('"format" is there exactly if "kind" is "dictionary"');
    return { kind, ...format };
  }

  count(name: string): number {
    return asCount(name, this.own(name));
  }

  counts(name: string): number[] {
    const value = this.own(name);
    if (!Array.isArray(value) || value.length > 100)
      throw invalid(`"${name}" is not a short list of numbers`);
    return value.map((element) => asCount(name, element));
  }

  optional<K extends string, T>(name: K, read: (name: K) => T): Partial<Record<K, T>> {
    return this.own(name) === undefined ? {} : ({ [name]: read(name) } as Partial<Record<K, T>>);
  }

  private own(name: string): unknown {
    return Object.hasOwn(this.values, name) ? this.values[name] : undefined;
  }
}

function asCount(name: string, value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw invalid(`"${name}" is not a whole number`);
  return value;
}

function invalid(reason: string, cause?: unknown): ProtocolError {
  return new ProtocolError(
    'InvalidMessage',
    `The other side sent a message that this protocol does not have: ${reason}.`,
    { cause },
  );
}
