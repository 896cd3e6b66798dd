import path from 'node:path';
import { isTextFormat, TEXT_FORMATS } from '../core/codecs/codecs';
import { formatCsv } from '../core/data/csv';
import { tableOfValue } from '../core/data/valueTables';
import { PicklepostError } from '../core/errors';
import { decodeFile, unpackFile } from '../core/files/fileDecoder';
import type { ReceivedItem } from '../core/item/item';
import { MemorySource, type ByteSource } from '../core/values/byteSource';
import { plainJson } from '../core/values/known/plainJson';
import { recognise } from '../core/values/known/recognise';
import type { Inbox } from '../inbox/inbox';
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
  readItem,
  showText,
  write,
  type WrittenForm,
} from './itemContent';
import type { Output } from './output';
import { listActions } from './pickleActions';
import { openDiskFile, readPieces, readWhole } from './readFile';

export const showCommand: Command = {
  synopsis: `show ID [--inbox DIR] [--as json|xml|python|csv|raw] [--lossy]
                 [--calls [--json]]
show --file PATH [--as …] [--lossy] [--calls [--json]]`,
  summary: 'print a received item, or a file',
  details: `
  ID           of the item, or its beginning as far as no other has it${INBOX_OPTION}
  --file PATH  a file of pickles, arrays or tensors (.pkl .npy .npz .joblib .pt
               .safetensors, also compressed), JSON or XML; - is standard input
  --as FORM    a pickle, JSON or XML as JSON, as XML or as a Python literal; raw
               is the content as it came (default: a pickle as a Python literal,
               text as it came)
  --as csv     a frame, a series, an array of one or two dimensions
               or a list of records, as pandas writes it; arrays a line per row
  --lossy      with --as json: write what JSON has no form for as something
               close to it, and say on standard error how many values were
               changed
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
    if (values.lossy && form !== 'json') throw new UsageError('--lossy is for --as json.');
    if (values.file !== undefined && values.inbox !== undefined)
      throw new UsageError('--inbox is for an ID, and not for --file.');
    if (values.file !== undefined) noPositionals(positionals);
    const shown =
      values.file === undefined
        ? await findItem(onlyPositional(positionals, 'ID'), values.inbox, output)
        : fileOf(values.file, output);
    if (values.calls) return showCalls(await shown.open(), output);
    if (values.lossy || form === 'csv') return showPlain(shown, form === 'csv', output);
    return shown.print(form);
  },
};

type ShownForm = WrittenForm | 'raw';

const WRITTEN_FORMS: readonly WrittenForm[] = [...TEXT_FORMATS, 'python'];

/** What is to be shown: a file, or an item. */
interface Shown {
  readonly name: string;
  /** Its bytes. */
  open(): Promise<ByteSource>;
  decode(): Promise<DecodedContent>;
  /** @param form the usual one unless given */
  print(form: ShownForm | undefined): Promise<void>;
}

function fileOf(file: string, output: Output): Shown {
  const name = file === '-' ? 'standard input' : path.basename(file);
  const open = async (): Promise<ByteSource> =>
    file === '-' ? new MemorySource(await readWhole(file)) : openDiskFile(file);
  const decode = async (): Promise<DecodedContent> => decodeFileContent(name, await open(), output);
  const print = async (form: ShownForm = 'python'): Promise<void> =>
    form === 'raw' ? copy(readPieces(file), output) : showContent(await decode(), form, output);
  return { name, open, decode, print };
}

/** @throws PicklepostError where there is none */
async function findItem(id: string, directory: string | undefined, output: Output): Promise<Shown> {
  const inbox = await openInbox(directory, output);
  const item = await inbox.find(id);
  return {
    name: item.name,
    open: async () => new MemorySource(await readItem(inbox, item)),
    decode: () => decodeItem(inbox, item, output, 'Show it with --as raw.'),
    print: (form) => showItem(inbox, item, form, output),
  };
}

async function showItem(
  inbox: Inbox,
  item: ReceivedItem,
  form: ShownForm | undefined,
  output: Output,
): Promise<void> {
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
async function showCalls(source: ByteSource, output: Output): Promise<void> {
  const { actions, problem } = decodeFile(await unpackFile(source), undefined, { isFull: true });
  listActions(actions, problem === undefined, output);
  if (problem !== undefined) throw problem;
}

/** As a table, or as JSON in which what that cannot hold is changed. */
async function showPlain({ name, decode }: Shown, isCsv: boolean, output: Output): Promise<void> {
  const { value, problem } = await decode();
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
