import { pipeline, Readable } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import { PicklepostError } from '../../errors';
import type { ReceivedItem } from '../../item/item';
import type { ServeContext } from '../dialect';
import { Intake } from '../intake';
import { slices } from '../pieces';
import { ContentScanner } from './contentScanner';

/**
 * Stores what is in a value, where that is nothing but a dictionary with what scripts put around one: its length in front, as
 * tutorials on sockets do, or a pickle in gzip, zlib or base64, one in another. The value itself is not changed.
 * @returns undefined where it is anything else, or too large
 */
export async function storeUnwrapped(
  value: Intake,
  from: string,
  context: ServeContext,
): Promise<ReceivedItem | undefined> {
  const content = (): AsyncIterable<Uint8Array> => value.writer.content();
  const opened = openWraps(await startOf(content()), value.length, content);
  if (!opened) return undefined;
  const intake = await Intake.begin(context, { dialect: 'raw', from, encrypted: false });
  try {
    return await storeDictionary(opened, intake, context);
  } catch (error) {
    // What is not whole inside is kept as it came.
    if (error instanceof PicklepostError && error.code !== 'limit-exceeded') throw error;
    return undefined;
  } finally {
    await intake.end();
  }
}

interface Opened {
  readonly plain: AsyncIterable<Uint8Array>;
  /** In a sentence. */
  readonly note: string;
  /** Whether anything but a pickle may be in it. */
  readonly isFrame: boolean;
}

async function storeDictionary(
  { plain, note, isFrame }: Opened,
  intake: Intake,
  context: ServeContext,
): Promise<ReceivedItem | undefined> {
  const scanner = new ContentScanner(context.limits.nestingDepth);
  for await (const part of plain) {
    for (const slice of slices(part, SLICE)) {
      if (scanner.update(slice) < slice.length) return undefined;
      await intake.write(Buffer.from(slice));
    }
  }
  const content = scanner.finish();
  const isMeant = content?.kind === 'dictionary' && (isFrame || content.format === 'binary');
  if (!isMeant || (content.format === 'binary' && !context.allowPickle)) return undefined;
  return intake.finish({ ...content, note });
}

/** Bytes that are decoded and looked at in one step. */
const SLICE = 64 * 1024;
/** Bytes of a value that show what is around it. */
const START = 16;

function openWraps(
  start: Buffer,
  size: number,
  content: () => AsyncIterable<Uint8Array>,
): Opened | undefined {
  const frame = frameHeader(start, size);
  if (frame > 0)
    return {
      plain: unwrapAll(skip(content(), frame)),
      note: 'It came with its length in front, which is left out here.',
      isFrame: frame < DIGITS || Number(start.toString('latin1', 0, DIGITS)) === size - DIGITS,
    };
  const wrap = wrapOf(start);
  if (!wrap) return undefined;
  return { plain: unwrapAll(content()), note: `It came in ${wrap.title}.`, isFrame: false };
}

/** Characters of a header in digits. */
const DIGITS = 10;

/** Bytes of a header that says how many bytes follow: four or eight in either order, or ten characters; 0 where there is none. */
function frameHeader(start: Buffer, size: number): number {
  const digits = start.toString('latin1', 0, DIGITS);
  // Some count other bytes than they send. A pickle has an end of its own.
  if (/^(?:\d+ *| *\d+)$/.test(digits)) return DIGITS;
  const isLength = (header: number, value: number | bigint): boolean =>
    BigInt(size - header) === BigInt(value);
  if (size > 4 && (isLength(4, start.readUInt32BE()) || isLength(4, start.readUInt32LE()))) return 4;
  return size > 8 && (isLength(8, start.readBigUInt64BE()) || isLength(8, start.readBigUInt64LE())) ? 8 : 0;
}

interface Wrap {
  readonly title: string;
  open(content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}

const GZIP: Wrap = { title: 'gzip', open: (content) => inflated(content, createGunzip()) };
const ZLIB: Wrap = { title: 'zlib', open: (content) => inflated(content, createInflate()) };
const BASE64: Wrap = { title: 'base64', open: decodeBase64 };
/** Base64 of what begins a pickle of protocol 2 to 5, gzip and zlib. */
const BASE64_START = /^(?:gA[I-X]|H4sI|e[AFJN])[A-Za-z0-9+/_-]/;
/** Deeper ones are nobody's habit. */
const MOST_WRAPS = 3;

function wrapOf(start: Buffer): Wrap | undefined {
  if (start.length < 4) return undefined;
  const text = start.toString('latin1');
  if (text.startsWith('\x1f\x8b\x08')) return GZIP;
  // RFC 1950: deflate, and a check of the first two bytes.
  if ((start.readUInt8() & 0x0f) === 8 && start.readUInt8() <= 0x78 && start.readUInt16BE() % 31 === 0)
    return ZLIB;
  return BASE64_START.test(text) ? BASE64 : undefined;
}

async function* unwrapAll(
  content: AsyncIterable<Uint8Array>,
  left = MOST_WRAPS,
): AsyncGenerator<Uint8Array, void> {
  const parts = content[Symbol.asyncIterator]();
  const taken: Uint8Array[] = [];
  let length = 0;
  while (length < START) {
    const next: IteratorResult<Uint8Array, unknown> = await parts.next();
    if (next.done) break;
    taken.push(next.value);
    length += next.value.length;
  }
  const rest: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => parts };
  const all = concatenate(taken, rest);
  const wrap = left > 0 ? wrapOf(Buffer.concat(taken).subarray(0, START)) : undefined;
  yield* wrap ? unwrapAll(wrap.open(all), left - 1) : all;
}

async function* concatenate(
  first: readonly Uint8Array[],
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  yield* first;
  yield* rest;
}

async function startOf(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  let start = Buffer.alloc(0);
  for await (const part of content) {
    start = Buffer.concat([start, part.subarray(0, START)]);
    if (start.length >= START) break;
  }
  return Buffer.concat([start], START);
}

async function* skip(content: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<Uint8Array, void> {
  let left = count;
  for await (const part of content) {
    yield part.subarray(left);
    left = Math.max(0, left - part.length);
  }
}

async function* inflated(
  content: AsyncIterable<Uint8Array>,
  unzip: NodeJS.ReadWriteStream & AsyncIterable<string | Buffer>,
): AsyncGenerator<Uint8Array, void> {
  // Whoever reads from it is told of the error.
  pipeline(Readable.from(content), unzip, () => undefined);
  for await (const part of unzip) yield part as Buffer;
}

/** Either alphabet, with or without white space. @throws Error for anything else */
async function* decodeBase64(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  let rest = '';
  for await (const part of content) {
    rest += Buffer.from(part).toString('latin1').replace(/\s+/g, '');
    if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(rest)) throw new Error('not base64');
    const whole = rest.length - (rest.length % 4);
    yield Buffer.from(rest.slice(0, whole), 'base64');
    rest = rest.slice(whole);
  }
  yield Buffer.from(rest, 'base64');
}
