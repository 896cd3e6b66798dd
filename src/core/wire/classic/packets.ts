import { formats } from '../../codecs/formats';
import { PicklepostError, ProtocolError } from '../../errors';
import type { Format } from '../../item/item';
import { say } from '../../text';

/*
 * The packets of the classic protocol (docs/protocol.md, "Classic"):
 *
 *     op (1) · meta (1, only in the first packet of a transfer) · length (2, big endian) · chunk
 *
 * Bits 0 and 1 of op and bit 0 of meta mean nothing.
 */

/** The most content of one packet. As a Fernet token, it has 64,100 bytes, which still fits the length field. */
export const PIECE_SIZE = 48_000;

/** The packet that ends a connection: one byte. */
export const END = Buffer.of(0x10);

/** The content of a transfer: a text, or a dictionary in some format. */
export interface TransferHead {
  /** Absent for a text. */
  readonly format?: Format;
  readonly encrypted: boolean;
}

export type Operation =
  { readonly isEnd: true } | { readonly isEnd: false; readonly isFirst: boolean; readonly isLast: boolean };

/** @throws ProtocolError for an operation that does not exist */
export function decodeOperation(op: number): Operation {
  switch (op >> 4) {
    case 0:
      return { isEnd: false, isFirst: (op & FIRST) !== 0, isLast: (op & LAST) !== 0 };
    case 1:
      return { isEnd: true };
    default:
      throw new ProtocolError('InvalidHeader', say`Invalid operation specified`);
  }
}

/** @throws ProtocolError for a type or a format that does not exist */
export function decodeMeta(meta: number): TransferHead {
  const type = meta >> 5;
  const code = (meta >> 2) & 0b111;
  const encrypted = (meta & ENCRYPTED) !== 0;
  if (type > TYPE_DICTIONARY)
    throw new ProtocolError('UnsupportedTransfer', say`Invalid Data Type specified`);
  if (code > FORMATS.length)
    throw new ProtocolError('UnsupportedTransfer', say`Invalid Data Format specified`);
  // The format of a text is ignored.
  if (type === TYPE_TEXT) return { encrypted };
  const format = FORMATS[code - 1];
  if (format === undefined)
    throw new ProtocolError('UnsupportedTransfer', say`Invalid Data Format specified`);
  return { format, encrypted };
}

/**
 * A whole packet.
 * @param chunk at most 65,535 bytes
 * @param first kind of the transfer, for its first packet only
 */
export function encodePacket(chunk: Uint8Array, isLast: boolean, first?: TransferHead): Buffer {
  const last = isLast ? LAST : 0;
  const head = first ? [FIRST | last, encodeMeta(first)] : [last];
  return Buffer.concat([Buffer.of(...head, chunk.length >> 8, chunk.length & 0xff), chunk]);
}

function encodeMeta({ format, encrypted }: TransferHead): number {
  const code = format === undefined ? 0 : FORMATS.indexOf(format) + 1;
  if (format !== undefined && code === 0) throw notCarried(formats[format].title);
  const kind = format === undefined ? 0 : (TYPE_DICTIONARY << 5) | (code << 2);
  return kind | (encrypted ? ENCRYPTED : 0);
}

function notCarried(title: string): PicklepostError {
  return new PicklepostError(
    'unsupported',
    say`The classic protocol does not carry ${title}. Send the dictionary in another format.`,
  );
}

const FIRST = 0x08;
const LAST = 0x04;
const ENCRYPTED = 0x02;
const TYPE_TEXT = 0;
const TYPE_DICTIONARY = 1;
/** From format code 1; code 0 is plain text. The Python original has only these. */
const FORMATS: readonly Format[] = ['binary', 'json', 'xml'];
