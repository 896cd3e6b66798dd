import type { FormatFacts } from '../format';
import { LESS_THAN } from '../characterCodes';
import { XmlRecognizer } from './recognizer';
import { say } from '../../text';

export const xmlFormat = {
  title: 'XML',
  detail: say`One element per key; types in attributes.`,
  extensions: ['xml'],
  isText: true,
  namesCode: false,

  begins([first], isAll) {
    return first === undefined && !isAll ? undefined : first === LESS_THAN;
  },

  recognizer: (depth) => new XmlRecognizer(depth),
} as const satisfies FormatFacts;
