import { createDecipheriv } from 'node:crypto';
import { InvalidTokenError } from '../errors';
import { decryptVerifiedToken, TOKEN_HEAD, tokenLength, verifyToken } from './fernet';
import type { FernetKey } from './keys';

/*
 * One piece of an item: the plaintext of one token of a token stream (docs/format.md). It begins with a header of 16 bytes, one
 * block of the cipher, so that a receiver that only stores can read it without decrypting the rest:
 *
 *     version (1) = 1 · flags (1): bit 0 final · log2 of the piece size (1) · zero (5) · index (8, big endian)
 */

export interface PieceHeader {
  /** Whether it is the last piece of its item. */
  readonly final: boolean;
  /** Bytes of content in every piece but the last one: a power of 2. */
  readonly pieceSize: number;
  /** From 0. */
  readonly index: number;
}

export interface Piece extends PieceHeader {
  /** In memory of its own. */
  readonly content: Buffer;
}

/** Bytes of the header. */
export const PIECE_HEADER = 16;

const VERSION = 1;
const FINAL = 1;
/** The logarithm of the largest piece size. Larger pieces would block the event loop. */
const MAX_LOG2 = 20;
const ZEROS = Buffer.alloc(5);

/** Writes the header into the first 16 bytes of a piece. */
export function writePieceHeader(piece: Buffer, header: PieceHeader): void {
  piece.fill(0, 0, PIECE_HEADER);
  piece[0] = VERSION;
  piece[1] = header.final ? FINAL : 0;
  piece[2] = Math.log2(header.pieceSize);
  piece.writeBigUInt64BE(BigInt(header.index), 8);
}

/** Checks a token, and decrypts only the header. @throws InvalidTokenError */
export function readPieceHeader(key: FernetKey, token: Buffer): PieceHeader {
  verifyToken(key, token);
  if (token.length < tokenLength(PIECE_HEADER)) throw new InvalidTokenError('piece');
  const decipher = createDecipheriv('aes-128-cbc', key.encryption, token.subarray(9, TOKEN_HEAD));
  decipher.setAutoPadding(false);
  return parsePieceHeader(decipher.update(token.subarray(TOKEN_HEAD, TOKEN_HEAD + PIECE_HEADER)));
}

/** Checks and opens a token. The caller checks whether it is the piece that belongs here. @throws InvalidTokenError */
export function openPiece(key: FernetKey, token: Buffer): Piece {
  verifyToken(key, token);
  const plain = decryptVerifiedToken(key, token);
  if (plain.length < PIECE_HEADER) throw new InvalidTokenError('piece');
  const header = parsePieceHeader(plain);
  const content = plain.subarray(PIECE_HEADER);
  if (!isPlausibleLength(header, content.length)) throw new InvalidTokenError('piece');
  return { ...header, content };
}

function parsePieceHeader(bytes: Buffer): PieceHeader {
  const [version, flags = 0, log2 = 0] = bytes;
  const index = bytes.readBigUInt64BE(8);
  const known = version === VERSION && (flags & ~FINAL) === 0 && log2 <= MAX_LOG2;
  if (!known || !ZEROS.equals(bytes.subarray(3, 8)) || index > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new InvalidTokenError('piece');
  }
  return { final: flags === FINAL, pieceSize: 2 ** log2, index: Number(index) };
}

/**
 * Every piece is full except the last, which is empty only if it is the only one. So content has exactly one stream form.
 */
function isPlausibleLength({ final, pieceSize, index }: PieceHeader, length: number): boolean {
  if (!final) return length === pieceSize;
  return length <= pieceSize && (length > 0 || index === 0);
}
