/* Connections in the dialects of scripts. */
import { encryptTokenText } from '../../src/core/crypto/fernet';
import { FernetKey } from '../../src/core/crypto/keys';
import { PicklepostError } from '../../src/core/errors';
import { serve } from '../unit/core/wire/scriptedChannel';
import { words, type Target } from './target';

export const key = FernetKey.parse('cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=');
const tokenText = encryptTokenText(key, Buffer.from('hello'));

/** A whole connection in the dialect that the bytes begin as. Its store must have nothing left half done. */
export async function serveAll(input: Buffer): Promise<void> {
  const middle = input.length >> 1;
  const { error, store } = await serve([input.subarray(0, middle), 'quiet', input.subarray(middle)], { key });
  if (error !== undefined && !(error instanceof PicklepostError)) throw error as Error;
  if (store.open !== 0) throw new Error('an item was left open');
}

function packet(operation: number, meta: number, chunk: string): Buffer {
  const content = Buffer.from(chunk, 'latin1');
  const length = Buffer.alloc(2);
  length.writeUInt16BE(content.length);
  return Buffer.concat([Buffer.of(operation, meta), length, content]);
}

export const classic: Target = {
  name: 'classic',
  corpus: [
    Buffer.concat([packet(0x0c, 0, 'hello'), Buffer.of(0x10)]),
    Buffer.concat([packet(0x0c, 2, tokenText), packet(0x0c, 0x20, '{}'), Buffer.of(0x10)]),
    Buffer.concat([packet(0x08, 0x24, '\x80\x04'), Buffer.from('0400024e2e10', 'hex')]),
  ],
  dictionary: [
    ...words('\x0c', '\x08', '\x04', '\x00', '\x10', '\x02', '\x24', '\xff\xff', '\x00\x00'),
    Buffer.from(tokenText),
  ],
  run: serveAll,
};

export const raw: Target = {
  name: 'raw',
  corpus: [
    ...words(
      'hello',
      '{"a": 1} {"b": 2}',
      '<a>1</a>',
      '\x80\x04}.',
      '\x00\x00\x00\x04\x80\x04}.',
      'H4sIAAAAAAAAA2tgAAD//w==',
      '(dp0\n.',
    ),
    Buffer.from(tokenText),
  ],
  dictionary: [
    ...words(
      'gAAAAA',
      '=',
      '==',
      '\n',
      '{',
      '}',
      '\x80\x04',
      '.',
      '\x1f\x8b\x08',
      'x\x9c',
      '\x00\x00\x00\x05',
      'GET / HTTP/1.1\r\n',
      '\x16\x03\x01',
    ),
    Buffer.from(tokenText),
  ],
  run: serveAll,
};
