import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  codecs,
  FORMATS,
  isTextFormat,
  TEXT_FORMATS,
  type Format,
  type TextFormat,
} from '../core/codecs/codecs';
import { textForms } from '../core/codecs/forms';
import { formatOfFile } from '../core/codecs/fileFormat';
import { MemorySource } from '../core/values/byteSource';
import { compressionOf } from '../core/files/compression/unpack';
import { beginsAsData, decodeFile, unpackFile } from '../core/files/fileDecoder';
import { isDataFileName } from '../core/files/fileNames';
import { CancelledError, PicklepostError } from '../core/errors';
import { DEFAULT_LIMITS } from '../core/limits';
import { tableOfValue } from '../core/data/valueTables';
import { formatCsv } from '../core/data/csv';
import { plainJson } from '../core/values/known/plainJson';
import { recognise } from '../core/values/known/recognise';
import type { Value } from '../core/values/value';
import type { ReceivedItem } from '../core/item/item';
import type { Inbox } from '../inbox/inbox';
import { saveToFolder, setModified, writePlainFile } from '../inbox/output/plainOutput';
import { harmless, isText } from '../inbox/output/screenText';
import {
  formatOfWord,
  formatWord,
  noPositionals,
  onlyPositional,
  parseArguments,
  parseChoice,
  UsageError,
} from './arguments';
import type { Command, Context } from './command';
import { decodeContent, decodeFileContent, type DecodedContent } from './decode';
import { INBOX_OPTION, openInbox } from './inbox';
import type { Output } from './output';
import { listActions } from './pickleActions';
import { openDiskFile, readPieces, readWhole } from './readFile';

export const showCommand: Command = {
  synopsis: `show ID [--inbox DIR] [--as json|xml|python|raw]
show --file PATH [--as json|xml|python|csv|raw] [--lossy]
                 [--calls [--json]]`,
  summary: 'print a received item, or a file',
  details: `
  ID           of the item, or its beginning as far as no other has it${INBOX_OPTION}
  --file PATH  a file of pickles, arrays or tensors (.pkl .npy .npz .joblib .pt
               .safetensors, also compressed), JSON or XML; - is standard input
  --as FORM    a pickle, JSON or XML as JSON, as XML or as a Python literal; raw
               is the content as it came (default: a pickle as a Python literal,
               text as it came)
  --as csv     of a file: a frame, a series, an array of one or two dimensions
               or a list of records, as pandas writes it; arrays a line per row
  --lossy      with --file and --as json: write what JSON has no form for as
               something close to it, and say on standard error how many values
               were changed
  --calls      instead of the value, everything that Python would call, import
               or change to load a pickle, each in full
  --json       with --calls, one JSON object per line

What Python would import and call to load a pickle is said on standard error.
Nothing of it is run.`,

  async run(args, { output }) {
    const { values, positionals } = parseArguments(args, {
      inbox: { type: 'string' },
      file: { type: 'string' },
      as: { type: 'string' },
      lossy: { type: 'boolean' },
      calls: { type: 'boolean' },
      json: { type: 'boolean' },
    });
    if (values.json && !values.calls) throw new UsageError('--json is for --calls. Use "--as json".');
    output.isJson = values.json === true;
    const form = parseChoice<ShownForm | 'csv'>('--as', values.as, [...WRITTEN_FORMS, 'csv', 'raw']);
    if (values.lossy && (form !== 'json' || values.file === undefined))
      throw new UsageError('--lossy is for --file and --as json.');
    if (values.file !== undefined) {
      noPositionals(positionals);
      if (values.lossy || form === 'csv') return showPlain(values.file, form === 'csv', output);
      if (values.inbox !== undefined) throw new UsageError('--inbox is for an ID, and not for --file.');
      if (values.calls) return showCalls(values.file, output);
      return showFile(values.file, form ?? 'python', output);
    }
    if (values.calls) throw new UsageError('--calls is for --file.');
    if (form === 'csv') throw new UsageError('--as csv is for --file.');
    return showItem(onlyPositional(positionals, 'ID'), values.inbox, form, output);
  },
};

type WrittenForm = TextFormat | 'python';
type ShownForm = WrittenForm | 'raw';

const WRITTEN_FORMS: readonly WrittenForm[] = [...TEXT_FORMATS, 'python'];

