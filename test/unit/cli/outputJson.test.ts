import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { Output } from '../../../src/cli/output';

describe('An event on standard output', () => {
  it('has no control characters for a terminal, and the same meaning', async () => {
    const controls = fc.constantFrom('\u009b2J', '\u0085', '\u007f', '\u202e', '\u2066', '\u2028', '\ufeff');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(controls, fc.string()), { minLength: 1 }), async (parts) => {
        const [results, errors] = [new PassThrough(), new PassThrough()];
        const output = new Output(results, errors);
        output.isJson = true;
        output.event({ name: parts.join('') });
        const line = await text(results.end());
        assert.doesNotMatch(line.slice(0, -1), /[\p{Cc}\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]/u);
        assert.deepEqual(JSON.parse(line), { name: parts.join('') });
      }),
    );
  });
});
