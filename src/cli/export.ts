import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { formatOfWord } from '../core/codecs/formats';
import { CancelledError, PicklepostError } from '../core/errors';
import type { ReceivedItem } from '../core/item/item';
import type { Inbox } from '../inbox/inbox';
import { changedPlace, saveToFolder, setModified, writePlainFile } from '../inbox/output/plainOutput';
import { onOneLine } from '../inbox/output/screenText';
import { noPositionals, parseArguments, parseChoice, UsageError } from './arguments';
import type { Command, Context } from './command';
import { INBOX_OPTION, openInbox } from './inbox';
import { decodeNamedFile, nameOfFile, type DecodedContent } from './decode';
import { copy, decodeItem, showPieces, type Content } from './itemContent';
import { readPieces } from './readFile';
import {
  checkWriting,
  formExtension,
  isBinary,
  VALUE_WORDS,
  writeValue,
  WRITING_OPTIONS,
  type Writing,
} from './valueForms';

export const exportCommand: Command = {
  synopsis: `export ID... --to PATH [--inbox DIR] [--allow-tool-folders]
       [--at PATH] [--stored] [--lossy]
       [--as json|xml|python|pickle|csv|npy|png|raw]
export --file PATH --to PATH [the same options but --inbox]`,
  summary: 'save received items, or a file in another format',
  details: `
  ID           ID of the item, or enough of its beginning to be unique
  --file PATH  a file, as for "picklepost show"; - is standard input
  --to PATH    the file to write, which replaces an existing one; a folder, in
               which each item gets an unused name, at its path if it was sent
               with its folder; or - for standard output${INBOX_OPTION}
  --as FORM    json, xml, python, csv, npy or png, as for "picklepost show", or
               pickle (default: raw, the content as received)
  --at PATH, --lossy, --stored
               as for "picklepost show"
  --allow-tool-folders
               keep the names of folders that programs run commands from,
               such as .git and .vscode (default: _.git)`,
  examples: [
    'export 1b4f --to report.txt',
    'export 1b4f 9c02 --to folder/',
    'export --file data.pkl --at readings --as npy --to readings.npy',
  ],

  async run(args, context) {
    const { values, positionals } = parseArguments(args, {
      inbox: { type: 'string' },
      file: { type: 'string' },
      to: { type: 'string' },
      'allow-tool-folders': { type: 'boolean' },
      ...WRITING_OPTIONS,
    });
    const { to, file } = values;
    if (to === undefined) throw new UsageError('--to PATH is missing: name a file or a folder.');
    const writing = parseExport(values);
    const target = { to, allowsToolFolders: values['allow-tool-folders'] ?? false };
    if (file !== undefined) {
      noPositionals(positionals);
      if (values.inbox !== undefined) throw new UsageError('--inbox is for an ID, and not for --file.');
      return exportFile(file, writing, target, context);
    }
    if (positionals.length === 0) throw new UsageError('ID is missing.');
    if (positionals.length > 1 && !(await isFolder(to)))
      throw new UsageError('Several items need --to FOLDER, with a folder that is there.');
    const inbox = await openInbox(values.inbox, context.output);
    const errors: unknown[] = [];
    for (const id of positionals)
      await exportItem(inbox, id, writing, target, context).catch((error: unknown) => {
        if (error instanceof CancelledError) throw error;
        errors.push(error);
      });
    if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateError(errors);
  },
};

/** The format already means `pickle`. */
const EXPORT_WORDS = [...VALUE_WORDS, 'pickle', 'raw'] as const;

/** How the value is written; undefined for the content as received. @throws UsageError */
function parseExport(values: {
  readonly as?: string | undefined;
  readonly at?: string | undefined;
  readonly lossy?: boolean | undefined;
  readonly stored?: boolean | undefined;
}): Writing | undefined {
  const { as: word, at, lossy: isLossy = false, stored: isStored = false } = values;
  const chosen = word === undefined ? (isStored ? 'python' : 'raw') : formatOfWord(word);
  const form = chosen ?? parseChoice('--as', word, EXPORT_WORDS) ?? 'raw';
  if (form === 'raw' || form === 'pickle') {
    if (at !== undefined || isLossy || isStored)
      throw new UsageError('--at, --lossy and --stored need --as FORM, and not --as raw.');
    return undefined;
  }
  const writing = { form, at, isLossy, isStored };
  checkWriting(writing);
  return writing;
}

