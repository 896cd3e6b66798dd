import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  deriveKey,
  formatDerivation,
  newDerivation,
  parseDerivation,
  pythonRecipe,
  type Derivation,
} from '../../../../src/core/crypto/passphrase';

/** Quick ones, for tests. */
const scrypt: Derivation = { kdf: 'scrypt', logN: 10, r: 8, p: 1, salt: Buffer.alloc(16, 1) };
const pbkdf2: Derivation = { kdf: 'pbkdf2-sha256', iterations: 1000, salt: Buffer.alloc(16, 1) };

describe('a key from a passphrase', () => {
  for (const derivation of [scrypt, pbkdf2]) {
    it(`is the same for the same passphrase and parameters, by ${derivation.kdf}`, async () => {
      const key = await deriveKey('correct horse battery staple', derivation);
      const again = parseDerivation(formatDerivation(derivation));
      assert.equal((await deriveKey('correct horse battery staple', again)).toText(), key.toText());
      const salted = { ...derivation, salt: Buffer.alloc(16, 2) };
      assert.notEqual((await deriveKey('correct horse battery staple', salted)).toText(), key.toText());
      assert.notEqual((await deriveKey('correct horse battery stapler', derivation)).toText(), key.toText());
    });

    it(`does not depend on how a keyboard composes letters, by ${derivation.kdf}`, async () => {
      const composed = await deriveKey('é', derivation);
      assert.equal((await deriveKey('e\u0301', derivation)).toText(), composed.toText());
    });
  }

  it('begins with the vector of RFC 7914 for scrypt', async () => {
    const salt = Buffer.from('SodiumChloride');
    const key = await deriveKey('pleaseletmein', { kdf: 'scrypt', logN: 14, r: 8, p: 1, salt });
    const bytes = Buffer.from(key.toText(), 'base64url').toString('hex');
    assert.equal(bytes, '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2');
  });

  it('uses N = 2^17 for scrypt, 1,200,000 rounds for PBKDF2, and a new salt each time', () => {
    const [one, other] = [newDerivation('scrypt'), newDerivation('scrypt')];
    assert.match(formatDerivation(one), /^scrypt:17:8:1:[\w-]{22}$/);
    assert.notEqual(formatDerivation(one), formatDerivation(other));
    assert.match(formatDerivation(newDerivation('pbkdf2-sha256')), /^pbkdf2-sha256:1200000:[\w-]{22}$/);
  });

  it('refuses parameters that would take all the memory or hours, and invalid ones', () => {
    const salt = Buffer.alloc(16).toString('base64url');
    for (const text of [
      ...['', 'scrypt', `scrypt:17:8:${salt}`, `scrypt:17:8:1:${salt}:1`, `scrypt:17:8:1:c2Fs`],
      ...[
        `scrypt:24:8:1:${salt}`,
        `scrypt:30:1:1:${salt}`,
        `scrypt:17:8:1000:${salt}`,
        `scrypt:0:8:1:${salt}`,
      ],
      ...[`scrypt:31:8:1:${salt}`, `scrypt:-1:8:1:${salt}`, `scrypt:1e1:8:1:${salt}`],
      ...[`pbkdf2-sha256:999999999:${salt}`, `pbkdf2-sha256::${salt}`, `pbkdf2-sha1:1000:${salt}`],
      `pbkdf2-sha256:1000:${Buffer.alloc(65).toString('base64url')}`,
    ])
      assert.throws(() => parseDerivation(text), { code: 'unsupported' }, text);
  });

  it('reads all parameters that it writes, and throws only one type of error for others', () => {
    const salt = fc.uint8Array({ minLength: 8, maxLength: 64 });
    const derivation: fc.Arbitrary<Derivation> = fc.oneof(
      fc.record({
        kdf: fc.constant('scrypt' as const),
        logN: fc.integer({ min: 1, max: 18 }),
        r: fc.integer({ min: 1, max: 16 }),
        p: fc.integer({ min: 1, max: 2 }),
        salt,
      }),
      fc.record({
        kdf: fc.constant('pbkdf2-sha256' as const),
        iterations: fc.integer({ min: 1, max: 20_000_000 }),
        salt,
      }),
    );
    fc.assert(
      fc.property(derivation, (made) => {
        assert.equal(formatDerivation(parseDerivation(formatDerivation(made))), formatDerivation(made));
      }),
    );
    const anything = fc.oneof(
      fc.string(),
      fc
        .tuple(fc.constantFrom('scrypt', 'pbkdf2-sha256'), fc.array(fc.string()))
        .map(([kdf, parts]) => [kdf, ...parts].join(':')),
    );
    fc.assert(
      fc.property(anything, (text) => {
        try {
          parseDerivation(text);
        } catch (error) {
          assert.equal((error as { code: string }).code, 'unsupported');
        }
      }),
    );
  });

  it('comes with Python code that holds no passphrase', () => {
    assert.match(pythonRecipe(pbkdf2), /pbkdf2_hmac\("sha256", passphrase, salt, 1000\)/);
    assert.match(pythonRecipe(scrypt), /n=2\*\*10, r=8, p=1/);
  });
});
