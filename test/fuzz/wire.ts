/* What comes over the network, and what is kept of it. */
import { encryptToken, encryptTokenText } from '../../src/core/crypto/fernet';
import { FernetKey } from '../../src/core/crypto/keys';
import { openPiece, readPieceHeader } from '../../src/core/crypto/piece';
import { PIECE_SIZE } from '../../src/core/crypto/tokenStream';
import { InvalidTokenError, PicklepostError, ProtocolError } from '../../src/core/errors';
import { FRAME_TYPES, PREAMBLE, encodeFrame, readFrame } from '../../src/core/wire/native/session/frames';
import { decodeMessage } from '../../src/core/wire/native/session/messages';
import { frameLimits } from '../../src/core/wire/native/session/session';
import { PairingExchange, readConfirmation } from '../../src/core/wire/native/pairing/exchange';
import { PairingCode } from '../../src/core/pairing/code';
import { PAIRING_WORDS } from '../../src/core/pairing/words';
import { ByteReader } from '../../src/core/wire/byteReader';
import { BOX_OVERHEAD, sealBox } from '../../src/inbox/items/box';
import {
  DamageError,
  deriveFooterKey,
  footerLength,
  openFooter,
  TRAILER_LENGTH,
} from '../../src/inbox/items/itemFooter';
import { ScriptedChannel, serve } from '../unit/core/wire/scriptedChannel';
import { expecting, words, type Target } from './target';

const key = FernetKey.parse('cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=');
const CODE = `1-${PAIRING_WORDS[0] ?? ''}-${PAIRING_WORDS[1] ?? ''}`;
const tokenText = encryptTokenText(key, Buffer.from('hello'));

