import type { FormatFacts } from '../format';
import { OPEN_BRACE, OPEN_BRACKET, QUOTE } from '../characterCodes';
import { JsonRecognizer } from './recognizer';
import { say } from '../../text';

export const jsonFormat = {
  title: 'JSON',
  detail: say`For json.loads in Python.`,
  extensions: ['json', 'jsonc'],
  isText: true,
  namesCode: false,

  begins([first], isAll) {
    if (first === undefined) return isAll ? false : undefined;
    return first === OPEN_BRACE || first === OPEN_BRACKET || first === QUOTE;
  },

  recognizer: (depth) => new JsonRecognizer(depth),
} as const satisfies FormatFacts;
