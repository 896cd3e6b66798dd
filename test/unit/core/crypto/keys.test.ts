import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { FernetKey } from '../../../../src/core/crypto/keys';
import { InvalidKeyError } from '../../../../src/core/errors';
import { anyText } from '../../anyText';

const TEXT = 'cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=';

describe('FernetKey', () => {
  it('splits the key of the published vectors into its two halves', () => {
    const key = FernetKey.parse(TEXT);
    assert.equal(key.signing.toString('hex'), '730ff4c7af3d46923e8ed451ee813c87');
    assert.equal(key.encryption.toString('hex'), 'f790b0a226bc96a92de49b5e9c05e1ee');
    assert.equal(key.toText(), TEXT);
  });

  it('allows white space, newlines and a byte order mark around a key', () => {
    for (const text of [`${TEXT}\n`, `${TEXT}\r\n`, `${TEXT} `, `\uFEFF${TEXT}\n`]) {
      assert.equal(FernetKey.parse(text).toText(), TEXT);
    }
  });

  it('reads the standard base64 alphabet as Python does', () => {
    assert.equal(FernetKey.parse(TEXT.replaceAll('-', '+').replaceAll('_', '/')).toText(), TEXT);
  });

  it('refuses any other text, without quoting it in the error', () => {
    const wrong = [
      '',
      TEXT.slice(1),
      TEXT.slice(0, -1),
      `${TEXT}A`,
      TEXT.replace('_', '.'),
      `${TEXT.slice(0, 20)} ${TEXT.slice(21)}`,
    ];
    for (const text of wrong) {
      assert.throws(
        () => FernetKey.parse(text),
        (error) => error instanceof InvalidKeyError && (text === '' || !error.message.includes(text)),
      );
    }
    assert.throws(() => FernetKey.fromBytes(new Uint8Array(31)), InvalidKeyError);
  });

  it('is the same after it was written as text or bytes and read again', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const key = FernetKey.parse(FernetKey.fromBytes(bytes).toText());
        assert.deepEqual(Buffer.concat([key.signing, key.encryption]), Buffer.from(bytes));
      }),
    );
  });

  it('throws nothing but InvalidKeyError, whatever the text is', () => {
    const text = fc.oneof(anyText(), fc.base64String({ minLength: 40, maxLength: 48 }));
    fc.assert(
      fc.property(text, (input) => {
        try {
          assert.equal(FernetKey.parse(input).toText().length, 44);
        } catch (error) {
          assert(error instanceof InvalidKeyError);
        }
      }),
    );
  });

  it('generates a new key each time', () => {
    assert.notEqual(FernetKey.generate().toText(), FernetKey.generate().toText());
  });

  it('has a short fingerprint that is only the same for the same key', () => {
    const key = FernetKey.parse(TEXT);
    assert.match(key.fingerprint, /^[0-9a-f]{4}-[0-9a-f]{4}$/);
    assert.equal(key.fingerprint, FernetKey.parse(`${TEXT} `).fingerprint);
    assert.notEqual(key.fingerprint, FernetKey.generate().fingerprint);
  });

  it('never shows its bytes in logs or JSON', () => {
    const key = FernetKey.parse(TEXT);
    const shown = [inspect({ key }, { showHidden: true, depth: 9 }), JSON.stringify({ key })].join();
    for (const secret of [TEXT.slice(0, 12), '730ff4c7', 'f790b0a2', '115, 15', '73 0f f4']) {
      assert(!shown.includes(secret), secret);
    }
    assert.deepEqual(Object.keys(key), []);
  });
});
