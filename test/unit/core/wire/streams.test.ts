import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { decryptTokenText, encryptTokenText } from '../../../../src/core/crypto/fernet';
import { FernetKey } from '../../../../src/core/crypto/keys';
import { cutPieces } from '../../../../src/core/wire/pieces';
import { TokenRun } from '../../../../src/core/wire/raw/token';
import { encryptAsTokenText } from '../../../../src/core/wire/raw/send';
import { unfinishedLength, Utf8Check } from '../../../../src/core/wire/utf8';
import { bytesItem } from '../../../../src/core/wire/outgoing';
import { inSteps } from './scriptedChannel';

const steps = fc.integer({ min: 1, max: 7 });

async function* streamOf(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(part);
}

describe('checking UTF-8', () => {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const isUtf8 = (bytes: Uint8Array): boolean => {
    try {
      decoder.decode(bytes);
      return true;
    } catch {
      return false;
    }
  };
  const almostText = fc
    .array(
      fc.oneof(
        fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
        fc.uint8Array({ maxLength: 3 }),
      ),
      {
        maxLength: 4,
      },
    )
    .map((parts) => Buffer.concat(parts));

  it('agrees with the decoder, in steps of any size', () => {
    fc.assert(
      fc.property(almostText, steps, (bytes, size) => {
        const check = new Utf8Check();
        for (const step of inSteps(bytes, size)) check.update(step);
        assert.equal(check.isWhole, isUtf8(bytes));
      }),
      { numRuns: 1000 },
    );
  });

  it('finds an error before the end', () => {
    const check = new Utf8Check();
    check.update(Buffer.from('€').subarray(0, 2));
    assert.equal(check.isValidSoFar, true);
    assert.equal(check.isWhole, false);
    check.update(Buffer.from('a'));
    assert.equal(check.isValidSoFar, false);
  });

  it('finds the beginning of a character at the end', () => {
    for (const character of ['a', 'é', '€', '😀']) {
      const bytes = Buffer.from(character);
      for (let length = 1; length < bytes.length; length++) {
        assert.equal(unfinishedLength(Buffer.from([0x61, ...bytes.subarray(0, length)])), length);
      }
      assert.equal(unfinishedLength(bytes), 0);
    }
  });
});

describe('cutting into pieces', () => {
  it('makes pieces of the given size, and a last one that may be smaller', async () => {
    const pieces: string[] = [];
    for await (const { bytes, isLast } of cutPieces(streamOf([Buffer.from('abcdefgh')]), 3, 'bytes')) {
      pieces.push(`${bytes.toString()}${isLast ? '.' : ''}`);
    }
    assert.deepEqual(pieces, ['abc', 'def', 'gh.']);
  });

  it('makes no empty piece after a full one, and one empty piece for empty content', async () => {
    const lengths = async (size: number): Promise<number[]> => {
      const found: number[] = [];
      for await (const { bytes } of cutPieces(streamOf([Buffer.alloc(size)]), 4, 'bytes'))
        found.push(bytes.length);
      return found;
    };
    assert.deepEqual(await lengths(8), [4, 4]);
    assert.deepEqual(await lengths(0), [0]);
  });

  it('keeps every byte, and does not split characters', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary' }),
        steps,
        fc.integer({ min: 4, max: 9 }),
        async (text, step, size) => {
          const bytes = Buffer.from(text.replace(/[\ud800-\udfff]/g, ''));
          const parts: Buffer[] = [];
          let last = 0;
          for await (const piece of cutPieces(streamOf(inSteps(bytes, step)), size, 'characters')) {
            assert.ok(piece.bytes.length <= size);
            assert.ok(piece.isLast || piece.bytes.length > size - 4);
            assert.ok(!piece.bytes.toString().includes('\ufffd'));
            parts.push(piece.bytes);
            if (piece.isLast) last++;
          }
          assert.deepEqual(Buffer.concat(parts), bytes);
          assert.equal(last, 1);
        },
      ),
    );
  });

  it('does not reuse the memory of a piece', async () => {
    const kept: Buffer[] = [];
    for await (const { bytes } of cutPieces(streamOf([Buffer.from('aaabbbccc')]), 3, 'bytes'))
      kept.push(bytes);
    assert.equal(Buffer.concat(kept).toString(), 'aaabbbccc');
  });
});

describe('a token as a stream', () => {
  const key = FernetKey.generate();

  it('is a Fernet token of the complete content', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.integer({ min: 1, max: 50 }),
        async (plain, size) => {
          const parts: Buffer[] = [];
          for await (const part of encryptAsTokenText(key, streamOf(inSteps(plain, size)))) parts.push(part);
          const token = Buffer.concat(parts).toString();
          assert.equal(token.length % 4, 0);
          assert.deepEqual(decryptTokenText(key, token), Buffer.from(plain));
          assert.match(token, /^gAAAAA/);
        },
      ),
    );
  });

  it('ends where its text ends, in steps of any size', () => {
    const follower = fc.constantFrom('\n', ' ', '{', '\x80');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), steps, follower, (plain, size, next) => {
        const token = encryptTokenText(key, plain);
        const run = new TokenRun();
        let used = 0;
        for (const step of inSteps(Buffer.from(token + next, 'latin1'), size)) used += run.update(step);
        assert.equal(used, token.length);
        assert.ok(run.hasEnded);
        assert.ok(run.isPlausible);
      }),
    );
  });

  it('ends at its padding before anything follows', () => {
    const padded = ['', 'a'.repeat(16), 'a'.repeat(32)]
      .map((plain) => encryptTokenText(key, Buffer.from(plain)))
      .filter((token) => token.endsWith('='));
    assert.equal(padded.length, 2);
    for (const token of padded) {
      const run = new TokenRun();
      run.update(Buffer.from(token).subarray(0, -1));
      assert.equal(run.hasEnded, false);
      assert.equal(run.update(Buffer.from('=gAAAAA')), 1);
      assert.equal(run.hasEnded, true);
    }
  });

  it('is implausible in most other lengths', () => {
    const token = Buffer.from(encryptTokenText(key, Buffer.alloc(100)));
    let plausible = 0;
    for (let length = 0; length < token.length; length++) {
      const run = new TokenRun();
      run.update(token.subarray(0, length));
      if (run.isPlausible) plausible++;
    }
    assert.ok(plausible <= 2, String(plausible));
  });
});

describe('an item of bytes', () => {
  it('can be read again and again, in parts', async () => {
    const bytes = Buffer.alloc(1_000_000, 'x');
    const item = bytesItem({ kind: 'file', name: 'a', bytes });
    assert.equal(item.size, bytes.length);
    for (let i = 0; i < 2; i++) {
      const parts: Uint8Array[] = [];
      for await (const part of item.open()) parts.push(part);
      assert.ok(parts.length > 1);
      assert.deepEqual(Buffer.concat(parts), bytes);
    }
  });
});
