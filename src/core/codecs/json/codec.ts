import type { TextCodec } from '../codec';
import { OPEN_BRACE, OPEN_BRACKET, QUOTE } from '../characterCodes';
import { MemoryBudget } from '../memoryBudget';
import { decodeUnicode } from '../unicodeText';
import { jsonCost } from './costs';
import { readJson } from './parser';
import { JsonRecognizer } from './recognizer';
import { encodeJson, formatJson } from './writer';
import { say } from '../../text';

export { parseJson, readJson, type JsonReading } from './parser';
export { formatJson } from './writer';

/** JSON as Python's `json.loads` reads and `json.dumps` writes it, without its silent changes. */
export const jsonCodec: TextCodec = {
  title: 'JSON',
  label: 'JSON',
  detail: say`What Python reads with json.loads.`,
  extensions: ['json', 'jsonc'],
  isText: true,
  indent: 2,

  begins([first], isAll) {
    if (first === undefined) return isAll ? false : undefined;
    return first === OPEN_BRACE || first === OPEN_BRACKET || first === QUOTE;
  },

  recognizer: (depth) => new JsonRecognizer(depth),

  decode(bytes, { nestingDepth, budget = new MemoryBudget() }) {
    budget.spend(jsonCost(bytes));
    return readJson(decodeUnicode(bytes, 'JSON').text, nestingDepth);
  },

  encode: (value, { nestingDepth }) => encodeJson(value, nestingDepth),

  format: formatJson,
};
