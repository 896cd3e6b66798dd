import { readFileSync } from 'node:fs';
import type { FernetKey } from '../../src/core/crypto/keys';
import { openPiece } from '../../src/core/crypto/piece';
import { openPieceAt, tokenOffset } from '../../src/core/crypto/tokenStream';

/** A token stream that opens. Its tokens are in text form, though a stream holds them in binary form. */
export interface AcceptedStream {
  readonly description: string;
  readonly key: string;
  readonly pieceSize: number;
  /** Hexadecimal. */
  readonly plain: string;
  readonly tokens: readonly string[];
}

/** A token stream that must be refused, though each of its tokens opens. */
export type RefusedStream = Omit<AcceptedStream, 'plain'>;

/** An inbox with one item. */
export interface ItemVector {
  readonly inboxKey: string;
  /** Text of the file `FORMAT`. */
  readonly format: string;
  /** The name of the item file. */
  readonly name: string;
  /** The item file, base64url. */
  readonly file: string;
  /** Hexadecimal. */
  readonly plain: string;
  readonly metadata: unknown;
}

export function acceptedStreams(): AcceptedStream[] {
  return readVectors('tokenStream/accepted') as AcceptedStream[];
}

export function refusedStreams(): RefusedStream[] {
  return readVectors('tokenStream/refused') as RefusedStream[];
}

export function itemVector(): ItemVector {
  return readVectors('inbox/item') as ItemVector;
}

/** The stream of these tokens. */
export function streamOf({ tokens }: Pick<AcceptedStream, 'tokens'>): Buffer {
  return Buffer.concat(tokens.map((token) => Buffer.from(token, 'base64url')));
}

/** Opens a whole token stream, piece by piece, as items are read from their files. @throws InvalidTokenError */
export function openStream(key: FernetKey, stream: Buffer, pieceSize: number): Buffer {
  const count = Math.max(1, Math.ceil(stream.length / tokenOffset(1, pieceSize)));
  const tokenAt = (index: number): Buffer =>
    stream.subarray(tokenOffset(index, pieceSize), tokenOffset(index + 1, pieceSize));
  const size = (count - 1) * pieceSize + openPiece(key, tokenAt(count - 1)).content.length;
  const pieces = Array.from({ length: count }, (_, index) =>
    openPieceAt(key, tokenAt(index), index, size, pieceSize),
  );
  return Buffer.concat(pieces);
}

/** The content of a file of test/vectors. */
export function readVectors(name: string): unknown {
  return JSON.parse(readFileSync(`test/vectors/${name}.json`, 'utf8'));
}
