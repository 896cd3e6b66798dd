import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { FernetKey } from '../../../src/core/crypto/keys';
import { sealPiece } from '../../../src/core/crypto/tokenStream';
import {
  InvalidManifestError,
  manifestKey,
  openManifest,
  parseManifest,
  sealManifest,
  SHARED_PIECE,
  type Manifest,
} from '../../../src/nats/manifest';
import { openSharedPiece } from '../../../src/nats/pieceFetcher';

const inboxKey = FernetKey.parse('cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=');
const key = manifestKey(inboxKey);
const PLACE = { inbox: 'bio', sender: 'alice' };
const content = Buffer.from('Hello');

const manifest: Manifest = {
  ...PLACE,
  item: '0123456789abcdef0123456789abcdef',
  kind: 'dictionary',
  format: 'json',
  name: 'a.json',
  path: 'folder/a.json',
  mode: 0o111,
  modified: -5,
  size: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
  key: FernetKey.generate(),
  sentAt: 1_700_000_000_000,
};
const token = sealPiece(manifest.key, 0, true, content, SHARED_PIECE);
const sealed = sealManifest(key, manifest, token);

function plain(changes: object): Buffer {
  return Buffer.from(JSON.stringify({ ...manifest, key: manifest.key.toText(), pieces: 1, ...changes }));
}

describe('The manifest of an item in a shared inbox', () => {
  it('is the same after it was sealed and opened, with the token after it', () => {
    const opened = openManifest(key, sealed, PLACE);
    assert.deepEqual({ ...opened.manifest, key: '' }, { ...manifest, key: '' });
    assert.equal(opened.manifest.key.toText(), manifest.key.toText());
    assert(opened.content.equals(token));
    assert.deepEqual(openSharedPiece(opened.manifest, opened.content, 0)?.content, content);
  });

  it('is refused under another sender or inbox', () => {
    for (const place of [
      { inbox: 'bio', sender: 'bob' },
      { inbox: 'chem', sender: 'alice' },
    ])
      assert.throws(() => openManifest(key, sealed, place), { reason: 'content' });
  });

  it('is refused with another key, or with the key of the inbox itself', () => {
    for (const other of [manifestKey(FernetKey.generate()), inboxKey])
      assert.throws(() => openManifest(other, sealed, PLACE), { reason: 'key' });
  });

  it('is refused if any byte of its token is changed', () => {
    fc.assert(
      fc.property(
        fc.nat(sealed.length - token.length - 1),
        fc.integer({ min: 1, max: 255 }),
        (at, change) => {
          const changed = Buffer.from(sealed);
          changed[at] = (changed[at] ?? 0) ^ change;
          assert.throws(() => openManifest(key, changed, PLACE), InvalidManifestError);
        },
      ),
    );
  });

  it('is refused if it is truncated or extended', () => {
    for (let length = 0; length < sealed.length; length += 7)
      assert.throws(() => openManifest(key, sealed.subarray(0, length), PLACE), InvalidManifestError);
    assert.throws(
      () => openManifest(key, Buffer.concat([sealed, Buffer.of(0)]), PLACE),
      InvalidManifestError,
    );
  });

  it('is refused for any other bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        assert.throws(() => openManifest(key, bytes, PLACE), InvalidManifestError);
        const own = Buffer.concat([Buffer.of(1, 0, 0, 0), Buffer.of(bytes.length), bytes]);
        assert.throws(() => openManifest(key, own, PLACE), InvalidManifestError);
      }),
    );
  });

  it('is refused for any other JSON, even if it is sealed with the key', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        assert.throws(() => parseManifest(Buffer.from(JSON.stringify(value))), InvalidManifestError);
      }),
    );
  });

  const wrong: readonly (readonly [string, object])[] = [
    ['a negative size', { size: -1 }],
    ['a size that is not an integer', { size: 1.5 }],
    ['a number of pieces that does not match its size', { pieces: 2 }],
    ['an item id that is a path', { item: '../../etc/passwd/0000000000000000' }],
    ['a sender with a dot', { sender: 'a.b' }],
    ['an unknown kind', { kind: 'program' }],
    ['an unknown format', { format: 'yaml' }],
    ['a name of more than 1024 characters', { name: 'x'.repeat(1025) }],
    ['a mode with other bits', { mode: 0o4755 }],
    ['a short key', { key: 'abc' }],
    ['no hash', { sha256: undefined }],
    ['a hash in capitals', { sha256: 'A'.repeat(64) }],
  ];
  for (const [what, changes] of wrong)
    it(`is refused with ${what}`, () => {
      assert.throws(() => parseManifest(plain(changes)), InvalidManifestError);
    });

  it('is refused if a name occurs twice', () => {
    const twice = plain({}).toString().replace('"kind"', '"size":1,"kind"');
    assert.throws(() => parseManifest(Buffer.from(twice)), InvalidManifestError);
  });

  it('may contain members that this version does not know', () => {
    assert.equal(parseManifest(plain({ more: [1] })).name, 'a.json');
    const own = plain({}).toString().replace('{', '{"__proto__":{"size":3},');
    assert.equal(parseManifest(Buffer.from(own)).size, content.length);
  });

  it('is refused with a token of a wrong length, or one for another purpose', () => {
    const none = new Uint8Array();
    for (const content of [token.subarray(1), none])
      assert.throws(
        () => openManifest(key, sealManifest(key, manifest, content), PLACE),
        InvalidManifestError,
      );
    const large = { ...manifest, size: 2 * SHARED_PIECE };
    assert.throws(() => openManifest(key, sealManifest(key, large, token), PLACE), InvalidManifestError);
    assert.equal(openManifest(key, sealManifest(key, large, none), PLACE).content.length, 0);
  });
});

describe('A piece of an item in a shared inbox', () => {
  const large = { key: FernetKey.generate(), size: 3 * SHARED_PIECE };
  const piece = (index: number, final: boolean, size = SHARED_PIECE, sealing = large.key): Buffer =>
    sealPiece(sealing, index, final, Buffer.alloc(size), SHARED_PIECE);

  it('is accepted only at its own position', () => {
    assert.equal(openSharedPiece(large, piece(1, false), 1)?.index, 1);
    assert.equal(openSharedPiece(large, piece(1, false), 0), undefined);
    assert.equal(openSharedPiece(large, piece(2, true), 2)?.final, true);
  });

  it('is refused with another key, if it was changed, or if it ends too early', () => {
    assert.equal(openSharedPiece(large, piece(1, false, SHARED_PIECE, FernetKey.generate()), 1), undefined);
    const changed = piece(1, false);
    changed[1000] = (changed[1000] ?? 0) ^ 1;
    assert.equal(openSharedPiece(large, changed, 1), undefined);
    assert.equal(openSharedPiece(large, piece(1, true), 1), undefined);
    assert.equal(openSharedPiece(large, piece(2, true, 5), 2), undefined);
    assert.equal(openSharedPiece(large, Buffer.alloc(0), 0), undefined);
  });
});
