import type { Codec } from './codec';
import { parseJson } from './jsonParser';
import { encodeJson } from './jsonWriter';
import { decodeUnicode } from './unicodeText';

export { parseJson, type JsonReading } from './jsonParser';
export { formatJson } from './jsonWriter';

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