async function showItem(
  id: string,
  directory: string | undefined,
  form: ShownForm | undefined,
  output: Output,
): Promise<void> {
  const inbox = await openInbox(directory);
  const item = await inbox.find(id);
  const format = await formatOfItem(inbox, item);
  const isData = format === undefined && (await isDataFile(inbox, item));
  const chosen = form ?? (isData || (format !== undefined && !isTextFormat(format)) ? 'python' : 'raw');
  if (chosen !== 'raw')
    return showContent(await decodeItem(inbox, item, output, 'Show it with --as raw.'), chosen, output);
  // Only who asks for the content as it came, or leads it elsewhere, gets what a terminal would obey.
  if (form === 'raw' || !output.isTerminal) return copy(inbox.read(item.id), output);
  if (!isText(await firstPiece(inbox, item)))
    throw new PicklepostError(
      'unsupported',
      `${item.name} is not text. Save it with "picklepost export", or print its bytes with --as raw.`,
    );
  const decoder = new TextDecoder();
  for await (const piece of inbox.read(item.id)) {
    if (output.lost.aborted) return;
    await output.content(harmless(decoder.decode(piece, { stream: true })));
  }
}

/** The value, and then the error, if it does not reach to the end. */
async function showContent(
  { value, problem }: DecodedContent,
  form: WrittenForm,
  output: Output,
): Promise<void> {
  await showText(write(value, form), output);
  if (problem !== undefined) throw problem;
}

/** Written out, even what JSON or XML may hold as it is does not act on a terminal. */
async function showText(text: string, output: Output): Promise<void> {
  await output.content(`${output.isTerminal ? harmless(text) : text}\n`);
}

/** @throws PicklepostError where it cannot be read to its end; what is there is listed all the same */
async function showCalls(file: string, output: Output): Promise<void> {
  const source = file === '-' ? new MemorySource(await readWhole(file)) : await openDiskFile(file);
  const { actions, problem } = decodeFile(await unpackFile(source), undefined, { isFull: true });
  listActions(actions, output);
  if (problem !== undefined) throw problem;
}

/** A file as a table, or as JSON in which what that cannot hold is changed. */
async function showPlain(file: string, isCsv: boolean, output: Output): Promise<void> {
  const source = file === '-' ? new MemorySource(await readWhole(file)) : await openDiskFile(file);
  const name = file === '-' ? 'standard input' : path.basename(file);
  const { value, problem } = await decodeFileContent(name, source, output);
  if (isCsv) {
    const known = recognise(value);
    const table = known === undefined ? tableOfValue(value) : known.table?.();
    if (table === undefined) throw new PicklepostError('unencodable', `${name}: the value is not a table.`);
    const text = formatCsv(table, known?.array === undefined);
    await output.content(output.isTerminal ? harmless(text) : text);
  } else {
    const plain = plainJson(value);
    await showText(write(plain.value, 'json'), output);
    output.note(`${name}: values changed for JSON: ${plain.changes}`);
  }
  if (problem !== undefined) throw problem;
}

async function showFile(file: string, form: ShownForm, output: Output): Promise<void> {
  if (form === 'raw') return copy(readPieces(file), output);
  const source = file === '-' ? new MemorySource(await readWhole(file)) : await openDiskFile(file);
  const name = file === '-' ? 'standard input' : path.basename(file);
  await showContent(await decodeFileContent(name, source, output), form, output);
}

export const exportCommand: Command = {
  synopsis: `export ID --to PATH [--inbox DIR]
              [--as json|xml|python|pickle|raw]`,
  summary: 'save a received item in plain, or in another format',
  details: `
  ID           of the item, or its beginning as far as no other has it
  --to PATH    the file to write, in place of one that is there; a folder, in
               which the item gets a name that no file has yet; or - for
               standard output${INBOX_OPTION}
  --as FORM    a pickle, JSON or XML as JSON, as XML, as a Python literal or as
               a pickle (default: raw, the content as it came)`,

  async run(args, context) {
    const { values, positionals } = parseArguments(args, {
      inbox: { type: 'string' },
      to: { type: 'string' },
      as: { type: 'string' },
    });
    const id = onlyPositional(positionals, 'ID');
    if (values.to === undefined) throw new UsageError('--to PATH is missing: name a file or a folder.');
    const form = parseExportForm(values.as);
    const inbox = await openInbox(values.inbox);
    const item = await inbox.find(id);
    if (form === 'raw') return exportContent(inbox.read(item.id), item, values.to, context);
    const { value, problem } = await decodeItem(inbox, item, context.output, 'Export it without --as.');
    if (problem !== undefined) throw problem;
    const isWritten = form === 'python' || isTextFormat(form);
    if (values.to === '-' && isWritten) return showText(write(value, form), context.output);
    const content = isWritten
      ? Buffer.from(`${write(value, form)}\n`)
      : codecs[form].encode(value, DEFAULT_LIMITS);
    const { modified: _, ...about } = item;
    const extension = isWritten ? textForms[form].extension : codecs[form].extensions[0];
    const name = `${path.parse(item.name).name}.${extension}`;
    await exportContent([content], { ...about, name }, values.to, context);
  },
};

