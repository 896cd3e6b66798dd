/* What is kept on disk, and the token stream in which it travels. */
import { encryptToken } from '../../src/core/crypto/fernet';
import { openPiece, readPieceHeader } from '../../src/core/crypto/piece';
import { PIECE_SIZE } from '../../src/core/crypto/tokenStream';
import { InvalidTokenError } from '../../src/core/errors';
import { BOX_OVERHEAD, sealBox } from '../../src/inbox/items/box';
import {
  DamageError,
  deriveFooterKey,
  footerLength,
  openFooter,
  TRAILER_LENGTH,
} from '../../src/inbox/items/itemFooter';
import { expecting, words, type Target } from './target';
import { key } from './wire';

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
