import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { codecs, FORMATS, isTextFormat, type Format } from '../core/codecs/codecs';
import { textForms } from '../core/codecs/forms';
import { CancelledError, PicklepostError } from '../core/errors';
import { DEFAULT_LIMITS } from '../core/limits';
import type { ReceivedItem } from '../core/item/item';
import type { Inbox } from '../inbox/inbox';
import { changedPlace, saveToFolder, setModified, writePlainFile } from '../inbox/output/plainOutput';
import { harmless } from '../inbox/output/screenText';
import { formatOfWord, formatWord, parseArguments, parseChoice, UsageError } from './arguments';
import type { Command, Context } from './command';
import { INBOX_OPTION, openInbox } from './inbox';
import { copy, decodeItem, showText, write, type Content } from './itemContent';

export const exportCommand: Command = {
  synopsis: `export ID... --to PATH [--inbox DIR]
              [--as json|xml|python|pickle|raw]
              [--allow-tool-folders]`,
  summary: 'save received items in plain, or in another format',
  details: `
  ID           of the item, or its beginning as far as no other has it
  --to PATH    the file to write, in place of one that is there; a folder, in
               which each item gets a name that no file has yet, at its place
               if it was sent with its folder; or - for standard
               output${INBOX_OPTION}
  --as FORM    a pickle, JSON or XML as JSON, as XML, as a Python literal or as
               a pickle (default: raw, the content as it came)
  --allow-tool-folders
               also write folders under their own names that programs run
               commands out of, such as .git and .vscode (default: _.git)`,

  async run(args, context) {
    const { values, positionals } = parseArguments(args, {
      inbox: { type: 'string' },
      to: { type: 'string' },
      as: { type: 'string' },
      'allow-tool-folders': { type: 'boolean' },
    });
    const { to } = values;
    if (positionals.length === 0) throw new UsageError('ID is missing.');
    if (to === undefined) throw new UsageError('--to PATH is missing: name a file or a folder.');
    const form = parseExportForm(values.as);
    const target = { to, allowsToolFolders: values['allow-tool-folders'] ?? false };
    if (positionals.length > 1 && !(await isFolder(to)))
      throw new UsageError('Several items need --to FOLDER, with a folder that is there.');
    const inbox = await openInbox(values.inbox, context.output);
    const errors: unknown[] = [];
    for (const id of positionals)
      await exportItem(inbox, id, form, target, context).catch((error: unknown) => {
        if (error instanceof CancelledError) throw error;
        errors.push(error);
      });
    if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateError(errors);
  },
};

interface ExportTarget {
  /** A file, a folder, or `-` for standard output. */
  readonly to: string;
  readonly allowsToolFolders: boolean;
}

async function exportItem(
  inbox: Inbox,
  id: string,
  form: Format | 'python' | 'raw',
  target: ExportTarget,
  context: Context,
): Promise<void> {
  const item = await inbox.find(id);
  if (form === 'raw') return exportContent(inbox.read(item.id), item, target, context);
  const { value, problem } = await decodeItem(inbox, item, context.output, 'Export it without --as.');
  if (problem !== undefined) throw problem;
  const isWritten = form === 'python' || isTextFormat(form);
  if (target.to === '-' && isWritten) return showText(write(value, form), context.output);
  const content = isWritten
    ? Buffer.from(`${write(value, form)}\n`)
    : codecs[form].encode(value, DEFAULT_LIMITS);
  const { modified: _, ...about } = item;
  const extension = isWritten ? textForms[form].extension : codecs[form].extensions[0];
  const name = `${path.parse(item.name).name}.${extension}`;
  await exportContent([content], { ...about, name }, target, context);
}

async function isFolder(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined))?.isDirectory() ?? false;
}

/** In what a dictionary is saved. @throws UsageError */
function parseExportForm(text: string | undefined): Format | 'python' | 'raw' {
  const format = text === undefined ? 'raw' : formatOfWord(text);
  const words = [...FORMATS.map(formatWord), 'python', 'raw'];
  return format ?? (parseChoice('--as', text, words) as 'python' | 'raw');
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
    context.output.line(`A name in it had to change: it was sent as ${harmless(item.path ?? item.name)}`);
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
  // What is no regular file, such as a pipe, is written into; a file could only take its place.
  if (found && !found.isFile()) await pipeline(content, createWriteStream(file));
  else await writePlainFile(file, content);
  if (item.modified !== undefined && found?.isFile() !== false) await setModified(file, item.modified);
  return { file };
}
