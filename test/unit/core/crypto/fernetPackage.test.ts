import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import fernet from 'fernet';
import { describe, it } from 'mocha';
import { decryptTokenText, encryptTokenText } from '../../../../src/core/crypto/fernet';
import { FernetKey } from '../../../../src/core/crypto/keys';

// The package extends String.prototype for everybody in the process, which is one reason why only tests use it.
delete (String.prototype as { lpad?: unknown }).lpad;

const key = FernetKey.generate();
const secret = new fernet.Secret(key.toText());
const text = fc.string({ unit: 'grapheme', maxLength: 300 });

function withLeftPad<T>(run: () => T): T {
  const prototype = String.prototype as { lpad?: (pad: string, length: number) => string };
  prototype.lpad = function (this: string, pad, length) {
    return this.padStart(length, pad);
  };
  try {
    return run();
  } finally {
    delete prototype.lpad;
  }
}

describe('The npm package fernet', () => {
  it('reads our tokens', () => {
    fc.assert(
      fc.property(text, (message) => {
        const token = encryptTokenText(key, Buffer.from(message));
        const read = withLeftPad(() => new fernet.Token({ secret, token, ttl: 0 }).decode());
        assert.equal(read, message);
      }),
      { numRuns: 50 },
    );
  });

  it('writes tokens that we read', () => {
    fc.assert(
      fc.property(text, (message) => {
        const token = withLeftPad(() => new fernet.Token({ secret }).encode(message));
        assert.equal(decryptTokenText(key, token).toString(), message);
      }),
      { numRuns: 50 },
    );
  });
});
