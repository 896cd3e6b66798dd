import { DecodeError } from '../../errors';
import type { Codec } from '../codec';
import { decodeUnicode } from '../unicodeText';
import { parseXml } from './reader';
import { encodeXml } from './writer';

export { formatXml } from './writer';

/** XML in the dialect of `xmlDialect.ts`. Reads any other XML too, without its DOCTYPE. */
export const xmlCodec: Codec = {
  format: 'xml',
  title: 'XML',
  extension: 'xml',

  decode(bytes, { nestingDepth }) {
    refuseOtherEncodings(bytes);
    const { text, encoding } = decodeUnicode(bytes, 'XML');
    if (encoding === 'UTF-16' && /\p{Cs}/u.test(text))
      throw new DecodeError('XML', 'its text is not valid UTF-16');
    return parseXml(text, nestingDepth);
  },

  encode(value, { nestingDepth }) {
    return encodeXml(value, nestingDepth);
  },
};

const DECLARED_ENCODING = /^(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([\w.-]+)/;

function refuseOtherEncodings(bytes: Uint8Array): void {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 200)).toString('latin1');
  const declared = DECLARED_ENCODING.exec(start)?.[1];
  if (declared === undefined || /^(?:utf-?8|(?:us-)?ascii)$/i.test(declared)) return;
  throw new DecodeError('XML', `it is encoded in ${declared}; send it in UTF-8`);
}
