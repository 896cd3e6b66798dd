import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { run } from './program';
import { makeWorkplace } from './workplace';
import { temporaryDirectory } from '../inbox/temporary';

const PASSPHRASE = 'correct horse battery staple\n';

describe('picklepost key', () => {
  const newDirectory = temporaryDirectory();

  it('derives the same key from a passphrase with the parameters of the other side', async () => {
    const { at } = makeWorkplace(newDirectory());
    const [anna, ben] = [at('anna.key'), at('ben.key')];
    const made = await run(['key', 'new', anna, '--passphrase'], PASSPHRASE);
    const [, parameters = ''] = /--parameters (scrypt:17:8:1:\S+)/.exec(made.output) ?? [];
    const again = await run(['key', 'new', ben, '--passphrase', '--parameters', parameters], PASSPHRASE);
    assert.deepEqual([made.code, again.code], [0, 0], again.errors);
    assert.equal(readFileSync(ben, 'utf8'), readFileSync(anna, 'utf8'));
    if (process.platform !== 'win32') assert.equal(statSync(ben).mode & 0o777, 0o600);
    const other = await run(['key', 'new', at('other.key'), '--passphrase'], PASSPHRASE);
    assert.equal(other.code, 0);
    assert.notEqual(readFileSync(at('other.key'), 'utf8'), readFileSync(anna, 'utf8'));
  });

  it('makes a key that scripts can make too', async () => {
    const { at } = makeWorkplace(newDirectory());
    const made = await run(
      ['key', 'new', at('lab.key'), '--passphrase', '--kdf', 'pbkdf2-sha256'],
      'short\n',
    );
    assert.match(made.output, /--parameters pbkdf2-sha256:1200000:/);
    assert.match(made.errors, /easily guessed/);
  });

  it('prints the fingerprint of each file', async () => {
    const { at } = makeWorkplace(newDirectory());
    const files = [at('a.key'), at('b.key')];
    for (const file of files) await run(['key', 'new', file]);
    const { output } = await run(['key', 'check', ...files]);
    assert.equal(output.match(/fingerprint is [0-9a-f]{4}-[0-9a-f]{4}/g)?.length, 2);
  });

  it('refuses a passphrase as an argument, an empty one, and invalid parameters', async () => {
    const { at } = makeWorkplace(newDirectory());
    const file = at('lab.key');
    for (const [args, input, advice] of [
      [['--passphrase=secret'], '', /takes no value/],
      [['--passphrase', 'secret'], '', /Unexpected argument/],
      [['--passphrase'], '', /passphrase is empty/],
      [['--kdf', 'scrypt'], '', /are for --passphrase/],
      [['--passphrase', '--kdf', 'md5'], PASSPHRASE, /expected scrypt or pbkdf2-sha256/],
      [
        ['--passphrase', '--parameters', 'scrypt:30:8:1:AAAAAAAAAAAAAAAAAAAAAA'],
        PASSPHRASE,
        /not the parameters/,
      ],
    ] as const) {
      const { code, errors } = await run(['key', 'new', file, ...args], input);
      assert.notEqual(code, 0, args.join(' '));
      assert.match(errors, advice);
      assert.equal(existsSync(file), false);
    }
  });
});
