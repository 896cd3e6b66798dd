import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { decryptTokenText, encryptTokenText } from '../../src/core/crypto/fernet';
import { FernetKey } from '../../src/core/crypto/keys';
import { PIECE_SIZE, TokenStreamWriter } from '../../src/core/crypto/tokenStream';
import {
  acceptedStreams,
  itemVector,
  openStream,
  readVectors,
  refusedStreams,
  streamOf,
} from '../unit/vectors';
import { needsPython, runPython } from './python';

interface Answer {
  readonly token?: string;
  readonly stream?: string;
  readonly plain?: string | null;
  readonly metadata?: unknown;
}

const key = FernetKey.generate();
const contents = [0, 1, 15, 16, 17, 1000, 48_000, 100_000].map((size) => Buffer.alloc(size, 'picklepost'));

function ask(script: string, requests: readonly unknown[]): Answer[] {
  const input = requests.map((request) => `${JSON.stringify(request)}\n`).join('');
  return runPython(script, input).map((line) => JSON.parse(line) as Answer);
}

function sealStream(plain: Buffer, pieceSize: number): Buffer {
  const writer = new TokenStreamWriter(key, pieceSize);
  return Buffer.concat([...writer.push(plain), writer.finish()]);
}

/** Says which one differs, rather than all of the bytes. */
function assertContents(answers: readonly Answer[]): void {
  for (const [i, plain] of contents.entries()) {
    assert(answers[i]!.plain === plain.toString('hex'), `content of ${plain.length} bytes`);
  }
}

describe('Fernet, against Python', () => {
  before(function () {
    needsPython(this, 'cryptography.fernet');
  });

  it('decrypts tokens made by Python', () => {
    const answers = ask(
      'fernet_tokens.py',
      contents.map((plain) => ({ key: key.toText(), plain: plain.toString('hex') })),
    );
    for (const [i, { token }] of answers.entries())
      assert.deepEqual(decryptTokenText(key, token!), contents[i]);
  });

  it('makes tokens that Python decrypts', () => {
    const requests = contents.map((plain) => ({ key: key.toText(), token: encryptTokenText(key, plain) }));
    assertContents(ask('fernet_tokens.py', requests));
  });

  it('refuses the same published tokens as Python', () => {
    const vectors = readVectors('fernet/invalid') as { secret: string; token: string; desc: string }[];
    const answers = ask(
      'fernet_tokens.py',
      vectors.map(({ secret, token }) => ({ key: secret, token })),
    );
    for (const [i, { secret, token, desc }] of vectors.entries()) {
      const open = (): Buffer => decryptTokenText(FernetKey.parse(secret), token);
      if (answers[i]!.plain === null) assert.throws(open, desc);
      else assert.equal(open().toString('hex'), answers[i]!.plain, desc);
    }
  });
});

describe('The documented format, against Python', () => {
  before(function () {
    needsPython(this, 'cryptography.fernet', 'cryptography.hazmat.primitives.kdf.hkdf');
  });

  it('has token streams that Python decrypts, and invalid ones that Python refuses as well', () => {
    const vectors = [...acceptedStreams(), ...refusedStreams()];
    const requests = vectors.map((vector) => ({
      key: vector.key,
      pieceSize: vector.pieceSize,
      stream: padded(streamOf(vector)),
    }));
    const answers = ask('fernet_format.py', requests);
    const expected = vectors.map((vector) => ('plain' in vector ? vector.plain : null));
    assert.deepEqual(
      answers.map(({ plain }) => plain),
      expected,
    );
  });

  for (const pieceSize of [1024, PIECE_SIZE]) {
    it(`has streams in pieces of ${pieceSize} bytes that both sides read and write`, () => {
      const keyText = key.toText();
      const ours = contents.map((plain) => ({
        key: keyText,
        pieceSize,
        stream: padded(sealStream(plain, pieceSize)),
      }));
      assertContents(ask('fernet_format.py', ours));
      const theirs = ask(
        'fernet_format.py',
        contents.map((plain) => ({ key: keyText, pieceSize, plain: plain.toString('hex') })),
      );
      for (const [i, { stream }] of theirs.entries()) {
        assert.deepEqual(openStream(key, Buffer.from(stream!, 'base64url'), pieceSize), contents[i]);
      }
    });
  }

  it('has an item file that Python opens', () => {
    const { plain, metadata, ...request } = itemVector();
    assert.deepEqual(ask('fernet_format.py', [request]), [{ plain, metadata }]);
  });
});

function padded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}
