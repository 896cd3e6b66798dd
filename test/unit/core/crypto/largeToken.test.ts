import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { decryptTokenText, encryptTokenText } from '../../../../src/core/crypto/fernet';
import { FernetKey } from '../../../../src/core/crypto/keys';
import { TokenVerifier } from '../../../../src/core/crypto/largeToken';
import { InvalidTokenError } from '../../../../src/core/errors';

const key = FernetKey.generate();

function* cut(text: string, size: number): Generator<Buffer> {
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function openInTwoPasses(text: string, size: number, using = key): Buffer {
  const verifier = new TokenVerifier([using]);
  for (const piece of cut(text, size)) verifier.update(piece);
  const decryptor = verifier.finish();
  const plain = [...cut(text, size)].map((piece) => decryptor.update(piece));
  return Buffer.concat([...plain, decryptor.finish()]);
}

function refusal(reason: InvalidTokenError['reason']): (error: unknown) => boolean {
  return (error) => error instanceof InvalidTokenError && error.reason === reason;
}

describe('A large token', () => {
  it('is decrypted in two passes, whatever the chunks of its text are', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.integer({ min: 1, max: 300 }), (length, size) => {
        const plain = Buffer.alloc(length, 'picklepost');
        assert.deepEqual(openInTwoPasses(encryptTokenText(key, plain), size), plain);
      }),
    );
  });

  it('is decrypted if it has some megabytes', () => {
    const plain = Buffer.alloc(3_000_001, 'picklepost');
    assert.deepEqual(openInTwoPasses(encryptTokenText(key, plain), 65_536), plain);
  });

  it('may be followed by white space in many chunks', () => {
    const text = `${encryptTokenText(key, Buffer.from('hello'))}\r\n  \n`;
    for (const size of [1, 2, 5, 1000]) assert.equal(openInTwoPasses(text, size).toString(), 'hello');
  });

  it('is accepted if and only if it is accepted as a small one', () => {
    const valid = encryptTokenText(key, Buffer.from('hello'));
    const edit = fc.record({
      at: fc.nat(valid.length),
      removed: fc.nat(3),
      added: fc.constantFrom('', 'A', 'AAAA', '=', '==', ' ', '\n', '%', '-', 'é', '===='),
      size: fc.integer({ min: 1, max: 60 }),
    });
    fc.assert(
      fc.property(edit, ({ at, removed, added, size }) => {
        const text = valid.slice(0, at) + added + valid.slice(at + removed);
        fc.pre(text === text.trimStart());
        const small = outcome(() => decryptTokenText(key, text));
        assert.equal(
          outcome(() => openInTwoPasses(text, size)),
          small,
        );
      }),
      { numRuns: 500 },
    );
  });

  it('is refused at the first character that is not base64, before the rest is stored', () => {
    const wrong = ['%%%%', 'AAAA=AAA', 'AAAA====', 'AA==A', 'AAAA AAA', 'AAAA=\n=A'];
    for (const text of wrong)
      assert.throws(() => new TokenVerifier([key]).update(Buffer.from(text)), refusal('malformed'), text);
  });

  it('is refused with another key before anything is decrypted', () => {
    const verifier = new TokenVerifier([FernetKey.generate()]);
    for (const piece of cut(encryptTokenText(key, Buffer.alloc(1000)), 64)) verifier.update(piece);
    assert.throws(() => verifier.finish(), refusal('signature'));
  });

  it('is decrypted with the right one of several keys', () => {
    const keys = [FernetKey.generate(), key, FernetKey.generate()];
    const verifier = new TokenVerifier(keys);
    verifier.update(Buffer.from(encryptTokenText(key, Buffer.from('hello'))));
    assert.equal(verifier.finish().key, key);
  });

  it('is refused if it is truncated anywhere', () => {
    const text = encryptTokenText(key, Buffer.from('hello'));
    for (let length = 0; length < text.length; length++) {
      assert.throws(() => openInTwoPasses(text.slice(0, length), 7), InvalidTokenError);
    }
  });
});

function outcome(open: () => Buffer): string {
  try {
    return open().toString();
  } catch (error) {
    assert(error instanceof InvalidTokenError);
    return error.reason;
  }
}
