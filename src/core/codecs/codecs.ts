import type { Format } from '../wire/item';
import type { Codec } from './codec';
import { jsonCodec } from './json';
import { pickleCodec } from './pickle';
import { xmlCodec } from './xml';

/** All codecs, by format. */
export const codecs: Readonly<Record<Format, Codec>> = {
  binary: pickleCodec,
  json: jsonCodec,
  xml: xmlCodec,
};
