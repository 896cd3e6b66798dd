import { isUtf8 } from 'node:buffer';
import { messageOf } from '../../core/errors';
import type { Format, ReceivedItem } from '../../core/item/item';
import { unfinishedLength } from '../../core/wire/utf8';

/** Characters that a terminal would obey, or that change the visible order of text. */
const UNSAFE = /[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\u2028\u2029\uFEFF\p{Cs}]/gu;
/** Most bytes of content that are read. */
const MAX_CONTENT = 1024 * 1024;
/** Most UTF-16 units that are shown. */
const MAX_TEXT = 16 * 1024;

/**
 * An item for the screen: text as it is, a dictionary in a readable form, both shortened if they are long, and with
 * characters that would act on a terminal made visible. A file is shown if it is UTF-8 text, otherwise only named.
 * @param renderDictionary may throw an error that says why it cannot
 */
export async function textForScreen(
  item: ReceivedItem,
  content: AsyncIterable<Buffer>,
  renderDictionary: (bytes: Buffer, format: Format) => string | Promise<string>,
): Promise<string> {
  if (item.kind === 'file') {
    const start = await readStart(content);
    return isText(start) ? cutForScreen(start.toString('utf8'), item.size) : `(a file of ${item.size} bytes)`;
  }
  if (item.kind === 'text') return cutForScreen((await readStart(content)).toString('utf8'), item.size);
  if (item.format === undefined || item.size > MAX_CONTENT) return `(a dictionary of ${item.size} bytes)`;
  try {
    return cutForScreen(await renderDictionary(await readStart(content), item.format), item.size);
  } catch (error) {
    return `(a dictionary of ${item.size} bytes. ${harmless(messageOf(error))})`;
  }
}

/** Makes text from anywhere safe to print: control characters are shown as `\x1b` and the like; newlines and tabs stay. */
export function harmless(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(UNSAFE, (character) => {
    if (character === '\n' || character === '\t') return character;
    const code = character.charCodeAt(0);
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** {@link harmless}, for a part of one line. */
export function onOneLine(text: string): string {
  return harmless(text).replace(/[\n\t]/g, (character) => (character === '\n' ? '\\n' : '\\t'));
}

/** JSON of the same values, with escapes for characters that a terminal would obey. */
export function harmlessJson(json: string): string {
  return json.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Whether the beginning of a file is text; its last character may be incomplete. */
export function isText(start: Buffer): boolean {
  const whole = start.subarray(0, start.length - unfinishedLength(start));
  return isUtf8(whole) && !whole.includes(0);
}

function cutForScreen(text: string, size: number): string {
  if (text.length <= MAX_TEXT) return harmless(text);
  return `${harmless(text.slice(0, MAX_TEXT))}\n… (${size} bytes in all)`;
}

async function readStart(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of content) {
    pieces.push(piece);
    size += piece.length;
    if (size >= MAX_CONTENT) break;
  }
  const [first] = pieces;
  return first && pieces.length === 1 ? first : Buffer.concat(pieces);
}
