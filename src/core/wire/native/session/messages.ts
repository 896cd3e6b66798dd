import { FORMATS } from '../../../codecs/formats';
import { MAXIMUM_MESSAGE } from '../../../item/item';
import type { ItemOffer } from '../../../item/itemStore';
import { invalidMessage, MessageFields } from './messageFields';
import { say } from '../../../text';

/** What a session is for: items, with or without a shared key, or making one (docs/native.md, "Pairing"). */
export const SECURITIES = ['key', 'none', 'pairing'] as const;
export type Security = (typeof SECURITIES)[number];

/** The first message of each side, in plain JSON. */
export interface Hello {
  readonly type: 'hello';
  /** Versions of the protocol: those that the client knows, newest first, or the one that the server has chosen. */
  readonly versions: readonly number[];
  /** Name and version of the program, for logs. */
  readonly agent: string;
  readonly security: Security;
  /** X25519 public key, 32 bytes in base64. */
  readonly publicKey: string;
  /** 16 random bytes in base64. */
  readonly nonce: string;
  /** From a client with a shared key: which key it is, 16 bytes in base64. */
  readonly keyHint?: string;
}

/** Ends the connection with the reason. In plain JSON before there are session keys. */
export interface Refusal {
  readonly type: 'refusal';
  readonly code: RefusalCode;
  readonly reason: string;
}

const REFUSAL_CODES = [
  'version',
  'busy',
  'encryption-required',
  'no-key',
  'wrong-key',
  'not-pairing',
  'wrong-code',
  'protocol',
  'failed',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** Ready for what comes. The first message of each side under the session keys: only with the same shared key does it open. */
export interface Ready {
  readonly type: 'ready';
}

/** The client announces an item. */
export interface Offer extends ItemOffer {
  readonly type: 'offer';
  /** Numbers the items of a connection, from 0. */
  readonly item: number;
  /** Key of the item's token stream, 32 bytes in base64url. */
  readonly key: string;
}

/** The server wants the item, from a piece on. */
export interface Accept {
  readonly type: 'accept';
  readonly item: number;
  /** Pieces that the server has already. */
  readonly pieces: number;
  /** Hash of the plain bytes of those pieces, hexadecimal; only with `pieces` above 0. */
  readonly sha256?: string;
  /** Key of the token stream that is to be continued; only with `pieces` above 0. */
  readonly key?: string;
}

/** The client's file is no longer what the server has the beginning of: from the first piece, with a new key. */
export interface Restart {
  readonly type: 'restart';
  readonly item: number;
  readonly key: string;
}

/** The server asks a person whether to take the item: its answer takes its time. */
export interface Asking {
  readonly type: 'asking';
  readonly item: number;
}

/** What a server says of an item that it has. */
export interface StoredAs {
  readonly id: string;
  readonly sha256: string;
  /** Under which it is kept, where that is not the one that was offered. */
  readonly name?: string;
  /** Where it was saved in a folder, with `/`, where a name had to change for that. */
  readonly path?: string;
  /** 1 where the receiver has not computed the hash: it has checked each piece. */
  readonly claimed?: number;
}

/** The server has this very item already. */
export interface Have extends StoredAs {
  readonly type: 'have';
  readonly item: number;
  readonly size: number;
}

const DECLINE_CODES = ['too-large', 'no-space', 'pickle-disabled', 'not-wanted', 'failed'] as const;
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
  /** Hash of the plain bytes, hexadecimal. */
  readonly sha256: string;
}

