import path from 'node:path';
import { isTextFormat, TEXT_FORMATS } from '../core/codecs/codecs';
import { formatCsv } from '../core/data/csv';
import { tableOfValue } from '../core/data/valueTables';
import { PicklepostError } from '../core/errors';
import { decodeFile, unpackFile } from '../core/files/fileDecoder';
import { MemorySource } from '../core/values/byteSource';
import { plainJson } from '../core/values/known/plainJson';
import { recognise } from '../core/values/known/recognise';
import { harmless, isText } from '../inbox/output/screenText';
import { noPositionals, onlyPositional, parseArguments, parseChoice, UsageError } from './arguments';
import type { Command } from './command';
import { decodeFileContent, type DecodedContent } from './decode';
import { INBOX_OPTION, openInbox } from './inbox';
import {
  copy,
  decodeItem,
  firstPiece,
  formatOfItem,
  isDataFile,
  showText,
  write,
  type WrittenForm,
} from './itemContent';
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

type ShownForm = WrittenForm | 'raw';

const WRITTEN_FORMS: readonly WrittenForm[] = [...TEXT_FORMATS, 'python'];

async function showItem(
  id: string,
  directory: string | undefined,
  form: ShownForm | undefined,
  output: Output,
): Promise<void> {
  const inbox = await openInbox(directory, output);
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
