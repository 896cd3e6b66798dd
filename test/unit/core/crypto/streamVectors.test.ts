import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { FernetKey } from '../../../../src/core/crypto/keys';
import { InvalidTokenError } from '../../../../src/core/errors';
import { acceptedStreams, openStream, refusedStreams, streamOf, type RefusedStream } from '../../vectors';

function open(vector: RefusedStream): Buffer {
  return openStream(FernetKey.parse(vector.key), streamOf(vector), vector.pieceSize);
}

describe('The vectors of the token stream', () => {
  for (const vector of acceptedStreams()) {
    it(`are decrypted: ${vector.description}`, () => {
      assert.equal(open(vector).toString('hex'), vector.plain);
    });
  }

  for (const vector of refusedStreams()) {
    it(`are refused: ${vector.description}`, () => {
      assert.throws(() => open(vector), InvalidTokenError);
    });
  }

  it('are in the documentation', () => {
    const documentation = readFileSync('docs/format.md', 'utf8').replace(/\s+/g, '');
    const [first] = acceptedStreams();
    for (const text of [first!.key, ...first!.tokens]) assert(documentation.includes(text));
  });
});