/** The item is durable. */
export interface Stored extends StoredAs {
  readonly type: 'stored';
  readonly item: number;
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

/** A side's share of a pairing. */
export interface Pair {
  readonly type: 'pair';
  /** 32 bytes in base64. */
  readonly share: string;
}

/** Proves that a side knows the code of a pairing, and says what the other one needs. */
export interface PairConfirm {
  readonly type: 'pair-confirm';
  /** A token in base64. */
  readonly confirmation: string;
}

/** The guest has kept the key of a pairing. */
export interface PairDone {
  readonly type: 'pair-done';
}

export type PairingMessage = Pair | PairConfirm | PairDone;
export type ClientMessage = PairingMessage | Ready | Offer | Restart | End | Cancel | Ping | Refusal;
export type ServerMessage =
  Pair | PairConfirm | Ready | Asking | Accept | Have | Decline | Progress | Stored | Ping | Refusal;
export type Message = Hello | ClientMessage | ServerMessage;

export function encodeMessage(message: Message): Buffer {
  return Buffer.from(JSON.stringify(message), 'utf8');
}

/** Reads a message and checks each of its fields. Fields that this version does not know are passed over. @throws ProtocolError */
export function decodeMessage(bytes: Uint8Array): Message {
  const fields = MessageFields.parse(bytes);
  const type = fields.text('type', 20);
  const decode = Object.hasOwn(DECODERS, type) ? DECODERS[type] : undefined;
  if (!decode) throw invalidMessage(say`a message of an unknown type`);
  return decode(fields);
}

const HASH = /^[0-9a-f]{64}$/;
const KEY = /^[A-Za-z0-9_-]{43}=$/;
/** Characters of a name, or of a path. */
export const MAXIMUM_NAME = 1024;
/** Characters of the path of what was saved, whose names may have become longer. */
export const MAXIMUM_PATH = 4096;
/** The only bits of the mode of a file that travel. */
const EXECUTE_BITS = 0o111;

const DECODERS: Partial<Record<string, (fields: MessageFields) => Message>> = {
  hello: (f) => ({
    type: 'hello',
    versions: f.counts('versions'),
    agent: f.text('agent', 200),
    security: f.oneOf('security', SECURITIES),
    publicKey: f.text('publicKey', 64),
    nonce: f.text('nonce', 64),
    ...f.optional('keyHint', (name) => f.text(name, 64)),
  }),
  refusal: (f) => ({
    type: 'refusal',
    code: f.oneOf('code', REFUSAL_CODES),
    reason: f.sentence('reason', 1000),
  }),
  ready: () => ({ type: 'ready' }),
  offer: (f) => ({
    type: 'offer',
    item: f.item(),
    transfer: f.matching('transfer', /^[0-9a-f]{32}$/),
    name: f.text('name', MAXIMUM_NAME),
    ...kindAndFormat(f),
    ...f.optional('path', (name) => f.text(name, MAXIMUM_NAME)),
    ...f.optional('size', (name) => f.count(name)),
    ...f.optional('modified', (name) => f.integer(name)),
    ...f.optional('mode', (name) => f.count(name) & EXECUTE_BITS),
    ...f.optional('message', (name) => f.text(name, MAXIMUM_MESSAGE)),
    key: f.matching('key', KEY),
  }),
  asking: (f) => ({ type: 'asking', item: f.item() }),
  accept: (f) => ({
    type: 'accept',
    item: f.item(),
    pieces: f.count('pieces'),
    ...f.optional('sha256', (name) => f.matching(name, HASH)),
    ...f.optional('key', (name) => f.matching(name, KEY)),
  }),
  restart: (f) => ({
    type: 'restart',
    item: f.item(),
    key: f.matching('key', KEY),
  }),
  have: (f) => ({ type: 'have', item: f.item(), size: f.count('size'), ...storedAs(f) }),
  decline: (f) => ({
    type: 'decline',
    item: f.item(),
    code: f.oneOf('code', DECLINE_CODES),
    reason: f.sentence('reason', 1000),
  }),
  progress: (f) => ({ type: 'progress', item: f.item(), pieces: f.count('pieces') }),
  end: (f) => ({
    type: 'end',
    item: f.item(),
    size: f.count('size'),
    sha256: f.matching('sha256', HASH),
  }),
  stored: (f) => ({ type: 'stored', item: f.item(), ...storedAs(f) }),
  cancel: (f) => ({ type: 'cancel', item: f.item() }),
  ping: () => ({ type: 'ping' }),
  pair: (f) => ({ type: 'pair', share: f.text('share', 64) }),
  'pair-confirm': (f) => ({ type: 'pair-confirm', confirmation: f.text('confirmation', 2000) }),
  'pair-done': () => ({ type: 'pair-done' }),
};

function storedAs(fields: MessageFields): StoredAs {
  return {
    id: fields.text('id', 100),
    sha256: fields.matching('sha256', HASH),
    ...fields.optional('name', (name) => fields.text(name, MAXIMUM_NAME)),
    ...fields.optional('path', (name) => fields.text(name, MAXIMUM_PATH)),
    ...fields.optional('claimed', (name) => fields.count(name)),
  };
}

/** A dictionary has a format, and nothing else has one. */
function kindAndFormat(fields: MessageFields): Pick<Offer, 'kind' | 'format'> {
  const kind = fields.oneOf('kind', ['file', 'text', 'dictionary']);
  const format = fields.optional('format', (name) => fields.oneOf(name, FORMATS));
  if ((kind === 'dictionary') !== (format.format !== undefined))
    throw invalidMessage(say`"format" is there exactly if "kind" is "dictionary"`);
  return { kind, ...format };
}
