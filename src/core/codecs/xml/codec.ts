import { constants } from 'node:buffer';
import { DecodeError } from '../../errors';
import { textTooLong } from '../../render/view';
import type { TextCodec } from '../codec';
import { LESS_THAN, SLASH } from '../characterCodes';
import { MemoryBudget } from '../memoryBudget';
import { decodeUnicode } from '../unicodeText';
import { parseXml } from './reader';
import { xmlFormat } from './format';
import { encodeXml, formatXml } from './writer';
import { say } from '../../text';

export { formatXml } from './writer';

/** XML in the dialect of `vocabulary.ts`. It also reads any other XML without declarations in a DOCTYPE. */
export const xmlCodec: TextCodec = {
  ...xmlFormat,
  indent: 2,

  decode(bytes, { nestingDepth, budget = new MemoryBudget() }) {
    budget.spend(xmlCost(bytes));
    return parseXml(decodeText(bytes), nestingDepth);
  },

  encode: (value, { nestingDepth }) => encodeXml(value, nestingDepth),

  format: formatXml,
};

const NAME_ENCODING = say`if it is in another encoding, begin it with <?xml version="1.0" encoding="..."?>, or convert it to UTF-8`;
const DECLARED_ENCODING = /^(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)/;
/** Bytes at the start in which the XML declaration is searched. */
const DECLARATION = 200;
const UTF_8 = /^(?:utf-?8|(?:us-)?ascii)$/i;
const LATIN_1 = /^(?:iso[-_]?8859-1|latin-?1)$/i;
const WINDOWS_1252 = /^(?:windows-|cp-?|x-cp)1252$/i;
const AT_0X80 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';
const UTF_16 = /^(?:utf-?16(?:le|be)?|ucs-?2|iso-10646-ucs-2)$/i;

/** Decodes the text by its byte order mark or the encoding in its declaration; by default as UTF-8. @throws DecodeError, LimitError */
function decodeText(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const declared = DECLARED_ENCODING.exec(buffer.toString('latin1', 0, DECLARATION))?.[1];
  if (declared !== undefined && !UTF_8.test(declared)) return decodeDeclared(buffer, declared);
  const { text, encoding } = decodeUnicode(buffer, 'XML', NAME_ENCODING);
  if (encoding !== 'UTF-8' && /\p{Cs}/u.test(text))
    throw new DecodeError('XML', say`its text is not valid ${encoding}`);
  return text;
}

function decodeDeclared(buffer: Buffer, encoding: string): string {
  if (buffer.length > constants.MAX_STRING_LENGTH)
    throw textTooLong(constants.MAX_STRING_LENGTH, say`Send it in parts.`);
  // A declaration that can be read as Latin-1 is not in UTF-16.
  if (UTF_16.test(encoding))
    throw new DecodeError('XML', say`it is not encoded in ${encoding}, as it claims`);
  if (LATIN_1.test(encoding)) return buffer.toString('latin1');
  // Some versions of Node.js decode windows-1252 as Latin-1.
  if (WINDOWS_1252.test(encoding))
    return buffer
      .toString('latin1')
      .replace(/[\x80-\x9f]/g, (code) => AT_0X80.charAt(code.charCodeAt(0) - 0x80));
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(buffer);
  } catch (error) {
    const reason =
      error instanceof RangeError
        ? say`its encoding ${encoding} is not known here; send it in UTF-8`
        : say`its bytes do not fit its encoding ${encoding}; send it in UTF-8`;
    throw new DecodeError('XML', reason);
  }
}

/** An upper bound of the memory that decoding takes for each byte of the input, in bytes. */
const BYTE_COST = 2;
/** The same for each element. A set takes the most. */
const ELEMENT_COST = 256;

/** An upper bound of the memory that decoding takes, in bytes. */
function xmlCost(bytes: Uint8Array): number {
  let cost = BYTE_COST * bytes.length;
  for (let at = bytes.indexOf(LESS_THAN); at >= 0; at = bytes.indexOf(LESS_THAN, at + 1))
    if (bytes[at + 1] !== SLASH) cost += ELEMENT_COST;
  return cost;
}
