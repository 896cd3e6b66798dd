import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { deriveKey, newDerivation, pythonRecipe } from '../../src/core/crypto/passphrase';
import { needsPython, runPython } from './python';

const PASSPHRASES = ['Grüße, 你好 💾'];

describe('keys from passphrases, against Python', () => {
  for (const kdf of ['scrypt', 'pbkdf2-sha256'] as const) {
    it(`are the same as those of the package cryptography, by ${kdf}`, async function () {
      const python = needsPython(this, 'cryptography.fernet');
      const derivations = PASSPHRASES.map((passphrase) => ({ ...newDerivation(kdf), passphrase }));
      const requests = derivations.map(({ salt, ...rest }) =>
        JSON.stringify({ ...rest, salt: Buffer.from(salt).toString('hex') }),
      );
      const answers = runPython('passphrase_keys.py', `${requests.join('\n')}\n`, python);
      const keys = await Promise.all(
        derivations.map(async ({ passphrase, ...rest }) => (await deriveKey(passphrase, rest)).toText()),
      );
      assert.deepEqual(answers, keys);
    });

    it(`are the same as those of the Python code that people copy, by ${kdf}`, async function () {
      const python = needsPython(this, 'hashlib');
      const derivation = newDerivation(kdf);
      const code = [
        'import getpass',
        'getpass.getpass = lambda prompt: "correct horse battery staple"',
        pythonRecipe(derivation),
        'print(key.decode())',
      ].join('\n');
      const { stdout, stderr } = spawnSync(python, ['-c', code], { encoding: 'utf8' });
      assert.equal(
        stdout.trim(),
        (await deriveKey('correct horse battery staple', derivation)).toText(),
        stderr,
      );
    });
  }
});
