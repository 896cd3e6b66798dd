import type { FormatFacts } from './format';
import { jsonFormat } from './json/format';
import { pickleFormat } from './pickle/format';
import { xmlFormat } from './xml/format';

/**
 * All formats of dictionaries, by their names in protocols and the inbox. If several recognize the first bytes, the first one
 * wins. The classic protocol calls pickles `binary`; people see {@link formatWord}. The codecs are in `codecs.ts`, which is
 * loaded only by code that reads or writes values.
 */
export const formats = {
  binary: pickleFormat,
  json: jsonFormat,
  xml: xmlFormat,
} as const satisfies Record<string, FormatFacts>;

/** How a dictionary is serialized. */
export type Format = keyof typeof formats;

/** The formats that are text. */
export type TextFormat = {
  [Name in Format]: (typeof formats)[Name]['isText'] extends true ? Name : never;
}[Format];

export const FORMATS = Object.keys(formats) as readonly Format[];

export const TEXT_FORMATS = FORMATS.filter(isTextFormat);

export function isTextFormat(format: Format): format is TextFormat {
  return formats[format].isText;
}

/** The name of a format for people: in settings and on the command line. Events have its name in protocols. */
export function formatWord(format: Format): string {
  return formats[format].title.toLowerCase();
}

/** The names of all formats in settings and on the command line. */
export const FORMAT_WORDS: readonly string[] = FORMATS.map(formatWord);

/** The format with this name, or with its name in protocols; undefined for any other word. */
export function formatOfWord(word: string): Format | undefined {
  return FORMATS.find((format) => word === format || word === formatWord(format));
}

/** Whether content of this format can name code. Items that are not dictionaries have no format. */
export function namesCode(format: Format | undefined): boolean {
  return format !== undefined && formats[format].namesCode;
}

/** Whether a receiver accepts this format. */
export function isAllowed(format: Format | undefined, receiver: { readonly allowPickle: boolean }): boolean {
  return receiver.allowPickle || !namesCode(format);
}

/** The format by the extension of a file name. @param isShared whether to accept extensions that other files have as well */
export function formatOfName(name: string, { isShared = false } = {}): Format | undefined {
  const extension = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase();
  return FORMATS.find((format) => extensionsOf(format, isShared).includes(extension ?? ''));
}

/** A file name without its extension, if that is one of a format. */
export function withoutExtension(name: string): string {
  return formatOfName(name, { isShared: true }) === undefined ? name : name.slice(0, name.lastIndexOf('.'));
}

function extensionsOf(format: Format, isShared: boolean): readonly string[] {
  const { extensions, sharedExtensions = [] }: FormatFacts = formats[format];
  return isShared ? [...extensions, ...sharedExtensions] : extensions;
}
