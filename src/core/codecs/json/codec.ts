import type { Codec } from '../codec';
import { parseJson } from './parser';
import { encodeJson } from './writer';
import { decodeUnicode } from '../unicodeText';

export { parseJson, type JsonReading } from './parser';
export { formatJson } from './writer';

/** JSON as Python's `json.loads` reads and `json.dumps` writes it, without its silent changes. */
export const jsonCodec: Codec = {
  format: 'json',
  title: 'JSON',
  extension: 'json',

  decode(bytes, { nestingDepth }) {
    return parseJson(decodeUnicode(bytes, 'JSON').text, { comments: false, nestingDepth });
  },

  encode(value, { nestingDepth }) {
    return encodeJson(value, nestingDepth);
  },
};
