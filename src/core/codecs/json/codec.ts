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

/** An upper bound of the memory that decoding takes, in bytes. Characters inside strings begin or separate nothing. */
function jsonCost(bytes: Uint8Array): number {
  let cost = BYTE_COST * bytes.length;
  let isInString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) isInString = !isInString;
    else if (isInString) at += byte === BACKSLASH ? 1 : 0;
    else if (byte === COMMA || byte === COLON) cost += VALUE_COST;
    else if (byte === OPEN_BRACE) cost += DICTIONARY_COST;
    else if (byte === OPEN_BRACKET) cost += LIST_COST;
  }
  return cost;
}
