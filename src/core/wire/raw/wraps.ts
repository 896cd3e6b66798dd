import { pipeline, Readable } from 'node:stream';
import { createGunzip, createInflate, type Inflate } from 'node:zlib';
import { slices } from '../pieces';
import { PartReader } from './partReader';

/** The wrapping that scripts put around a pickle. */
export interface Wrap {
  readonly title: string;
  /** The content; of several in a row, all. @throws Error if it is incomplete, or anything else follows */
  open(content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}

const GZIP: Wrap = { title: 'gzip', open: gunzip };
const ZLIB: Wrap = { title: 'zlib', open: inflateAll };
const BASE64: Wrap = { title: 'base64', open: decodeBase64 };
/** The beginning, in base64, of a pickle of protocol 2 to 5, of gzip and of zlib. */
const BASE64_START = /^(?:gA[I-X]|H4sI|e[AFJN])[A-Za-z0-9+/_-]/;
/** Deeper ones are nobody's habit. */
const MOST_WRAPS = 3;
/** The bytes by which they are recognized. */
const START = 4;
/** Bytes that are taken in one step. */
const SLICE = 64 * 1024;

/** @param start at least four bytes */
export function wrapOf(start: Buffer): Wrap | undefined {
  if (start.length < START) return undefined;
  const text = start.toString('latin1');
  if (text.startsWith('\x1f\x8b\x08')) return GZIP;
  // RFC 1950: deflate, and a check of the first two bytes.
  if ((start.readUInt8() & 0x0f) === 8 && start.readUInt8() <= 0x78 && start.readUInt16BE() % 31 === 0)
    return ZLIB;
  return BASE64_START.test(text) ? BASE64 : undefined;
}

/**
 * The content inside all wraps, up to three nested ones.
 * @param meter meters the output of each of them, as one may swallow very much output of another
 * @throws Error as {@link Wrap.open}; what the meter throws
 */
export async function* unwrapAll(
  content: AsyncIterable<Uint8Array>,
  meter: (parts: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>,
  left = MOST_WRAPS,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = new PartReader(content);
  let start: Buffer = Buffer.alloc(0);
  for await (const part of reader.rest()) {
    start = Buffer.concat([start, part]);
    if (start.length >= START) break;
  }
  const wrap = left > 0 ? wrapOf(start) : undefined;
  reader.putBack(start);
  yield* wrap ? unwrapAll(meter(wrap.open(reader.rest())), meter, left - 1) : reader.rest();
}

async function* gunzip(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const unzip = createGunzip();
  // The reader gets the error.
  pipeline(Readable.from(content), unzip, () => undefined);
  for await (const part of unzip) yield part as Buffer;
}

/** Consecutive zlib streams. To start one takes far longer than to read a short one. */
const MOST_STREAMS = 1_000;

async function* inflateAll(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = new PartReader(inSlices(content));
  let count = 0;
  do {
    if (++count > MOST_STREAMS) throw new Error('too many streams');
    const unzip = createInflate();
    const fed = new Fed(reader, unzip);
    pipeline(Readable.from(fed.parts()), unzip, () => undefined);
    for await (const part of unzip) yield part as Buffer;
    // After its end, zlib accepts everything and yields nothing.
    reader.putBack(fed.unused);
  } while (!(await reader.hasEnded()));
}

/** Where a stream ends, the rest of a part is copied. */
async function* inSlices(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const part of content) yield* slices(part, SLICE);
}

/** The input of zlib that it may not have used yet. */
class Fed {
  private given = 0;
  private recent: Uint8Array[] = [];

  constructor(
    private readonly reader: PartReader,
    private readonly unzip: Inflate,
  ) {}

  async *parts(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const part of this.reader.rest()) {
      this.forgetUsed();
      this.given += part.length;
      this.recent.push(part);
      yield part;
      if (this.unzip.readableEnded) return;
    }
  }

  get unused(): Buffer {
    const recent = Buffer.concat(this.recent);
    return recent.subarray(recent.length - (this.given - this.unzip.bytesWritten));
  }

  private forgetUsed(): void {
    let start = this.given - this.recent.reduce((sum, { length }) => sum + length, 0);
    while (this.recent[0] && start + this.recent[0].length <= this.unzip.bytesWritten)
      start += this.recent.shift()?.length ?? 0;
  }
}

/** Either alphabet, with or without white space. More may follow after padding. */
async function* decodeBase64(
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let rest = '';
  for await (const part of content)
    for (const slice of slices(part, SLICE)) {
      rest += Buffer.from(slice).toString('latin1').replace(/\s+/g, '');
      if (!/^[A-Za-z0-9+/_=-]*$/.test(rest)) throw new Error('not base64');
      const whole = rest.length - (rest.length % 4);
      yield decodeQuads(rest.slice(0, whole));
      rest = rest.slice(whole);
    }
  yield decodeQuads(rest);
}

/** @throws Error if padding does not complete a group of four characters */
function decodeQuads(text: string): Buffer {
  if (/^[^=]+={0,2}$/.test(text)) return decodeFilled(text);
  return Buffer.concat([...text.matchAll(/[^=]+={0,2}|=+/g)].map(([part]) => decodeFilled(part)));
}

function decodeFilled(text: string): Buffer {
  const isFilled = text.endsWith('=') ? text.length % 4 === 0 && /^[^=]/.test(text) : text.length % 4 !== 1;
  if (!isFilled) throw new Error('not base64');
  return Buffer.from(text, 'base64');
}
