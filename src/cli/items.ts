import { stat } from 'node:fs/promises';
import path from 'node:path';
import { codecs } from '../core/codecs/codecs';
import { formatJson } from '../core/codecs/json';
import { decodeOnlyPickle, runsCode } from '../core/codecs/pickle';
import { formatXml } from '../core/codecs/xml';
import { PicklepostError } from '../core/errors';
import { DEFAULT_LIMITS } from '../core/limits';
import { formatPython } from '../core/render/pythonLiteral';
import type { Value } from '../core/value';
import type { ReceivedItem } from '../core/wire/item';
import type { Inbox, InboxEntry } from '../inbox/inbox';
import { saveToFolder, writePlainFile } from '../inbox/plainOutput';
import { harmless } from '../inbox/screenText';
import { noPositionals, onlyPositional, parseArguments, parseChoice, UsageError } from './arguments';
import type { Command, Context } from './command';
import { describe } from './describe';
import { openInbox } from './inbox';
import type { Output } from './output';
import { noteActions, readPickleFile, readPieces } from './pickleFile';

const INBOX = '\n  --inbox DIR  another inbox than the usual one';

export const listCommand: Command = {
  synopsis: 'list [--inbox DIR] [--json]',
  summary: 'list the received items, oldest first',
  details: `${INBOX}
  --json       print one JSON object per line`,

  async run(args, { output }) {
    const { values, positionals } = parseArguments(args, {
      inbox: { type: 'string' },
      json: { type: 'boolean' },
    });
    noPositionals(positionals);
    output.isJson = values.json ?? false;
    const entries = await (await openInbox(values.inbox)).list();
    for (const entry of entries) {
      output.event(entryObject(entry));
      output.line(entryLine(entry));
    }
    if (entries.length === 0) output.line('The inbox is empty.');
  },
};

export const showCommand: Command = {
  synopsis: `show ID [--inbox DIR] [--as json|xml|python|raw]
show --file PATH [--as json|xml|python|raw]`,
  summary: 'print a received item, or a file of pickles',
  details: `
  ID           of the item, or its beginning as far as no other has it${INBOX}
  --file PATH  a file that Python's pickle has written, once or several times
  --as FORM    a dictionary as JSON, as XML or as a Python literal; raw is the
               content as it came. Without it, text formats are shown as they
               came, and a pickle as a Python literal

What Python would import and call to load a pickle is said on standard error.
Nothing of it is run.`,

  async run(args, { output }) {
    const { values, positionals } = parseArguments(args, {
      inbox: { type: 'string' },
      file: { type: 'string' },
      as: { type: 'string' },
    });
    const form = parseChoice('--as', values.as, ['json', 'xml', 'python', 'raw'] as const);
    if (values.file !== undefined) {
      noPositionals(positionals);
      if (values.inbox !== undefined) throw new UsageError('--inbox is for an ID, and not for --file.');
      return showFile(values.file, form ?? 'python', output);
    }
    return showItem(onlyPositional(positionals, 'ID'), values.inbox, form, output);
  },
};

type WrittenForm = 'json' | 'xml' | 'python';
type ShownForm = WrittenForm | 'raw';

async function showItem(
  id: string,
  directory: string | undefined,
  form: ShownForm | undefined,
  output: Output,
): Promise<void> {
  const inbox = await openInbox(directory);
  const item = await inbox.find(id);
  const chosen = form ?? (item.format === 'binary' ? 'python' : 'raw');
  if (chosen !== 'raw') return output.content(`${await render(inbox, item, chosen, output)}\n`);
  // Only who asks for the content as it came, or leads it elsewhere, gets what a terminal would obey.
  if (form === 'raw' || !output.isTerminal) return copy(inbox.read(item.id), output);
  const decoder = new TextDecoder();
  for await (const piece of inbox.read(item.id)) {
    await output.content(harmless(decoder.decode(piece, { stream: true })));
  }
}

async function showFile(file: string, form: ShownForm, output: Output): Promise<void> {
  if (form === 'raw') return copy(readPieces(file), output);
  const { value, problem } = await readPickleFile(file, output);
  await output.content(`${write(value, form)}\n`);
  if (problem !== undefined) throw problem;
}

