import type { Account } from '../../accounting/accountant';
import { EarlyPickleScanner } from '../../codecs/pickle/format';
import { PicklepostError } from '../../errors';
import type { ReceivedItem } from '../../item/item';
import { nextTurn } from '../../scheduling/turns';
import { hostOf } from '../address';
import type { ServeContext } from '../dialect';
import { MeteredWriter } from '../meteredWriter';
import { slices } from '../pieces';
import { ContentScanner, type ContentKind } from './contentScanner';
import { frameHeaders, type FrameHeader } from './frameHeaders';
import { PartReader } from './partReader';
import { unwrapAll, wrapOf } from './wraps';

/**
 * Stores what is in a value, where that is nothing but dictionaries with what scripts put around them: the length in front of each, as
 * tutorials on sockets do, or pickles in gzip, zlib or base64, one in another; or where it is pickles of protocols 0 and 1, which only
 * their end tells from text. The value itself is not changed.
 * @returns the items, in order; none where it is anything else, or too large
 */
export async function storeUnwrapped(
  value: MeteredWriter,
  from: string,
  context: ServeContext,
): Promise<ReceivedItem[]> {
  const content = (): AsyncIterable<Uint8Array> => value.content();
  const start = await startOf(content());
  for (const { note, open } of openings(start, value.length)) {
    const dictionaries = (): Dictionaries =>
      inTurns(open(new PartReader(content()), context), from, context.account);
    // All or nothing: what does not fit to its end is kept as it came.
    if (await areWhole(dictionaries(), value.length, context))
      return storeAll(dictionaries(), note, from, context);
  }
  return [];
}

/** The bytes of dictionaries one after another, and what each of them is at its end. */
type Dictionaries = AsyncGenerator<Uint8Array | ContentKind, void, undefined>;

interface Opening {
  /** A sentence for each item, if there is anything to say. */
  readonly note?: string;
  /** @throws Error where anything does not fit */
  readonly open: (content: PartReader, context: ServeContext) => Dictionaries;
}

function openings(start: Buffer, size: number): Opening[] {
  const framed = frameHeaders(start, size).map((header) => ({
    note: 'It came with its length in front, which is left out here.',
    open: (content: PartReader, context: ServeContext) => framedDictionaries(header, content, context),
  }));
  const wrap = wrapOf(start);
  if (!wrap) return [...framed, { open: earlyPickles }];
  const open = (content: PartReader, context: ServeContext): Dictionaries =>
    pickles(new PartReader(unwrapAll(content.rest())), context);
  return [...framed, { note: `It came in ${wrap.title}.`, open }];
}

async function* framedDictionaries(
  header: FrameHeader,
  content: PartReader,
  context: ServeContext,
): Dictionaries {
  do {
    const length = header.read(await content.take(header.size));
    if (length === 'unknown') yield* pickle(content, context);
    else {
      const inner = new PartReader(unwrapAll(content.next(length)));
      yield* dictionary(inner, context);
      if (!(await inner.hasEnded())) throw new Error('more than a dictionary');
    }
  } while (!(await content.hasEnded()));
}

async function* pickles(content: PartReader, context: ServeContext): Dictionaries {
  do yield* pickle(content, context);
  while (!(await content.hasEnded()));
}

async function* earlyPickles(content: PartReader, { allowPickle }: ServeContext): Dictionaries {
  if (!allowPickle) throw new Error('not taken here');
  do yield* earlyPickle(content);
  while (!(await content.hasEnded()));
}

async function* earlyPickle(content: PartReader): Dictionaries {
  const scanner = new EarlyPickleScanner();
  for await (const part of content.rest()) {
    for (const [i, slice] of [...slices(part, SLICE)].entries()) {
      const used = scanner.scan(slice);
      if (!scanner.isPickle) throw new Error('text, or something else');
      yield slice.subarray(0, used);
      if (used === undefined) continue;
      content.putBack(part.subarray(i * SLICE + used));
      yield { kind: 'dictionary', format: 'binary' };
      return;
    }
  }
  throw new Error('not whole');
}

