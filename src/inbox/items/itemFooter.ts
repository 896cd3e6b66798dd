import { hkdfSync } from 'node:crypto';
import { FernetKey } from '../../core/crypto/keys';
import { streamSize } from '../../core/crypto/tokenStream';
import { messageOf } from '../../core/errors';
import type { ReceivedItem } from '../../core/item/item';
import { BOX_OVERHEAD, openBox, sealBox } from './box';
import { inEnglish, say, type Words } from '../../core/text';

/*
 * The end of an item file (docs/format.md), after the token stream of the content:
 *
 *     nonce (12) · AES-256-GCM of the metadata, JSON (n) · tag (16) · trailer (16)
 *     trailer: n + 28 (4, big endian) · format version (2, big endian) · "picklepost" (10)
 *
 * The trailer is the additional data of the encryption. The metadata hold the item's key, so that only the inbox's key opens an item.
 */

/** The metadata in an item file. */
export interface ItemMetadata {
  readonly item: ReceivedItem;
  readonly key: FernetKey;
}

/** Why an item file is damaged, as a sentence. Never leaves the inbox. */
export class DamageError extends Error {
  constructor(readonly words: Words) {
    super(inEnglish(words));
  }
}

/** Bytes of an inbox key. */
export const INBOX_KEY_LENGTH = 32;
/** Bytes at the very end of an item file, which contain the length of the footer. */
export const TRAILER_LENGTH = 16;

const VERSION = 1;
const MAGIC = 'picklepost';
/** Bytes; far more than names and notes can take. */
const MAX_BOX = 64 * 1024;

/** The key of all footers of an inbox. */
export function deriveFooterKey(inboxKey: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', inboxKey, '', 'picklepost item footer', 32));
}

export function sealFooter(footerKey: Buffer, { item, key }: ItemMetadata): Buffer {
  // In the file, `key` is that of the token stream.
  const { key: keyName, ...about } = item;
  const plain = Buffer.from(JSON.stringify({ ...about, keyName, key: key.toText() }));
  const trailer = Buffer.alloc(TRAILER_LENGTH);
  trailer.writeUInt32BE(plain.length + BOX_OVERHEAD, 0);
  trailer.writeUInt16BE(VERSION, 4);
  trailer.write(MAGIC, 6, 'latin1');
  return Buffer.concat([sealBox(footerKey, plain, trailer), trailer]);
}

/**
 * The length of the footer in bytes, including the trailer.
 * @param trailer the last bytes of the file
 * @throws DamageError
 */
export function footerLength(trailer: Buffer): number {
  if (trailer.length < TRAILER_LENGTH || trailer.toString('latin1', 6) !== MAGIC) {
    throw new DamageError(say`The file has no end mark: it is truncated or not an item.`);
  }
  const version = trailer.readUInt16BE(4);
  if (version !== VERSION) {
    throw new DamageError(
      say`The file has format version ${version}, and this program knows version ${VERSION}. Update Picklepost.`,
    );
  }
  const box = trailer.readUInt32BE(0);
  if (box < BOX_OVERHEAD || box > MAX_BOX) throw new DamageError(say`The end mark of the file is damaged.`);
  return box + TRAILER_LENGTH;
}

/**
 * Opens a footer of exactly {@link footerLength} bytes.
 * @param id of the item, from the name of the file
 * @param streamLength bytes of the file before the footer
 * @throws DamageError
 */
export function openFooter(
  footerKey: Buffer,
  footer: Buffer,
  id: string,
  streamLength: number,
): ItemMetadata {
  const metadata = parseMetadata(decryptBox(footerKey, footer));
  if (metadata.item.id !== id) throw new DamageError(say`The file has the name of another item.`);
  if (streamSize(metadata.item.size) !== streamLength)
    throw new DamageError(say`The length of the content has changed.`);
  return metadata;
}

function decryptBox(footerKey: Buffer, footer: Buffer): string {
  try {
    return openBox(
      footerKey,
      footer.subarray(0, -TRAILER_LENGTH),
      footer.subarray(-TRAILER_LENGTH),
    ).toString();
  } catch {
    throw new DamageError(
      say`The metadata at the end of the file were changed, or are encrypted with another key.`,
    );
  }
}

function parseMetadata(text: string): ItemMetadata {
  try {
    const { key, keyName, ...about } = JSON.parse(text) as ReceivedItem & { key: string; keyName?: string };
    const item: ReceivedItem = { ...about, ...(keyName !== undefined && { key: keyName }) };
    const areTexts = [item.id, item.kind, item.name, item.from, item.dialect, item.sha256].every(
      (field) => typeof field === 'string',
    );
    if (!areTexts || !Number.isSafeInteger(item.size) || !Number.isSafeInteger(item.receivedAt))
      throw new Error('fields are missing');
    return { item, key: FernetKey.parse(key) };
  } catch (error) {
    throw new DamageError(say`The metadata cannot be read: ${messageOf(error)}`);
  }
}
