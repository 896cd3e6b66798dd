import { DecodeError } from '../../errors';
import type { TextCodec } from '../codec';
import { MemoryBudget } from '../memoryBudget';
import { decodeUnicode } from '../unicodeText';
import { xmlCost } from './costs';
import { parseXml } from './reader';
import { XmlRecognizer } from './recognizer';
import { encodeXml, formatXml } from './writer';

export { formatXml } from './writer';

/** XML in the dialect of `vocabulary.ts`. Reads any other XML too, without its DOCTYPE. */
const LESS_THAN = 0x3c;

export const xmlCodec: TextCodec = {
  title: 'XML',
  label: 'XML',
  detail: 'One element per key; types in attributes.',
  extensions: ['xml'],
  isText: true,
  indent: 2,

  begins([first], isAll) {
    return first === undefined && !isAll ? undefined : first === LESS_THAN;
  },

  recognizer: (depth) => new XmlRecognizer(depth),

  decode(bytes, { nestingDepth, budget = new MemoryBudget() }) {
    budget.spend(xmlCost(bytes));
    refuseOtherEncodings(bytes);
    const { text, encoding } = decodeUnicode(bytes, 'XML');
    if (encoding === 'UTF-16' && /\p{Cs}/u.test(text))
      throw new DecodeError('XML', 'its text is not valid UTF-16');
    return { value: parseXml(text, nestingDepth) };
  },

  encode: (value, { nestingDepth }) => encodeXml(value, nestingDepth),

  format: formatXml,
};

const DECLARED_ENCODING = /^(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([\w.-]+)/;

function refuseOtherEncodings(bytes: Uint8Array): void {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 200)).toString('latin1');
  const declared = DECLARED_ENCODING.exec(start)?.[1];
  if (declared === undefined || /^(?:utf-?8|(?:us-)?ascii)$/i.test(declared)) return;
  throw new DecodeError('XML', `it is encoded in ${declared}; send it in UTF-8`);
}
