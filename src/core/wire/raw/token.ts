import { type TokenDecryptor, TokenVerifier } from '../../crypto/largeToken';
import type { NamedKey } from '../../crypto/namedKey';
import { InvalidTokenError, MissingKeyError, PicklepostError } from '../../errors';
import type { Limits } from '../../limits';
import { type ByteReader, connectionCut } from '../byteReader';
import { type ContentKind, ContentScanner, type ContentState } from './contentScanner';
import type { ReceiveTerms, ServeContext } from '../dialect';
import { MeteredWriter } from '../meteredWriter';
import type { ReceivedItem } from '../../item/item';
import { slices } from '../pieces';
import { checkAllowed, copyValue, type Pause, type ReceivedValue, type ValueScanner } from './value';
import { Utf8Check } from '../utf8';

/**
 * Receives a value that begins as the text of a Fernet token. Its signature is at its end, and nothing is decrypted before
 * it has been checked: so the text is stored first, and its content becomes an item of its own. A token that no key here
 * opens is kept as text, unless encryption is required.
 */
export async function receiveToken(
  reader: ByteReader,
  from: string,
  context: ServeContext,
): Promise<ReceivedValue> {
  const { keys, limits, requireEncryption } = context.terms;
  if (requireEncryption && keys.length === 0) throw new MissingKeyError();
  const arrival = { dialect: 'raw', from, encrypted: false } as const;
  const text = requireEncryption
    ? await MeteredWriter.beginUnchecked(context, arrival)
    : await MeteredWriter.begin(context, arrival, longestToken(limits.itemSize));
  try {
    const scan = new TokenScan(keys);
    const { pause, decryptor } = await copyToken(reader, scan, text, limits);
    if (decryptor) return { item: await storeOpened(text, decryptor, from, context), pause };
    if (requireEncryption) throw new InvalidTokenError('signature');
    if (pause === 'end' && !scan.isPlausible) throw connectionCut();
    text.restrict();
    return await keepUnopened(text, scan, reader, context.terms);
  } finally {
    await text.end();
  }
}

/** A reset truncates other values. A token whose signature is right is complete, however its sender has left. */
async function copyToken(
  reader: ByteReader,
  scan: TokenScan,
  text: MeteredWriter,
  limits: Limits,
): Promise<{ pause: Pause; decryptor: TokenDecryptor | undefined }> {
  try {
    const pause = await copyValue(reader, scan, text, limits);
    return { pause, decryptor: scan.finish() };
  } catch (error) {
    const isReset = error instanceof PicklepostError && error.code === 'connection-lost';
    const decryptor = isReset ? scan.finish() : undefined;
    if (!decryptor) throw error;
    return { pause: 'end', decryptor };
  }
}

/** Finds the end of a token, and checks it on the way. */
class TokenScan implements ValueScanner {
  private readonly run = new TokenRun();
  private readonly verifier: TokenVerifier | undefined;

  constructor(keys: readonly NamedKey[]) {
    this.verifier = keys.length > 0 ? new TokenVerifier(keys.map(({ key }) => key)) : undefined;
  }

  get state(): ContentState {
    if (this.run.hasEnded) return 'ended';
    // Without padding, only silence distinguishes a complete token from a part of it.
    return this.isPlausible ? 'endless' : 'open';
  }

  /** Whether it has the length of a complete token. */
  get isPlausible(): boolean {
    return this.run.isPlausible;
  }

  update(bytes: Uint8Array): number {
    const used = this.run.update(bytes);
    this.verifier?.update(bytes.subarray(0, used));
    return used;
  }

  /** Decrypts it, if one of the keys is the right one. */
  finish(): TokenDecryptor | undefined {
    try {
      return this.verifier?.finish();
    } catch (error) {
      if (error instanceof InvalidTokenError) return undefined;
      throw error;
    }
  }
}

