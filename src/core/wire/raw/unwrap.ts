import type { Account } from '../../accounting/accountant';
import { isAllowed } from '../../codecs/formats';
import { EarlyPickleScanner } from '../../codecs/pickle/format';
import { PicklepostError } from '../../errors';
import type { ReceivedItem } from '../../item/item';
import { nextTurn } from '../../scheduling/turns';
import { shareAddressOf } from '../address';
import type { ReceiveTerms, ServeContext } from '../dialect';
import { MeteredWriter } from '../meteredWriter';
import { slices } from '../pieces';
import { ContentScanner, type ContentKind } from './contentScanner';
import { frameHeaders, type FrameHeader } from './frameHeaders';
import { PartReader } from './partReader';
import { unwrapAll, wrapOf } from './wraps';

/**
 * Stores the contents of a value that consists only of dictionaries and what scripts put around them: the length before
 * each, as tutorials on sockets do, or pickles in gzip, zlib or base64, also nested; or of pickles of protocols 0 and 1,
 * which only their end distinguishes from text. The value itself is not changed.
 * @returns the items, in order; none if it is anything else, or too large
 */
export async function storeUnwrapped(
  value: MeteredWriter,
  from: string,
  context: ServeContext,
): Promise<ReceivedItem[]> {
  const start = await startOf(value.content());
  const most = UNPACKED + UNPACKED_FOR_BYTE * value.length;
  for (const { note, open } of openings(start, value.length)) {
    const read = async <T>(work: (dictionaries: Dictionaries) => Promise<T>): Promise<T> => {
      const content = value.content();
      const unpacked = new Unpacked(most, from, context.account);
      const count: Meter = (parts) => unpacked.count(parts);
      try {
        return await work(unpacked.inTurns(open(new PartReader(content), context.terms, count)));
      } finally {
        // If not all of it has been read, its memory is given back.
        await content.return();
      }
    };
    // All or nothing: a value that does not match up to its end is kept as received.
    if (await read((dictionaries) => areWhole(dictionaries, context.terms)))
      return read((dictionaries) => storeAll(dictionaries, note, from, context));
  }
  return [];
}

/** The bytes of consecutive dictionaries, and the kind of each at its end. */
type Dictionaries = AsyncGenerator<Uint8Array | ContentKind, void, undefined>;

/** Meters the output of each wrap. */
type Meter = Parameters<typeof unwrapAll>[1];

interface Opening {
  /** A sentence for each item, if there is anything to say. */
  readonly note?: string;
  /** @throws Error if anything does not match */
  readonly open: (content: PartReader, terms: ReceiveTerms, meter: Meter) => Dictionaries;
}

function openings(start: Buffer, size: number): Opening[] {
  const framed = frameHeaders(start, size).map((header) => ({
    note: 'It came with its length in front, which is left out here.',
    open: (...unpacked: Parameters<Opening['open']>) => framedDictionaries(header, ...unpacked),
  }));
  const wrap = wrapOf(start);
  if (!wrap) return [...framed, { open: earlyPickles }];
  const open: Opening['open'] = (content, terms, meter) =>
    pickles(new PartReader(unwrapAll(content.rest(), meter)), terms);
  return [...framed, { note: `It came in ${wrap.title}.`, open }];
}

async function* framedDictionaries(
  header: FrameHeader,
  content: PartReader,
  terms: ReceiveTerms,
  meter: Meter,
): Dictionaries {
  do {
    const length = header.read(await content.take(header.size));
    if (length === 'unknown') yield* pickle(content, terms);
    else {
      const inner = new PartReader(unwrapAll(content.next(length), meter));
      yield* dictionary(inner, terms);
      if (!(await inner.hasEnded())) throw new Error('more than a dictionary');
    }
  } while (!(await content.hasEnded()));
}

async function* pickles(content: PartReader, terms: ReceiveTerms): Dictionaries {
  do yield* pickle(content, terms);
  while (!(await content.hasEnded()));
}

async function* earlyPickles(content: PartReader, { allowPickle }: ReceiveTerms): Dictionaries {
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

async function* pickle(content: PartReader, terms: ReceiveTerms): Dictionaries {
  for await (const part of dictionary(content, terms)) {
    if (!(part instanceof Uint8Array) && part.format !== 'binary') throw new Error('not a pickle');
    yield part;
  }
}

/** One dictionary, up to where it ends by itself, otherwise to the end of the content. */
async function* dictionary(content: PartReader, terms: ReceiveTerms): Dictionaries {
  const scanner = new ContentScanner(terms.limits.nestingDepth);
  for await (const part of content.rest()) {
    for (const [i, slice] of [...slices(part, SLICE)].entries()) {
      const used = scanner.update(slice);
      yield slice.subarray(0, used);
      if (scanner.state === 'ended') {
        content.putBack(part.subarray(i * SLICE + used));
        yield wholeDictionary(scanner, terms);
        return;
      }
    }
    // Whatever still comes, it will not be a dictionary.
    if (scanner.hasBegun && scanner.state === 'endless') break;
  }
  yield wholeDictionary(scanner, terms);
}

/** Bytes that are decoded and scanned in one step. */
const SLICE = 64 * 1024;

function wholeDictionary(scanner: ContentScanner, terms: ReceiveTerms): ContentKind {
  const content = scanner.finish();
  if (content?.kind !== 'dictionary') throw new Error('not a dictionary');
  if (!isAllowed(content.format, terms)) throw new Error('not taken here');
  return content;
}

/** For one value. With more, a list in memory would grow with whatever a peer makes up. */
const MOST_DICTIONARIES = 1_000;
/** Bytes that all wraps of a value may yield in any case, and for each byte of it. */
const UNPACKED = 16 * 1024 * 1024;
const UNPACKED_FOR_BYTE = 100;

/** Whether there are only dictionaries, not too many, and none too large. */
async function areWhole(parts: Dictionaries, { limits }: ReceiveTerms): Promise<boolean> {
  let [size, count] = [0, 0];
  try {
    for await (const part of parts) {
      if (part instanceof Uint8Array) size += part.length;
      else {
        size = 0;
        count++;
      }
      if (size > limits.itemSize || count > MOST_DICTIONARIES) return false;
    }
    return true;
  } catch (error) {
    // Such as that the disk cannot be read.
    if (error instanceof PicklepostError) throw error;
    return false;
  }
}

/** Limits the output of a value and of its wraps, and gives others their turn. */
class Unpacked {
  private readonly flow: string;
  private bytes = 0;

  constructor(
    private readonly most: number,
    from: string,
    private readonly account: Account,
  ) {
    this.flow = shareAddressOf(from);
  }

  /** All of it may be in memory, so that reading it never waits. */
  async *inTurns<T>(parts: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
    for await (const part of parts) {
      await this.account.whileWorking(() => nextTurn(this.flow));
      yield part;
    }
  }

  /** @throws Error if it has become too much */
  async *count(parts: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const part of this.inTurns(parts)) {
      this.bytes += part.length;
      if (this.bytes > this.most) throw new Error('more comes out of it than may');
      yield part;
    }
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

/** Bytes of a value that show how it is wrapped. */
const START = 16;

/** Padded with zeros if there are fewer. */
async function startOf(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  let start = Buffer.alloc(0);
  for await (const part of content) {
    start = Buffer.concat([start, part.subarray(0, START)]);
    if (start.length >= START) break;
  }
  return Buffer.concat([start], START);
}
