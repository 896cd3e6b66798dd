import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { FernetKey } from '../../../../src/core/crypto/keys';
import { TokenStreamReader } from '../../../../src/core/crypto/tokenStream';
import { InvalidTokenError } from '../../../../src/core/errors';
import { acceptedStreams, refusedStreams, streamOf, type RefusedStream } from '../../vectors';

function open(vector: RefusedStream, partSize: number): Buffer {
  const reader = new TokenStreamReader(FernetKey.parse(vector.key), vector.pieceSize);
  const stream = streamOf(vector);
  const pieces: Buffer[] = [];
  for (let at = 0; at < stream.length; at += partSize)
    pieces.push(...reader.push(stream.subarray(at, at + partSize)));
  return Buffer.concat([...pieces, reader.finish()]);
}

describe('The vectors of the token stream', () => {
  for (const vector of acceptedStreams()) {
    it(`open: ${vector.description}`, () => {
      for (const partSize of [1, 100, 1e6])
        assert.equal(open(vector, partSize).toString('hex'), vector.plain);
    });
  }

  for (const vector of refusedStreams()) {
    it(`are refused: ${vector.description}`, () => {
      for (const partSize of [1, 100, 1e6]) assert.throws(() => open(vector, partSize), InvalidTokenError);
    });
  }

  it('are in the documentation', () => {
    const documentation = readFileSync('docs/format.md', 'utf8').replace(/\s+/g, '');
    const [first] = acceptedStreams();
    for (const text of [first!.key, ...first!.tokens]) assert(documentation.includes(text));
  });
});