async function storeOpened(
  text: MeteredWriter,
  decryptor: TokenDecryptor,
  from: string,
  context: ServeContext,
): Promise<ReceivedItem> {
  const opener = context.terms.keys.find(({ key }) => key === decryptor.key);
  const arrival = { dialect: 'raw', from, encrypted: true, ...(opener && { key: opener.name }) } as const;
  const writer = await MeteredWriter.begin(context, arrival);
  try {
    const scanner = new ContentScanner(context.terms.limits.nestingDepth);
    /** Bytes behind a pickle. */
    let surplus = 0;
    const take = async (plain: Buffer): Promise<void> => {
      surplus += plain.length - scanner.update(plain);
      await writer.write(plain);
    };
    for await (const part of text.content()) {
      for (const slice of slices(part, SLICE)) await take(decryptor.update(slice));
    }
    await take(decryptor.finish());
    const content: ContentKind = (surplus === 0 ? scanner.finish() : undefined) ?? { kind: 'file' };
    checkAllowed(content, context.terms);
    return await writer.finish(content);
  } finally {
    await writer.end();
  }
}

/** Everything that still comes belongs to the same text. */
async function keepUnopened(
  text: MeteredWriter,
  scan: TokenScan,
  reader: ByteReader,
  { keys, limits }: ReceiveTerms,
): Promise<ReceivedValue> {
  const utf8 = new Utf8Check();
  const rest: ValueScanner = {
    state: 'endless',
    update: (bytes) => {
      utf8.update(bytes);
      return bytes.length;
    },
  };
  const pause = await copyValue(reader, rest, text, limits);
  const note =
    keys.length > 0
      ? 'Encrypted, but none of the keys of this receiver opens it.'
      : 'Encrypted, but this receiver has no key.';
  const kind = utf8.isWhole ? 'text' : 'file';
  return { item: await text.finish(scan.isPlausible ? { kind, note } : { kind }), pause };
}

/** Bytes that are decrypted and scanned in one step: less than a millisecond of work. */
const SLICE = 64 * 1024;

/** Characters of the token of so many plain bytes, and a little more. */
function longestToken(plainSize: number): number {
  return Math.ceil((plainSize + 100) / 3) * 4;
}

/** Finds where the text of a Fernet token ends while it arrives: at its padding, or at the first byte that is not base64. */
export class TokenRun {
  /** Whether nothing more belongs to it. */
  hasEnded = false;
  private characters = 0;
  private padding = 0;

  /** @returns how many of the bytes belong to it */
  update(bytes: Uint8Array): number {
    let at = 0;
    while (!this.hasEnded && at < bytes.length) {
      const end = this.padding > 0 ? at : endOfBase64(bytes, at);
      this.characters += end - at;
      at = end;
      if (at < bytes.length && this.takePadding(bytes[at] as number)) at++;
    }
    return at;
  }

  /** Whether a complete token can have the current length. */
  get isPlausible(): boolean {
    const all = this.characters + this.padding;
    const ciphertext = (all / 4) * 3 - this.padding - OVERHEAD;
    return all % 4 === 0 && ciphertext > 0 && ciphertext % BLOCK === 0;
  }

  private takePadding(byte: number): boolean {
    const isPadding = byte === EQUALS && (this.characters + this.padding) % 4 !== 0;
    if (isPadding) this.padding++;
    this.hasEnded = !isPadding || this.padding === 2 || (this.characters + this.padding) % 4 === 0;
    return isPadding;
  }
}

/** Bytes of a binary token around its ciphertext, which is whole blocks. */
const OVERHEAD = 57;
const BLOCK = 16;
const EQUALS = 0x3d;

function endOfBase64(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && IS_BASE64[bytes[at] as number] === 1) at++;
  return at;
}

/** By byte. Either alphabet, like the token reader. */
const IS_BASE64 = new Uint8Array(256);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/') {
  IS_BASE64[character.charCodeAt(0)] = 1;
}