/** In what a dictionary is saved. @throws UsageError */
function parseExportForm(text: string | undefined): Format | 'python' | 'raw' {
  const format = text === undefined ? 'raw' : formatOfWord(text);
  const words = [...FORMATS.map(formatWord), 'python', 'raw'];
  return format ?? (parseChoice('--as', text, words) as 'python' | 'raw');
}

async function exportContent(
  content: Content,
  item: ReceivedItem,
  to: string,
  context: Context,
): Promise<void> {
  if (to === '-') return copy(content, context.output);
  const file = await save(untilInterrupted(content, context.interruption), item, to);
  context.output.line(`Saved ${file}`);
}

/** @throws CancelledError in the middle, so that nothing is left of the file */
async function* untilInterrupted(content: Content, interruption: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const piece of content) {
    if (interruption.aborted) throw new CancelledError();
    yield piece;
  }
}

/** A path that ends so is never that of a file. */
const NAMES_FOLDER = process.platform === 'win32' ? /[\\/]$/ : /\/$/;

/** @returns the path of the file */
async function save(content: Content, item: ReceivedItem, to: string): Promise<string> {
  const file = path.resolve(to);
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory()) return saveToFolder({ directory: file, fileName: '{name}' }, item, content);
  if (!found && NAMES_FOLDER.test(to))
    throw new PicklepostError('disk', `There is no folder ${to}. Make it, or name a file.`);
  // What is no regular file, such as a pipe, is written into; a file could only take its place.
  if (found && !found.isFile()) await pipeline(content, createWriteStream(file));
  else await writePlainFile(file, content);
  if (item.modified !== undefined && found?.isFile() !== false) await setModified(file, item.modified);
  return file;
}

type Content = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

async function copy(content: Content, output: Output): Promise<void> {
  for await (const piece of content) {
    if (output.lost.aborted) return;
    await output.content(piece);
  }
}

/** Bytes of an item that is decoded, and UTF-16 units of the text that it may become. */
const MAX_CONTENT = 512 * 1024 * 1024;
const MAX_TEXT = 256 * 1024 * 1024;

/** The format of a dictionary, or of what was sent as a file or a text; undefined where it seems to have none. */
async function formatOfItem(inbox: Inbox, item: ReceivedItem): Promise<Format | undefined> {
  return item.format ?? formatOfFile(item.name, await firstPiece(inbox, item));
}

/** Whether it is a file of arrays or tensors, or one that is compressed under the name of one. */
async function isDataFile(inbox: Inbox, item: ReceivedItem): Promise<boolean> {
  const start = await firstPiece(inbox, item);
  return beginsAsData(start, item.size) || (isDataFileName(item.name) && compressionOf(start) !== undefined);
}

async function firstPiece(inbox: Inbox, item: ReceivedItem): Promise<Buffer> {
  for await (const piece of inbox.read(item.id)) return piece;
  return Buffer.alloc(0);
}

/** @param advice what to do where it cannot be decoded */
async function decodeItem(
  inbox: Inbox,
  item: ReceivedItem,
  output: Output,
  advice: string,
): Promise<DecodedContent> {
  const format = await formatOfItem(inbox, item);
  const isFile = item.format === undefined && (await isDataFile(inbox, item));
  if (format === undefined && !isFile)
    throw new PicklepostError('unsupported', `${item.name} is not a pickle, JSON or XML. ${advice}`);
  const bytes = await inbox.readAll(item.id, MAX_CONTENT);
  try {
    if (isFile || format === undefined)
      return await decodeFileContent(item.name, new MemorySource(bytes), output);
    return decodeContent(item.name, bytes, format, output);
  } catch (error) {
    throw error instanceof PicklepostError && error.code === 'undecodable'
      ? new PicklepostError(error.code, `${error.message} ${advice}`, { cause: error })
      : error;
  }
}

function write(value: Value, form: WrittenForm): string {
  return textForms[form].write(value, { maxLength: MAX_TEXT });
}
