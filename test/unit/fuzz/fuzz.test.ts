import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { fuzz } from '../../fuzz/fuzzer';
import { TARGETS } from '../../fuzz/targets';

/** More with `npm run fuzz`. */
const COUNT = 400;
const CORPUS = 50;
/** What `npm run fuzz` has found, by parser. */
const FOUND = 'test/vectors/fuzz';

describe('Broken inputs', function () {
  this.timeout(120_000);

  for (const target of TARGETS)
    it(`neither crash the parser "${target.name}" nor take it long`, async () => {
      const step = Math.ceil(target.corpus.length / CORPUS);
      const corpus = target.corpus.filter((_, i) => i % step === 0);
      const findings = await fuzz({ ...target, corpus }, { count: COUNT, seed: 13, budget: 20_000 });
      assert.deepEqual(
        findings.map(({ input, what }) => `${what}: ${input.toString('base64')}`),
        [],
      );
    });

  it('that were found earlier cause no errors', async () => {
    for (const name of readdirSync(FOUND)) {
      const target = TARGETS.find((one) => one.name === name);
      assert.ok(target, name);
      for (const file of readdirSync(path.join(FOUND, name)))
        await target.run(readFileSync(path.join(FOUND, name, file)));
    }
  });

  it('are found if a parser fails, takes long or reaches new code', async () => {
    const broken = {
      name: 'broken',
      corpus: [Buffer.from('abcdef')],
      dictionary: [],
      run(input: Buffer) {
        if (!input.toString('latin1').startsWith('abc')) throw new Error('not abc');
      },
    };
    const findings = await fuzz(broken, { count: 1000, seed: 1, budget: 1000, isGuided: true });
    assert.equal(findings.length, 10);
    assert.match(findings[0]?.what ?? '', /not abc/);
    const slow = { ...broken, run: () => undefined };
    assert.match((await fuzz(slow, { count: 1, seed: 1, budget: -1 }))[0]?.what ?? '', /^took/);
  });
});