async function* pickle(content: PartReader, context: ServeContext): Dictionaries {
  for await (const part of dictionary(content, context)) {
    if (!(part instanceof Uint8Array) && part.format !== 'binary') throw new Error('not a pickle');
    yield part;
  }
}

/** One dictionary, up to where it ends by itself, or else to the end of the content. */
async function* dictionary(content: PartReader, context: ServeContext): Dictionaries {
  const scanner = new ContentScanner(context.limits.nestingDepth);
  for await (const part of content.rest()) {
    for (const [i, slice] of [...slices(part, SLICE)].entries()) {
      const used = scanner.update(slice);
      yield slice.subarray(0, used);
      if (scanner.state === 'ended') {
        content.putBack(part.subarray(i * SLICE + used));
        yield wholeDictionary(scanner, context);
        return;
      }
    }
    // Whatever still comes, it will be no dictionary.
    if (scanner.hasBegun && scanner.state === 'endless') break;
  }
  yield wholeDictionary(scanner, context);
}

/** Bytes that are decoded and looked at in one step. */
const SLICE = 64 * 1024;

function wholeDictionary(scanner: ContentScanner, { allowPickle }: ServeContext): ContentKind {
  const content = scanner.finish();
  if (content?.kind !== 'dictionary') throw new Error('not a dictionary');
  if (content.format === 'binary' && !allowPickle) throw new Error('not taken here');
  return content;
}

/** Of one value: of more, a list in memory would grow with what a peer makes up. */
const MOST_DICTIONARIES = 1_000;
/** Bytes that may come out of a value in any case, and for each byte of it. */
const UNPACKED = 16 * 1024 * 1024;
const UNPACKED_FOR_BYTE = 100;

/** Whether there is nothing else, there are not too many, and each may be as large as it is. */
async function areWhole(parts: Dictionaries, length: number, { limits }: ServeContext): Promise<boolean> {
  const most = UNPACKED + UNPACKED_FOR_BYTE * length;
  let [size, sum, count] = [0, 0, 0];
  try {
    for await (const part of parts) {
      if (part instanceof Uint8Array) {
        size += part.length;
        sum += part.length;
      } else {
        size = 0;
        count++;
      }
      if (size > limits.itemSize || sum > most || count > MOST_DICTIONARIES) return false;
    }
    return true;
  } catch (error) {
    // Such as that the disk cannot be read.
    if (error instanceof PicklepostError) throw error;
    return false;
  }
}

/** All of it may be in memory, and be got at without waiting for anything. */
async function* inTurns(parts: Dictionaries, from: string, account: Account): Dictionaries {
  const host = hostOf(from);
  for await (const part of parts) {
    await account.whileWorking(() => nextTurn(host));
    yield part;
  }
}

async function storeAll(
  parts: Dictionaries,
  note: string | undefined,
  from: string,
  context: ServeContext,
): Promise<ReceivedItem[]> {
  const items: ReceivedItem[] = [];
  let writer: MeteredWriter | undefined;
  try {
    for await (const part of parts) {
      writer ??= await MeteredWriter.begin(context, { dialect: 'raw', from, encrypted: false });
      if (part instanceof Uint8Array) await writer.write(Buffer.from(part));
      else {
        items.push(await writer.finish({ ...part, ...(note !== undefined && { note }) }));
        await writer.end();
        writer = undefined;
      }
    }
    return items;
  } finally {
    await writer?.end();
  }
}

/** Bytes of a value that show what is around it. */
const START = 16;

/** Filled up with zeros where there are fewer. */
async function startOf(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  let start = Buffer.alloc(0);
  for await (const part of content) {
    start = Buffer.concat([start, part.subarray(0, START)]);
    if (start.length >= START) break;
  }
  return Buffer.concat([start], START);
}
