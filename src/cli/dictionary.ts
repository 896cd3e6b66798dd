import path from 'node:path';
import { codecs } from '../core/codecs/codecs';
import { readJson } from '../core/codecs/json/codec';
import { decodeUnicode } from '../core/codecs/unicodeText';
import { PicklepostError } from '../core/errors';
import type { Format, OutgoingItem } from '../core/item/item';
import { DEFAULT_LIMITS } from '../core/limits';
import { inEnglish } from '../core/text';
import { bytesItem } from '../core/wire/outgoing';

/** The value of JSON as a dictionary to be sent, with what the sender has to know about the JSON. */
export interface Dictionary {
  readonly item: OutgoingItem;
  readonly notices: readonly string[];
}

/**
 * Makes a dictionary of JSON.
 * @param file the path of the JSON; `-` is standard input
 * @throws PicklepostError `undecodable`, `limit-exceeded`, `unsupported`, with the path in its message
 */
export function dictionaryOf(content: Uint8Array, file: string, format: Format): Dictionary {
  const [name, title] = file === '-' ? ['stdin', 'Standard input'] : [path.parse(file).name, file];
  try {
    const { text } = decodeUnicode(content, 'JSON');
    const { value, notices } = readJson(text, DEFAULT_LIMITS.nestingDepth, 'last');
    const codec = codecs[format];
    const bytes = codec.encode(value, DEFAULT_LIMITS);
    return {
      item: bytesItem({ kind: 'dictionary', format, name: `${name}.${codec.extensions[0]}`, bytes }),
      notices: notices.map((notice) => `${title}: ${inEnglish(notice)}`),
    };
  } catch (error) {
    if (!(error instanceof PicklepostError)) throw error;
    throw new PicklepostError(error.code, `${title}: ${error.message}`, { cause: error });
  }
}