interface ExportTarget {
  /** A file, a folder, or `-` for standard output. */
  readonly to: string;
  readonly allowsToolFolders: boolean;
}

async function exportItem(
  inbox: Inbox,
  id: string,
  writing: Writing | undefined,
  target: ExportTarget,
  context: Context,
): Promise<void> {
  const item = await inbox.find(id);
  if (writing === undefined) return exportContent(inbox.read(item.id), item, target, context);
  const content = await decodeItem(inbox, item, context.output, 'Export it without --as.');
  const { modified: _, ...about } = item;
  await exportValue(about, content, writing, target, context);
}

async function exportFile(
  file: string,
  writing: Writing | undefined,
  target: ExportTarget,
  context: Context,
): Promise<void> {
  const about = itemOf(nameOfFile(file));
  if (writing === undefined) return exportContent(readPieces(file), about, target, context);
  await exportValue(about, await decodeNamedFile(file, context.output), writing, target, context);
}

/** A file in the form of an item for saving: only its name. */
function itemOf(name: string): ReceivedItem {
  const nothing = { id: '', size: 0, sha256: '', dialect: '', from: '', encrypted: false } as const;
  return { ...nothing, kind: 'file', name, receivedAt: Date.now() };
}

async function exportValue(
  about: ReceivedItem,
  content: DecodedContent,
  writing: Writing,
  target: ExportTarget,
  context: Context,
): Promise<void> {
  if (content.problem !== undefined) throw content.problem;
  const { pieces, note } = writeValue(about.name, content, writing);
  if (target.to === '-' && !isBinary(writing.form)) await showPieces(pieces, context.output);
  else {
    const name = `${path.parse(about.name).name}.${formExtension(writing.form)}`;
    await exportContent(bytesOf(pieces), { ...about, name }, target, context);
  }
  if (note !== undefined) context.output.note(note);
}

function* bytesOf(pieces: Iterable<string | Uint8Array>): Generator<Uint8Array> {
  for (const piece of pieces) yield typeof piece === 'string' ? Buffer.from(piece) : piece;
}

async function isFolder(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined))?.isDirectory() ?? false;
}

async function exportContent(
  content: Content,
  item: ReceivedItem,
  target: ExportTarget,
  context: Context,
): Promise<void> {
  if (target.to === '-') return copy(content, context.output);
  const { file, savedAs } = await save(untilInterrupted(content, context.interruption), item, target);
  context.output.line(`Saved ${file}`);
  if (savedAs !== undefined)
    context.output.line(`A name in it had to change: it was sent as ${onOneLine(item.path ?? item.name)}`);
}

/** @throws CancelledError in the middle, so that nothing is left of the file */
async function* untilInterrupted(content: Content, interruption: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const piece of content) {
    if (interruption.aborted) throw new CancelledError();
    yield piece;
  }
}

/** A path with this ending is never that of a file. */
const NAMES_FOLDER = process.platform === 'win32' ? /[\\/]$/ : /\/$/;

async function save(
  content: Content,
  item: ReceivedItem,
  { to, allowsToolFolders }: ExportTarget,
): Promise<{ file: string; savedAs?: string | undefined }> {
  const file = path.resolve(to);
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory()) {
    const place = { directory: file, fileName: '{name}', keepsPlaces: true, allowsToolFolders };
    const saved = await saveToFolder(place, item, content);
    return { file: saved, savedAs: changedPlace(place, item, saved) };
  }
  if (!found && NAMES_FOLDER.test(to))
    throw new PicklepostError('disk', `There is no folder ${to}. Make it, or name a file.`);
  // A path that is not a regular file, such as a pipe, is written into; a file could only replace it.
  if (found && !found.isFile()) await pipeline(content, createWriteStream(file));
  else await writePlainFile(file, content);
  if (item.modified !== undefined && found?.isFile() !== false) await setModified(file, item.modified);
  return { file };
}