/** A whole connection in the dialect that the bytes begin as. Its store must have nothing left half done. */
async function serveAll(input: Buffer): Promise<void> {
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

const HELLO = {
  type: 'hello',
  versions: [1],
  agent: 'a',
  security: 'none',
  publicKey: Buffer.alloc(32, 9).toString('base64'),
  nonce: Buffer.alloc(16).toString('base64'),
};
const FIELDS = words(
  '"type"',
  '"item":0',
  '"pieces":1',
  '"size":1',
  '"key"',
  '"name":"x"',
  '"path":"../x"',
  '"security":"key"',
  '"keyHint":"AA=="',
  '4294967296',
  '-1',
  '1e300',
  'null',
  '{}',
  '[]',
  '"__proto__"',
  '\\u0000',
);

function messages(): Buffer[] {
  const hash = 'ab'.repeat(32);
  return [
    HELLO,
    {
      type: 'offer',
      item: 0,
      transfer: 'ab'.repeat(16),
      kind: 'file',
      name: 'n',
      path: 'p/n',
      size: 1,
      modified: 2,
      mode: 73,
      key: key.toText(),
    },
    { type: 'accept', item: 0, pieces: 1, sha256: hash, key: key.toText() },
    { type: 'restart', item: 0, key: key.toText() },
    { type: 'stored', item: 0, id: 'i', sha256: hash, name: 'n', path: 'p', claimed: 1 },
    { type: 'have', item: 0, id: 'i', sha256: hash, size: 1 },
    { type: 'decline', item: 0, code: 'failed', reason: 'r' },
    { type: 'refusal', code: 'wrong-key', reason: 'r' },
    { type: 'end', item: 0, size: 1, sha256: hash },
    { type: 'pair', share: 'AA==' },
  ].map((message) => Buffer.from(JSON.stringify(message)));
}

/** The greeting of the native dialect, as a server reads it. */
export const greeting: Target = {
  name: 'greeting',
  corpus: [
    HELLO,
    { ...HELLO, security: 'key', keyHint: Buffer.alloc(16).toString('base64') },
    { ...HELLO, security: 'pairing' },
  ].map((hello) =>
    Buffer.concat([PREAMBLE, encodeFrame(FRAME_TYPES.control, Buffer.from(JSON.stringify(hello)))]),
  ),
  dictionary: [PREAMBLE, ...FIELDS, ...words('\0\0\0\x01', '\xff\xff\xff\xff', '\x01', '\x02')],
  run: serveAll,
};

export const frames: Target = {
  name: 'frames',
  corpus: [
    ...messages().map((message) => encodeFrame(FRAME_TYPES.control, message)),
    encodeFrame(FRAME_TYPES.data, Buffer.from('\0\0\0\0hello', 'latin1')),
  ],
  dictionary: words('\0\0\0\x01', '\0\0\0\0', '\xff\xff\xff\xff', '\0\x01\0\x49', '\x01', '\x02'),
  async run(input) {
    const reader = new ByteReader(new ScriptedChannel([input]), 1000);
    try {
      for (let frame; (frame = await readFrame(reader, frameLimits(1000))) !== undefined;)
        if (frame.type === FRAME_TYPES.control) decodeMessage(frame.body);
    } catch (error) {
      if (!(error instanceof PicklepostError)) throw error;
    }
  },
};

/** What a session holds once it has been opened. */
export const message: Target = {
  name: 'message',
  corpus: messages(),
  dictionary: FIELDS,
  run: (input) =>
    expecting(
      (error) => error instanceof ProtocolError,
      () => decodeMessage(input),
    ),
};

/** A share with a confirmation, as somebody without the code sends them, and what is in one that somebody with the code has made. */
export const pairing: Target = {
  name: 'pairing',
  corpus: [
    Buffer.concat([Buffer.alloc(32, 9), Buffer.from(JSON.stringify({ name: 'Anna', key: key.toText() }))]),
    Buffer.from(JSON.stringify({ name: 'Anna', key: key.toText() })),
    Buffer.from(JSON.stringify({ name: 'Anna' })),
  ],
  dictionary: words('"name"', '"key"', 'null', '{}', '\x00', '""', '\\u202e', '\\n'),
  run(input) {
    for (const from of ['guest', 'host'] as const)
      expecting(isOurs, () => {
        const { name } = readConfirmation(input, from);
        if (/[\n\u202e]/.test(name)) throw new Error('a name that no list can show');
      });
    // Each is some milliseconds of arithmetic.
    if (input.length % 64 === 0) expecting(isOurs, () => openConfirmation(input));
  },
};

function isOurs(error: unknown): boolean {
  return error instanceof PicklepostError;
}

function openConfirmation(input: Buffer): void {
  const guest = new PairingExchange('guest', PairingCode.parse(CODE), Buffer.alloc(32));
  guest.takeShare(input.subarray(0, 32));
  guest.open(input.subarray(32));
  throw new Error('a confirmation opened that nobody has made');
}

/** Pieces that somebody with the key seals, whatever is in them. */
export const tokenStream: Target = {
  name: 'tokens',
  corpus: [Buffer.concat([Buffer.from('01011400000000000000000000000000', 'hex'), Buffer.from('hello')])],
  dictionary: words('\x01\x01\x14', '\x01\x00\x14', '\x00\x00\x00\x00', '\xff\xff\xff\xff\xff\xff\xff\xff'),
  run(input) {
    const token = encryptToken(key, input);
    for (const bytes of [token, input])
      expecting(
        (error) => error instanceof InvalidTokenError,
        () => {
          const header = readPieceHeader(key, bytes);
          const { content, final } = openPiece(key, bytes);
          if (!final && content.length !== header.pieceSize)
            throw new Error('a short piece that is not the last');
          if (header.pieceSize > PIECE_SIZE) throw new Error('a piece of another size');
        },
      );
  },
};

const footerKey = deriveFooterKey(Buffer.alloc(32));
const ID = '1m821vzdk6d8r8b';
const METADATA = {
  id: ID,
  kind: 'file',
  name: 'a',
  size: 0,
  sha256: '',
  receivedAt: 1,
  dialect: 'native',
  from: 'h:1',
  encrypted: true,
  keyName: 'lab',
  key: key.toText(),
};

/** The end of an item file: as it is, and sealed again by somebody with the key of the inbox. */
export const inboxFile: Target = {
  name: 'inbox',
  corpus: [
    Buffer.from(JSON.stringify(METADATA)),
    trailer(100),
    Buffer.concat([sealed(Buffer.from(JSON.stringify(METADATA)))]),
  ],
  dictionary: [
    ...words('"id"', '"size":-1', '"size":1e300', '"key":""', 'null', '{}', 'picklepost'),
    trailer(0),
    trailer(0xffffffff),
  ],
  run(input) {
    for (const footer of [input, sealed(input)])
      expecting(
        (error) => error instanceof DamageError,
        () => {
          footerLength(footer.subarray(-TRAILER_LENGTH));
          openFooter(footerKey, footer, ID, 100);
        },
      );
  },
};

function trailer(box: number): Buffer {
  const bytes = Buffer.alloc(TRAILER_LENGTH);
  bytes.writeUInt32BE(box, 0);
  bytes.writeUInt16BE(1, 4);
  bytes.write('picklepost', 6, 'latin1');
  return bytes;
}

function sealed(plain: Buffer): Buffer {
  const end = trailer(plain.length + BOX_OVERHEAD);
  return Buffer.concat([sealBox(footerKey, plain, end), end]);
}
