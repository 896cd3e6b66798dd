import { hkdfSync } from 'node:crypto';
import { FORMATS, type Format } from '../core/codecs/formats';
import { decryptToken, encryptToken } from '../core/crypto/fernet';
import { FernetKey } from '../core/crypto/keys';
import { pieceCount, pieceTokenLength } from '../core/crypto/tokenStream';
import { InvalidTokenError, PicklepostError } from '../core/errors';
import type { ItemKind } from '../core/item/item';
import { MAXIMUM_NAME } from '../core/limits';
import { say, type Words } from '../core/text';

/*
 * The message that makes an item of a shared inbox whole (docs/nats.md, "Messages"):
 *
 *     version (1) = 1 · n (4, big endian) · manifest token (n) · token of the only piece (the rest; nothing if there are several)
 */

/** The sender's description of an item, sealed. */
export interface Manifest {
  readonly inbox: string;
  readonly sender: string;
  /** 32 hexadecimal digits. */
  readonly item: string;
  readonly kind: ItemKind;
  /** Only of a dictionary. */
  readonly format?: Format;
  /** Not safe as a file name. */
  readonly name: string;
  /** Not safe as a path. */
  readonly path?: string;
  readonly mode?: number;
  /** Milliseconds since the epoch. */
  readonly modified?: number;
  /** Plain bytes. */
  readonly size: number;
  /** Hash of the plain content, hexadecimal. */
  readonly sha256: string;
  /** Key of the token stream. */
  readonly key: FernetKey;
  /** Milliseconds since the epoch, by the clock of the sender. */
  readonly sentAt: number;
}

/** A manifest message, opened. */
export interface ManifestMessage {
  readonly manifest: Manifest;
  /** The token of the only piece; empty if the item has several. */
  readonly content: Buffer;
}

/**
 * Bytes of content in every piece of a shared inbox except the last: its token fits into the messages that every server
 * accepts.
 */
export const SHARED_PIECE = 512 * 1024;
/** Bytes of everything before the token of a piece. */
const MAXIMUM_MANIFEST = 64 * 1024;
const EXECUTE_BITS = 0o111;
const HEAD = 5;
const VERSION = 1;

/** A message that is not a manifest of its subject. */
export class InvalidManifestError extends PicklepostError {
  constructor(
    /** `key`: it was made with another key, or changed. */
    readonly reason: 'key' | 'content',
    message: Words,
  ) {
    super('protocol', message);
  }
}

/** The key of all manifests of an inbox. */
export function manifestKey(inboxKey: FernetKey): FernetKey {
  const secret = Buffer.concat([inboxKey.signing, inboxKey.encryption]);
  const derived = hkdfSync('sha256', secret, '', 'picklepost shared inbox manifest', 32);
  return FernetKey.fromBytes(new Uint8Array(derived));
}

/** How many pieces an item of so many bytes has. */
export function sharedPieces(size: number): number {
  return pieceCount(size, SHARED_PIECE);
}

/** @param content the token of the only piece; empty if there are several */
export function sealManifest(key: FernetKey, manifest: Manifest, content: Uint8Array): Buffer {
  const fields = { ...manifest, key: manifest.key.toText(), pieces: sharedPieces(manifest.size) };
  const token = encryptToken(key, Buffer.from(JSON.stringify(fields)));
  const head = Buffer.alloc(HEAD);
  head[0] = VERSION;
  head.writeUInt32BE(token.length, 1);
  return Buffer.concat([head, token, content]);
}

/**
 * Opens a manifest message. Checks only the length of the token of the piece.
 * @param place the data in the subject of the message
 * @throws InvalidManifestError
 */