export const exportCommand: Command = {
  synopsis: `export ID --to PATH [--inbox DIR]
              [--as json|xml|python|pickle|raw]`,
  summary: 'save a received item in plain, a dictionary also in another format',
  details: `
  ID           of the item, or its beginning as far as no other has it
  --to PATH    the file to write, in place of one that is there; a folder, in
               which the item gets a name that no file has yet; or - for
               standard output${INBOX}
  --as FORM    a dictionary as JSON, as XML, as a Python literal or as a pickle;
               without it, and as raw, the content is saved as it came`,

  async run(args, context) {
    const { values, positionals } = parseArguments(args, {
      inbox: { type: 'string' },
      to: { type: 'string' },
      as: { type: 'string' },
    });
    const id = onlyPositional(positionals, 'ID');
    if (values.to === undefined) throw new UsageError('--to PATH is missing: name a file or a folder.');
    const form = parseChoice('--as', values.as, ['json', 'xml', 'python', 'pickle', 'raw'] as const) ?? 'raw';
    const inbox = await openInbox(values.inbox);
    const item = await inbox.find(id);
    if (form === 'raw') return exportContent(inbox.read(item.id), item, values.to, context);
    const content = await convert(inbox, item, form, context.output);
    const name = `${path.parse(item.name).name}.${EXTENSIONS[form]}`;
    await exportContent([content], { ...item, name }, values.to, context);
  },
};

/** What a dictionary can be converted into, and the extension of its name then. */
const EXTENSIONS = { json: 'json', xml: 'xml', python: 'py', pickle: 'pkl' } as const;

type Form = keyof typeof EXTENSIONS;

async function exportContent(
  content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  item: ReceivedItem,
  to: string,
  { output }: Context,
): Promise<void> {
  if (to === '-') return copy(content, output);
  const isFolder = await stat(to).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const file = isFolder
    ? await saveToFolder({ directory: path.resolve(to), fileName: '{name}' }, item, content)
    : path.resolve(to);
  if (!isFolder) await writePlainFile(file, content);
  output.line(`Saved ${file}`);
}

async function copy(
  content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  output: Output,
): Promise<void> {
  for await (const piece of content) await output.content(piece);
}

/** Bytes of a dictionary that is decoded to be shown, and UTF-16 units of the text that it may become. */
const MAX_CONTENT = 512 * 1024 * 1024;
const MAX_TEXT = 256 * 1024 * 1024;

async function decode(inbox: Inbox, item: ReceivedItem, output: Output, advice: string): Promise<Value> {
  if (item.format === undefined)
    throw new PicklepostError('unsupported', `${item.name} is no dictionary. ${advice}`);
  const bytes = await inbox.readAll(item.id, MAX_CONTENT);
  if (item.format !== 'binary') return codecs[item.format].decode(bytes, DEFAULT_LIMITS);
  const { value, actions } = decodeOnlyPickle(bytes);
  if (runsCode(actions)) noteActions(item.name, actions, output);
  return value;
}

async function convert(inbox: Inbox, item: ReceivedItem, form: Form, output: Output): Promise<Uint8Array> {
  const value = await decode(inbox, item, output, 'Export it without --as.');
  if (form === 'pickle') return codecs.binary.encode(value, DEFAULT_LIMITS);
  return Buffer.from(`${write(value, form)}\n`);
}

async function render(inbox: Inbox, item: ReceivedItem, form: WrittenForm, output: Output): Promise<string> {
  return write(await decode(inbox, item, output, 'Show it with --as raw.'), form);
}

function write(value: Value, form: WrittenForm): string {
  const format = { json: formatJson, xml: formatXml, python: formatPython }[form];
  return format(value, { indent: form === 'python' ? 4 : 2, maxLength: MAX_TEXT });
}

function entryObject(entry: InboxEntry): object {
  if (entry.state === 'damaged') return { id: entry.id, damaged: entry.reason, receivedAt: entry.receivedAt };
  const { id, kind, name, format = null, encrypted, size, from, sha256, receivedAt, note } = entry.item;
  return { id, kind, name, format, encrypted, size, from, sha256, receivedAt, note };
}

function entryLine(entry: InboxEntry): string {
  if (entry.state === 'damaged')
    return `${entry.id}  ${localTime(entry.receivedAt)}  damaged: ${entry.reason}`;
  const { id, receivedAt, from } = entry.item;
  return `${id}  ${localTime(receivedAt)}  ${describe(entry.item)} from ${from}`;
}

/** `2026-01-31 23:59:59` */
function localTime(time: number): string {
  return new Date(time).toLocaleString('sv');
}
