import type { Codec, TextCodec } from './codec';
import { jsonCodec } from './json/codec';
import { pickleCodec } from './pickle/codec';
import { xmlCodec } from './xml/codec';

/**
 * All codecs, by the name of their format in messages, settings and the inbox. Where several recognize a start, the first has it.
 * `binary` is what the Python original calls a pickle.
 */
export const codecs = {
  binary: pickleCodec,
  json: jsonCodec,
  xml: xmlCodec,
} as const satisfies Record<string, Codec>;

/** How a dictionary is serialized. */
export type Format = keyof typeof codecs;

/** The formats that are text. */
export type TextFormat = {
  [Name in Format]: (typeof codecs)[Name] extends TextCodec ? Name : never;
}[Format];

export const FORMATS = Object.keys(codecs) as readonly Format[];

export const TEXT_FORMATS = FORMATS.filter(isTextFormat);

export function isTextFormat(format: Format): format is TextFormat {
  return codecs[format].isText;
}

/** The format whose files have the extension of this name; of extensions that other files have as well, where `isShared` says so. */
export function formatOfName(name: string, { isShared = false } = {}): Format | undefined {
  const extension = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase();
  return FORMATS.find((format) => extensionsOf(format, isShared).includes(extension ?? ''));
}

/** A name without the extension of a format. */
export function withoutExtension(name: string): string {
  return formatOfName(name, { isShared: true }) === undefined ? name : name.slice(0, name.lastIndexOf('.'));
}

function extensionsOf(format: Format, isShared: boolean): readonly string[] {
  const { extensions, sharedExtensions = [] }: Codec = codecs[format];
  return isShared ? [...extensions, ...sharedExtensions] : extensions;
}
