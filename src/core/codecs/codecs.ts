import type { Format } from '../item/item';
import type { Codec } from './codec';
import { jsonCodec } from './json/codec';
import { pickleCodec } from './pickle/codec';
import { xmlCodec } from './xml/codec';

/** All codecs, by format. */
export const codecs: Readonly<Record<Format, Codec>> = {
  binary: pickleCodec,
  json: jsonCodec,
  xml: xmlCodec,
};
