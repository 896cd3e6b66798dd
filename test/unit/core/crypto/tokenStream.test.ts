import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { decryptToken, encryptToken } from '../../../../src/core/crypto/fernet';
import { FernetKey } from '../../../../src/core/crypto/keys';
import { readPieceHeader } from '../../../../src/core/crypto/piece';
import {
  openPieceAt,
  PIECE_SIZE,
  pieceCount,
  PieceSealer,
  streamSize,
  tokenOffset,
  TokenStreamWriter,
} from '../../../../src/core/crypto/tokenStream';
import { InvalidTokenError } from '../../../../src/core/errors';
import { openStream } from '../../vectors';

const SMALL = 64;
const key = FernetKey.generate();

function content(size: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: size }, (_, i) => (i * 31) % 251));
}

function seal(plain: Buffer, partSize = 50, pieceSize = SMALL): Buffer[] {
  const writer = new TokenStreamWriter(key, pieceSize);
  const tokens: Buffer[] = [];
  for (let at = 0; at < plain.length; at += partSize) {
    tokens.push(...writer.push(plain.subarray(at, at + partSize)));
  }
  return [...tokens, writer.finish()];
}

function open(stream: Buffer, pieceSize = SMALL, using = key): Buffer {
  return openStream(using, stream, pieceSize);
}

function refusal(reason: InvalidTokenError['reason']): (error: unknown) => boolean {
  return (error) => error instanceof InvalidTokenError && error.reason === reason;
}

/** A token whose piece is made of these bytes. */
function handMade(header: string, contentSize: number): Buffer {
  return encryptToken(
    key,
    Buffer.concat([Buffer.from(header.replaceAll(' ', ''), 'hex'), content(contentSize)]),
  );
}

describe('A token stream', () => {
  it('decrypts to the original content, whatever its chunks were', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.integer({ min: 1, max: 300 }), (length, partSize) => {
        const plain = content(length);
        const stream = Buffer.concat(seal(plain, partSize));
        assert.equal(stream.length, streamSize(length, SMALL));
        assert.deepEqual(open(stream), plain);
      }),
    );
  });

  it('stores several megabytes in pieces of a mebibyte', () => {
    const plain = Buffer.alloc(2 * PIECE_SIZE + 5, 'picklepost');
    const tokens = seal(plain, 1_111_111, PIECE_SIZE);
    assert.deepEqual(
      tokens.map((token) => token.length),
      [1_048_665, 1_048_665, 89],
    );
    assert.deepEqual(open(Buffer.concat(tokens), PIECE_SIZE), plain);
  });

  it('consists of one final piece if the item is empty', () => {
    const tokens = seal(Buffer.alloc(0));
    assert.equal(tokens.length, 1);
    assert.deepEqual(readPieceHeader(key, tokens[0]!), { final: true, pieceSize: SMALL, index: 0 });
    assert.equal(open(tokens[0]!).length, 0);
  });

  it('ends with a full final piece if the size of the item is a multiple of the piece size', () => {
    const tokens = seal(content(2 * SMALL));
    assert.deepEqual(
      tokens.map((token) => readPieceHeader(key, token)),
      [
        { final: false, pieceSize: SMALL, index: 0 },
        { final: true, pieceSize: SMALL, index: 1 },
      ],
    );
  });

  it('consists of independent tokens, with a header of 16 bytes before the content', () => {
    const plain = content(3 * SMALL - 1);
    const pieces = seal(plain).map((token) => decryptToken(key, token));
    assert.deepEqual(
      pieces.map((piece) => piece.subarray(0, 16).toString('hex')),
      [
        '01000600000000000000000000000000',
        '01000600000000000000000000000001',
        '01010600000000000000000000000002',
      ],
    );
    assert.deepEqual(Buffer.concat(pieces.map((piece) => piece.subarray(16))), plain);
  });

  it('allows access to each piece by its index', () => {
    fc.assert(
      fc.property(fc.nat(500), (length) => {
        const plain = content(length);
        const stream = Buffer.concat(seal(plain));
        for (let index = pieceCount(length, SMALL) - 1; index >= 0; index--) {
          const token = stream.subarray(tokenOffset(index, SMALL), tokenOffset(index + 1, SMALL));
          const expected = plain.subarray(index * SMALL, (index + 1) * SMALL);
          assert.deepEqual(openPieceAt(key, token, index, length, SMALL), expected);
        }
      }),
    );
  });

  it('takes little memory for small items', () => {
    const before = process.memoryUsage().arrayBuffers;
    const writers = Array.from({ length: 200 }, () => {
      const writer = new TokenStreamWriter(key);
      for (const token of writer.push(content(12))) assert.fail(`${token.length} bytes too early`);
      writer.finish();
      return writer;
    });
    assert.equal(writers.length, 200);
    assert(process.memoryUsage().arrayBuffers - before < PIECE_SIZE);
  });
});

