import type { Codec } from './codec';
import type { Format } from './formats';
import { jsonCodec } from './json/codec';
import { pickleCodec } from './pickle/codec';
import { xmlCodec } from './xml/codec';

/** The codecs of all formats. */
export const codecs = {
  binary: pickleCodec,
  json: jsonCodec,
  xml: xmlCodec,
} as const satisfies Record<Format, Codec>;
