import { formats } from '../../core/codecs/formats';
import type { ItemKind, Format } from '../../core/item/item';

/** Longest name that file systems hold: in bytes of UTF-8, on Windows in UTF-16 units. */
const MAX_LENGTH = 255;
/**
 * Replaced on every system, because they disguise a name or act on a terminal: control characters, marks that reverse the
 * direction of text, lone surrogates, line separators. Marks that only set the direction of a single letter occur in
 * right-to-left names, and stay.
 */
const DECEPTIVE = /[\p{Cc}\p{Cs}\u2028-\u202E\u2066-\u2069\uFEFF\uFFFE\uFFFF]/gu;
/** Characters and names that Windows refuses. */
const NOT_ON_WINDOWS = /[<>:"/\\|?*]/g;
const WINDOWS_DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?=\s*(\.|$))/i;

/**
 * Reduces a name from anywhere to a base name that this system can hold, and that reads as what it is. For a path, this is
 * the last part.
 * @returns undefined if nothing is left
 */
export function safeName(name: string, platform = process.platform): string | undefined {
  const isWindows = platform === 'win32';
  const base = name.split(isWindows ? /[/\\]/ : '/').at(-1) ?? '';
  const readable = base.replace(DECEPTIVE, '_');
  const holdable = isWindows ? forWindows(readable) : readable;
  const short = fitName(holdable, '', platform);
  const isBlank = /^\.{0,2}$/.test(short) || (/^_+$/.test(short) && short !== base);
  return isBlank ? undefined : short;
}

/** A name with a suffix before its extension, within the length of a file name. */
export function fitName(name: string, suffix: string, platform = process.platform): string {
  const measure = (text: string): number => (platform === 'win32' ? text.length : Buffer.byteLength(text));
  const extension = suffix === '' && measure(name) <= MAX_LENGTH ? '' : extensionIn(name);
  const stem = extension === '' ? name : name.slice(0, -extension.length);
  let room = MAX_LENGTH - measure(suffix + extension);
  let kept = '';
  for (const character of stem) {
    room -= measure(character);
    if (room < 0) break;
    kept += character;
  }
  return kept + suffix + extension;
}

/** Windows drops trailing dots and blanks, and has device names in every folder. */
function forWindows(name: string): string {
  return name
    .replace(NOT_ON_WINDOWS, '_')
    .replace(WINDOWS_DEVICE, '$1_')
    .replace(/[. ]+$/, '');
}

function extensionIn(name: string): string {
  return /(?<=[^.\s])\.[^.\s]{1,20}$/.exec(name)?.[0] ?? '';
}

/** The folders of a path from anywhere, each as a safe name; parts that are not names, such as `..`, are left out. */
export function safeFolders(path: string | undefined, platform = process.platform): string[] {
  const folders = path?.split(platform === 'win32' ? /[/\\]/ : '/').slice(0, -1) ?? [];
  return folders.map((folder) => safeName(folder, platform)).filter((name) => name !== undefined);
}

/** Folders, and files in their place, from which common programs run commands as soon as they see them. */
const TOOL_NAME = /^(?:\.(?:git|hg|svn|vscode|idea|devcontainer|husky|cargo|ssh|direnv)|git~\d+)$/i;

/**
 * A safe name that no program takes for its own folder: `_.git` for `.git`. The person decides whether such a folder is
 * written under its own name.
 */
export function disarmToolName(name: string): string {
  // Some file systems ignore these characters.
  const seen = name.replace(/\p{Cf}/gu, '').replace(/[.\s]+$/, '');
  return TOOL_NAME.test(seen) ? `_${name}` : name;
}

/** The folder or the name of an item that {@link disarmToolName} would change. */
export function toolName({
  name,
  path,
}: {
  readonly name: string;
  readonly path?: string;
}): string | undefined {
  return [...safeFolders(path), name].find((one) => disarmToolName(one) !== one);
}

/** The data from which a name is generated. */
export interface NameParts {
  /** `host:port` of the sender. */
  readonly from: string;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly kind: ItemKind;
  readonly format?: Format;
}

/** `{source}_{timestamp}.{extension}`, for an item that was sent without a name. */
export function madeUpName(parts: NameParts): string {
  return (
    safeName(`${sourceOf(parts.from)}_${timestamp(parts.receivedAt)}.${extensionOf(parts)}`) ??
    extensionOf(parts)
  );
}

/** The sender's host as a part of a file name: without the port, and with no colons. */
export function sourceOf(from: string): string {
  const host = from.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  return host.replaceAll(':', '-').replace(/^-+/, '');
}

/** Local time as a part of a file name: `20260131-235959`. */
export function timestamp(time: number): string {
  const date = new Date(time);
  const pad = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}${pad(date.getMonth() + 1)}${pad(date.getDate())}`;
  return `${day}-${pad(date.getHours())}${pad(date.getMinutes())}${pad(date.getSeconds())}`;
}

/** The usual extension of such content, without the dot. */
export function extensionOf({ kind, format }: Pick<NameParts, 'kind' | 'format'>): string {
  if (kind === 'dictionary') return formats[format ?? 'binary'].extensions[0];
  return kind === 'text' ? 'txt' : 'bin';
}