describe('A token stream that somebody changed', () => {
  const plain = content(5 * SMALL);
  const tokens = seal(plain);

  it('is refused if pieces are swapped, repeated or left out', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4), { maxLength: 8 }), (order) => {
        fc.pre(order.join() !== '0,1,2,3,4');
        const stream = Buffer.concat(order.map((index) => tokens[index]!));
        assert.throws(() => open(stream), InvalidTokenError);
      }),
      { numRuns: 300 },
    );
    const repeated = Buffer.concat([tokens[0]!, tokens[0]!]);
    assert.throws(() => open(repeated), refusal('order'));
  });

  it('is refused if it is truncated anywhere', () => {
    const stream = Buffer.concat(tokens);
    for (let length = 0; length < stream.length; length++) {
      assert.throws(() => open(stream.subarray(0, length)), InvalidTokenError);
    }
    assert.throws(() => open(Buffer.concat(tokens.slice(0, 4))), refusal('truncated'));
    assert.throws(() => open(Buffer.alloc(0)), InvalidTokenError);
  });

  it('is refused if anything follows the final piece', () => {
    const full = Buffer.concat(tokens);
    assert.throws(() => open(Buffer.concat([full, Buffer.alloc(1)])), InvalidTokenError);
    assert.throws(() => open(Buffer.concat([full, ...tokens])), refusal('truncated'));
    const next = handMade('01 01 06 0000000000 0000000000000005', 3);
    assert.throws(() => open(Buffer.concat([full, next])), refusal('truncated'));
  });

  it('is refused if a piece comes from another item', () => {
    const other = new TokenStreamWriter(FernetKey.generate(), SMALL);
    const foreign = [...other.push(content(2 * SMALL))];
    assert.throws(() => open(Buffer.concat([foreign[0]!, ...tokens.slice(1)])), refusal('signature'));
    assert.throws(() => open(Buffer.concat(tokens), SMALL, FernetKey.generate()), refusal('signature'));
  });

  it('is refused if any bit is changed', () => {
    const stream = Buffer.concat(tokens);
    fc.assert(
      fc.property(fc.nat(stream.length * 8 - 1), (bit) => {
        const changed = Buffer.from(stream);
        changed[bit >> 3]! ^= 1 << (bit & 7);
        assert.throws(() => open(changed), InvalidTokenError);
      }),
      { numRuns: 300 },
    );
  });

  it('is refused if a token has another index, size or piece size than expected', () => {
    assert.throws(() => openPieceAt(key, tokens[1]!, 0, plain.length, SMALL), refusal('order'));
    assert.throws(() => openPieceAt(key, tokens[1]!, 1, plain.length, 2 * SMALL), refusal('piece'));
    assert.throws(() => openPieceAt(key, tokens[1]!, 1, 2 * SMALL, SMALL), refusal('truncated'));
    assert.throws(() => openPieceAt(key, tokens[4]!, 4, 6 * SMALL, SMALL), refusal('truncated'));
  });

  const malformed: [what: string, header: string, size: number][] = [
    ['another version', '02 01 06 0000000000 0000000000000000', 3],
    ['an unknown flag', '01 02 06 0000000000 0000000000000000', SMALL],
    ['a piece size of two to the 21st', '01 01 15 0000000000 0000000000000000', 3],
    ['another piece size', '01 01 07 0000000000 0000000000000000', 3],
    ['reserved bytes in use', '01 01 06 0000000001 0000000000000000', 3],
    ['an index that is too large', '01 01 06 0000000000 ffffffffffffffff', 3],
    ['more content than its piece size', '01 01 06 0000000000 0000000000000000', SMALL + 1],
    ['too little content for a piece that is not final', '01 00 06 0000000000 0000000000000000', SMALL - 1],
    ['an empty final piece after others', '01 01 06 0000000000 0000000000000005', 0],
    ['half a header', '01 01 06', 0],
  ];
  for (const [what, header, size] of malformed) {
    it(`is refused if a piece has ${what}`, () => {
      const stream = handMade(header, size);
      assert.throws(() => open(stream, 4 * SMALL), InvalidTokenError);
      assert.throws(() => openPieceAt(key, stream, 0, size, SMALL), refusal('piece'));
    });
  }

  it('does not return a header that it does not understand', () => {
    for (const [what, header] of malformed.slice(0, 3)) {
      assert.throws(() => readPieceHeader(key, handMade(header, 3)), refusal('piece'), what);
    }
  });

  it('throws nothing but InvalidTokenError, whatever the piece is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (piece) => {
        try {
          open(encryptToken(key, piece));
        } catch (error) {
          assert(error instanceof InvalidTokenError);
        }
      }),
    );
  });

  it('returns a header only after its signature has been checked', () => {
    const changed = Buffer.from(tokens[0]!);
    changed[changed.length - 1]! ^= 1;
    assert.throws(() => readPieceHeader(key, changed), refusal('signature'));
    assert.throws(
      () => readPieceHeader(key, handMade('01 01 06 0000000000 00000000000000', 0)),
      refusal('piece'),
    );
  });
});

describe('PieceSealer', () => {
  const full = (index: number): Buffer => Buffer.alloc(PIECE_SIZE, index);
  const opens = (token: Buffer, index: number, plain: Buffer, plainSize: number): void =>
    assert.ok(openPieceAt(key, token, index, plainSize).equals(plain));

  it('reuses the memory of a token after a given number of further tokens', () => {
    const sealer = new PieceSealer(2);
    const size = 3 * PIECE_SIZE + 1;
    const tokens = [0, 1].map((index) => sealer.seal(key, index, false, full(index)));
    for (const [index, token] of tokens.entries()) opens(token, index, full(index), size);
    const third = sealer.seal(key, 2, false, full(2));
    opens(third, 2, full(2), size);
    opens(tokens[1]!, 1, full(1), size);
    assert.equal(third.buffer, tokens[0]?.buffer);
  });

  it('uses separate memory for the token of a piece that is not full', () => {
    const sealer = new PieceSealer(1);
    const last = Buffer.from('last');
    const before = sealer.seal(key, 0, false, full(0));
    opens(sealer.seal(key, 1, true, last), 1, last, PIECE_SIZE + last.length);
    opens(before, 0, full(0), PIECE_SIZE + last.length);
  });
});
