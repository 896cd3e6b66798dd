import { codecs } from '../../core/codecs/codecs';
import type { ItemKind, Format } from '../../core/item/item';

/** Leaves room for ` (2)` within the 255 bytes that file systems allow. */
const MAX_BYTES = 200;
/**
 * Control characters, what Windows refuses, marks that reverse or hide text, lone surrogates, line separators. The joiners stay,
 * since some scripts and emoji are written with them.
 */
const UNSAFE = /(?![\u200C\u200D])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029<>:"/\\|?*\uFFFE\uFFFF]/gu;
const WINDOWS_DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?=\s*(\.|$))/i;

/**
 * Reduces a name from anywhere to a base name that is safe as a file name on every system: no folders, nothing that is refused,
 * hidden, reserved or reads differently than it is, at most 200 bytes.
 * @returns undefined where nothing of it is left
 */
export function safeName(name: string): string | undefined {
  const base = name.split(/[/\\]/).at(-1) ?? '';
  const cleaned = base
    .normalize('NFC')
    .replace(UNSAFE, '_')
    .trim()
    .replace(/^[.\-~\s]+/, '')
    .replace(WINDOWS_DEVICE, '$1_');
  const short = shorten(cleaned).replace(/[.\s]+$/, '');
  return /^_*$/.test(short) ? undefined : short;
}

/** Folders beyond these are left out. */
const MAX_FOLDERS = 32;

/** The folders of a path from anywhere, each as a safe name; what is no name, such as `..`, is left out. */
export function safeFolders(path: string | undefined): string[] {
  const folders = path?.split(/[/\\]/).slice(0, -1) ?? [];
  return folders
    .map(safeName)
    .filter((name) => name !== undefined)
    .slice(0, MAX_FOLDERS);
}

/** What a made-up name is made of. */
export interface NameParts {
  /** `host:port` of the sender. */
  readonly from: string;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly kind: ItemKind;
  readonly format?: Format;
}

/** `{source}_{timestamp}.{extension}`, for an item that came without a name. */
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
  if (kind === 'dictionary') return codecs[format ?? 'binary'].extensions[0];
  return kind === 'text' ? 'txt' : 'bin';
}

/** Cuts the middle out: the extension stays, and no character is cut in two. */
function shorten(name: string): string {
  if (Buffer.byteLength(name) <= MAX_BYTES) return name;
  const extension = /\.[^.\s]{1,20}$/.exec(name)?.[0] ?? '';
  let room = MAX_BYTES - Buffer.byteLength(extension);
  let kept = '';
  for (const character of name) {
    room -= Buffer.byteLength(character);
    if (room < 0) break;
    kept += character;
  }
  return kept + extension;
}
