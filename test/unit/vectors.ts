import { readFileSync } from 'node:fs';

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
  /** Of the item file. */
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

/** What a file of test/vectors holds. */
export function readVectors(name: string): unknown {
  return JSON.parse(readFileSync(`test/vectors/${name}.json`, 'utf8'));
}
