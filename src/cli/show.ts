import { isTextFormat } from '../core/codecs/formats';
import { PicklepostError } from '../core/errors';
import { decodeFile, unpackFile } from '../core/files/fileDecoder';
import { MemorySource, type ByteSource } from '../core/values/byteSource';
import { harmless, isText } from '../inbox/output/screenText';
import { noPositionals, onlyPositional, parseArguments, parseChoice, UsageError } from './arguments';
import type { Command } from './command';
import { decodeNamedFile, nameOfFile, openFile, type DecodedContent } from './decode';
import { INBOX_OPTION, openInbox } from './inbox';
import { copy, decodeItem, formatOfItem, isDataFile, readItem, showPieces } from './itemContent';
import type { Output } from './output';
import { listActions } from './pickleActions';
import { readPieces } from './readFile';
import { checkWriting, isBinary, VALUE_WORDS, writeValue, WRITING_OPTIONS, type Writing } from './valueForms';

export const showCommand: Command = {
  synopsis: `show ID|--file PATH [--inbox DIR]
     [--at PATH] [--stored] [--lossy]
     [--as json|xml|python|csv|npy|png|raw]
show ID|--file PATH --calls [--json]`,
  summary: 'print a received item, or a file',
  details: `
  ID           ID of the item, or enough of its beginning to be unique${INBOX_OPTION}
  --file PATH  a file of pickles, arrays or tensors (.pkl .npy .npz .joblib .pt
               .safetensors, also compressed), JSON or XML; - is standard input
  --at PATH    a value inside: the path that "Copy path" gives, such as
               data["a"][3], or the name of an entry, a column or a tensor
  --as FORM    what to print (default: arrays and values of pandas as numpy and
               pandas print them, with type and shape; other values as a Python
               literal; text as received):
               json    JSON, if it can hold the value exactly
               xml     XML
               python  a complete Python literal
               csv     a frame, a series, an array of one or two dimensions or
                       a list of records, as pandas writes it; arrays with a
                       line per row and no header
               npy     an array, for numpy.load
               png     an array of two dimensions, or a picture
               raw     the content as received
  --lossy      with --as json: write values that JSON has no form for as
               something close (arrays as lists, dates as text, nan as null),
               and print on standard error how many values were changed
  --stored     show the call that the pickle stores, instead of the value that
               the call is known to make
  --calls      print everything that Python would call, import or change to load
               a pickle, instead of the value
  --json       with --calls, one JSON object per line

The imports and calls that Python would make to load a pickle are printed on
standard error. None of them is run. npy and png are bytes, which are not
printed to a terminal: redirect them to a file, or use "picklepost export".`,
  examples: ['show 1b4f', 'show --file data.pkl --at readings --as csv', 'show --file data.pkl --calls'],

  async run(args, { output }) {
    const { values, positionals } = parseArguments(args, {
      inbox: { type: 'string' },
      file: { type: 'string' },
      calls: { type: 'boolean' },
      json: { type: 'boolean' },
      ...WRITING_OPTIONS,
    });
    const { file, at, lossy: isLossy = false, stored: isStored = false } = values;
    if (values.json && !values.calls) throw new UsageError('--json is for --calls. Use "--as json".');
    output.isJson = values.json === true;
    if (file !== undefined) noPositionals(positionals);
    if (file !== undefined && values.inbox !== undefined)
      throw new UsageError('--inbox is for an ID, and not for --file.');
    const word = parseChoice('--as', values.as, [...VALUE_WORDS, 'raw'] as const);
    const isPart = at !== undefined || isLossy || isStored;
    if (values.calls && (isPart || word !== undefined)) throw new UsageError('--calls stands alone.');
    if (word === 'raw' && isPart) throw new UsageError('--as raw is all of the content as received.');
    const writing = {
      form: word === undefined || word === 'raw' ? 'printed' : word,
      at,
      isLossy,
      isStored,
    } as const;
    checkWriting(writing);
    if (isBinary(writing.form) && output.isTerminal) throw bytesForTerminal(writing.form);
    const isChosen = word !== undefined || isPart;
    const shown =
      file === undefined
        ? await findItem(onlyPositional(positionals, 'ID'), values.inbox, output)
        : fileOf(file, output);
    if (values.calls) return showCalls(await shown.open(), output);
    if (word === 'raw' || (!isChosen && (await shown.isPlain())))
      return showRaw(shown, word === 'raw', output);
    return showContent(shown.name, await shown.decode(), writing, output);
  },
};

function bytesForTerminal(form: string): UsageError {
  return new UsageError(
    `--as ${form} writes bytes, which are not printed to a terminal. Redirect them into a file, or use "picklepost export".`,
  );
}

/** The source to show: a file or an item. */
interface Shown {
  readonly name: string;
  /** Its bytes, to be read in parts. */
  open(): Promise<ByteSource>;
  decode(): Promise<DecodedContent>;
  /** Whether it is printed as received if nothing else was requested. */
  isPlain(): Promise<boolean>;
  read(): AsyncIterable<Uint8Array>;
}

function fileOf(file: string, output: Output): Shown {
  return {
    name: nameOfFile(file),
    open: () => openFile(file),
    decode: () => decodeNamedFile(file, output),
    isPlain: () => Promise.resolve(false),
    read: () => readPieces(file),
  };
}

/** @throws PicklepostError if there is none */
async function findItem(id: string, directory: string | undefined, output: Output): Promise<Shown> {
  const inbox = await openInbox(directory, output);
  const item = await inbox.find(id);
  return {
    name: item.name,
    open: async () => new MemorySource(await readItem(inbox, item)),
    decode: () => decodeItem(inbox, item, output, 'Show it with --as raw.'),
    isPlain: async () => {
      const format = await formatOfItem(inbox, item);
      return format === undefined ? !(await isDataFile(inbox, item)) : isTextFormat(format);
    },
    read: () => inbox.read(item.id),
  };
}

/** @param isWanted whether the raw content was requested, even on a terminal, which would obey it */
async function showRaw(shown: Shown, isWanted: boolean, output: Output): Promise<void> {
  if (isWanted || !output.isTerminal) return copy(shown.read(), output);
  const decoder = new TextDecoder();
  let isFirst = true;
  for await (const piece of shown.read()) {
    if (output.closed.aborted) return;
    if (isFirst && !isText(Buffer.from(piece)))
      throw new PicklepostError(
        'unsupported',
        `${shown.name} is not text. Save it with "picklepost export", or print its bytes with --as raw.`,
      );
    isFirst = false;
    await output.content(harmless(decoder.decode(piece, { stream: true })));
  }
}

/** Prints the value, then throws the error if the pickle could not be read to its end. */
async function showContent(
  name: string,
  content: DecodedContent,
  writing: Writing,
  output: Output,
): Promise<void> {
  const { pieces, note } = writeValue(name, content, writing);
  await showPieces(pieces, output);
  if (note !== undefined) output.note(note);
  if (content.problem !== undefined) throw content.problem;
}

/** @throws PicklepostError if it cannot be read to its end; the calls before that are listed all the same */
async function showCalls(source: ByteSource, output: Output): Promise<void> {
  const { actions, problem } = decodeFile(await unpackFile(source), undefined, { isFull: true });
  listActions(actions, problem === undefined, output);
  if (problem !== undefined) throw problem;
}
