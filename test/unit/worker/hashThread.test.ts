import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ContentHash } from '../../../src/core/crypto/contentHash';
import { hashOnThreads } from '../../../src/worker/hashThread';

const SCRIPT = path.join(__dirname, '../../../src/worker/hasher.js');
const LARGE = 64 * 1024 * 1024;

describe('hashOnThreads', () => {
  const begun: ContentHash[] = [];
  const begin = (size: number | undefined, script = SCRIPT): ContentHash => {
    const hash = hashOnThreads(script)(size);
    begun.push(hash);
    return hash;
  };

  afterEach(() => {
    for (const hash of begun.splice(0)) hash.dispose();
  });

  for (const [name, size] of [
    ['here, of a small item', 1],
    ['here, of an item of unknown size', undefined],
    ['on a thread, of a large item', LARGE],
  ] as const) {
    it(`hashes ${name}`, async () => {
      const hash = begin(size);
      const whole = createHash('sha256');
      assert.equal(await hash.digest(), whole.copy().digest('hex'));
      for (const length of [1, 0, 70_000, 1024 * 1024, 3_000_001, ...Array<number>(20).fill(100_000)]) {
        const part = randomBytes(length);
        whole.update(part);
        await hash.update(part);
        // Whoever reads a file may use its memory again.
        part.fill(0);
      }
      assert.equal(await hash.digest(), whole.copy().digest('hex'));
      await hash.update(Buffer.from('more'));
      assert.equal(await hash.digest(), whole.update('more').digest('hex'));
    });
  }

  it('needs no file of a thread for a small item', async () => {
    assert.ok(!existsSync('/nowhere/hasher.js'));
    await begin(1, '/nowhere/hasher.js').update(Buffer.from('a'));
  });

  it('says so when a thread cannot be started or ends', async () => {
    const hash = begin(LARGE, '/nowhere/hasher.js');
    await assert.rejects(async () => {
      for (;;) await hash.update(Buffer.alloc(1000));
    }, /ended unexpectedly\. Send it again\./);
    await assert.rejects(hash.digest(), /ended unexpectedly/);
  });

  it('leaves nobody waiting who asks a hash that is disposed of', async () => {
    const hash = begin(LARGE);
    await hash.update(Buffer.from('a'));
    const asked = hash.digest();
    hash.dispose();
    await assert.rejects(asked, /ended/);
  });

  it('has few threads at once, and another when one has ended', () => {
    const beginHere = hashOnThreads(SCRIPT);
    const beginOne = (): ContentHash => {
      const hash = beginHere(LARGE);
      begun.push(hash);
      return hash;
    };
    const threads = [beginOne(), beginOne()];
    assert.notEqual(beginOne().constructor, threads[0]?.constructor);
    threads[0]?.dispose();
    threads[0]?.dispose();
    assert.equal(beginOne().constructor, threads[1]?.constructor);
    assert.notEqual(beginOne().constructor, threads[1]?.constructor);
  });
});