export function openManifest(
  key: FernetKey,
  message: Uint8Array,
  place: Pick<Manifest, 'inbox' | 'sender'>,
): ManifestMessage {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.length);
  if (bytes.length < HEAD || bytes[0] !== VERSION) throw invalid(say`it is not a manifest of version 1`);
  const length = bytes.readUInt32BE(1);
  if (length > MAXIMUM_MANIFEST || HEAD + length > bytes.length) throw invalid(say`its length is wrong`);
  const manifest = parseManifest(decrypt(key, bytes.subarray(HEAD, HEAD + length)));
  if (manifest.inbox !== place.inbox || manifest.sender !== place.sender)
    throw invalid(say`it was made for another inbox or by another sender`);
  const content = bytes.subarray(HEAD + length);
  const expected = sharedPieces(manifest.size) === 1 ? pieceTokenLength(manifest.size) : 0;
  if (content.length !== expected) throw invalid(say`its content is shorter or longer than it says`);
  return { manifest, content };
}

function decrypt(key: FernetKey, token: Buffer): Buffer {
  try {
    return decryptToken(key, token);
  } catch (error) {
    if (!(error instanceof InvalidTokenError)) throw error;
    throw new InvalidManifestError(
      'key',
      say`An item cannot be opened with this key: it was made with a different key, or changed in transit.`,
    );
  }
}

/** @param plain the content of a manifest token @throws InvalidManifestError */
export function parseManifest(plain: Uint8Array): Manifest {
  const fields = parseObject(plain);
  const get = (name: string): unknown => (Object.hasOwn(fields, name) ? fields[name] : undefined);
  const kind = oneOf('kind', get('kind'), ['file', 'text', 'dictionary'] as const);
  const size = count('size', get('size'));
  if (count('pieces', get('pieces')) !== sharedPieces(size)) throw wrong('pieces');
  const optional = <K extends string, T>(name: K, read: (name: K, value: unknown) => T) =>
    (get(name) === undefined ? {} : { [name]: read(name, get(name)) }) as Partial<Record<K, T>>;
  return {
    inbox: matching('inbox', get('inbox'), /^[\w-]{1,64}$/),
    sender: matching('sender', get('sender'), /^[\w-]{1,64}$/),
    item: matching('item', get('item'), /^[0-9a-f]{32}$/),
    kind,
    ...(kind === 'dictionary' && { format: oneOf('format', get('format'), FORMATS) }),
    name: text('name', get('name')),
    ...optional('path', text),
    ...optional('mode', mode),
    ...optional('modified', integer),
    size,
    sha256: matching('sha256', get('sha256'), /^[0-9a-f]{64}$/),
    key: itemKey(get('key')),
    sentAt: integer('sentAt', get('sentAt')),
  };
}

function parseObject(plain: Uint8Array): Record<string, unknown> {
  try {
    const json = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plain);
    const value: unknown = JSON.parse(json);
    // The shortest form has each name once; a writer of another form may mean another value than the last.
    if (typeof value === 'object' && value !== null && JSON.stringify(value) === json)
      return value as Record<string, unknown>;
  } catch {
    // As below.
  }
  throw invalid(say`it does not hold a JSON object in its shortest form`);
}

function text(name: string, value: unknown): string {
  if (typeof value !== 'string' || value.length > MAXIMUM_NAME) throw wrong(name);
  return value;
}

function matching(name: string, value: unknown, pattern: RegExp): string {
  if (typeof value !== 'string' || !pattern.test(value)) throw wrong(name);
  return value;
}

function oneOf<const T extends string>(name: string, value: unknown, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw wrong(name);
  return found;
}

function integer(name: string, value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw wrong(name);
  return value;
}

function count(name: string, value: unknown): number {
  const number = integer(name, value);
  if (number < 0) throw wrong(name);
  return number;
}

function mode(name: string, value: unknown): number {
  const bits = count(name, value);
  if (bits > EXECUTE_BITS || (bits & ~EXECUTE_BITS) !== 0) throw wrong(name);
  return bits;
}

function itemKey(value: unknown): FernetKey {
  try {
    return FernetKey.parse(text('key', value));
  } catch {
    throw wrong('key');
  }
}

function wrong(name: string): InvalidManifestError {
  return invalid(say`"${name}" is missing or wrong`);
}

function invalid(reason: Words): InvalidManifestError {
  return new InvalidManifestError('content', say`Someone sent an invalid item: ${reason}.`);
}
