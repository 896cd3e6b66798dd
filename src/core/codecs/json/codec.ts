import type { TextCodec } from '../codec';
import { BACKSLASH, COLON, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE } from '../characterCodes';
import { MemoryBudget } from '../memoryBudget';
import { decodeUnicode } from '../unicodeText';
import { readJson } from './parser';
import { jsonFormat } from './format';
import { encodeJson, formatJson } from './writer';

export { parseJson, readJson, type JsonReading } from './parser';
export { formatJson } from './writer';

/** JSON as Python's `json.loads` reads and `json.dumps` writes it, except that values which JSON cannot hold are refused. */
export const jsonCodec: TextCodec = {
  ...jsonFormat,
  indent: 2,

  decode(bytes, { nestingDepth, budget = new MemoryBudget() }) {
    budget.spend(jsonCost(bytes));
    return readJson(decodeUnicode(bytes, 'JSON').text, nestingDepth);
  },

  encode: (value, { nestingDepth }) => encodeJson(value, nestingDepth),

  format: formatJson,
};

/**
 * Upper bounds of the memory that decoding may take, in bytes: for each byte of the input, and for each character that begins
 * or separates values.
 */
const BYTE_COST = 2;
const DICTIONARY_COST = 160;
const LIST_COST = 48;
const VALUE_COST = 48;

/** By the byte outside of strings. */
const COSTS = new Uint8Array(256);
COSTS[COMMA] = COSTS[COLON] = VALUE_COST;
COSTS[OPEN_BRACE] = DICTIONARY_COST;
COSTS[OPEN_BRACKET] = LIST_COST;

/** An upper bound of the memory that decoding takes, in bytes. Characters inside strings begin or separate nothing. */
function jsonCost(bytes: Uint8Array): number {
  const { length } = bytes;
  let cost = BYTE_COST * length;
  for (let at = 0; at < length; at++) {
    let byte = bytes[at] as number;
    cost += COSTS[byte] as number;
    if (byte !== QUOTE) continue;
    for (byte = 0; byte !== QUOTE && ++at < length;) {
      byte = bytes[at] as number;
      if (byte === BACKSLASH) at++;
    }
  }
  return cost;
}
