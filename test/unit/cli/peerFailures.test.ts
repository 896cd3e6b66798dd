import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, it } from 'mocha';
import { Output } from '../../../src/cli/output';
import { reportFailures } from '../../../src/cli/peerFailures';
import { PicklepostError } from '../../../src/core/errors';

describe('Failed connections', () => {
  it('are summarized in a line for each kind and host, and in few events', async () => {
    const [results, errors] = [new PassThrough(), new PassThrough()];
    const output = new Output(results, errors);
    output.isJson = true;
    const report = reportFailures(output);
    const busy = new PicklepostError('refused', 'The receiver is busy.');
    for (let port = 1; port <= 3000; port++) report.note({ from: `192.0.2.1:${port}`, error: busy });
    report.note({ from: '192.0.2.2:1', error: busy });
    report.note({ from: '192.0.2.2:2', error: new PicklepostError('timeout', 'Timed out \u009b2J') });
    report.dispose();
    const lines = (await text(errors.end())).split('\n').slice(0, -1);
    assert.deepEqual(lines, [
      'picklepost: 192.0.2.1:1: The receiver is busy.',
      'picklepost: 192.0.2.2:1: The receiver is busy.',
      'picklepost: 192.0.2.2:2: Timed out \\x9b2J',
      'picklepost: 192.0.2.1:3000: The receiver is busy. (and 2999 more within 10 s)',
    ]);
    const events = (await text(results.end())).split('\n').slice(0, -1);
    assert.equal(events.length, 13);
    assert.deepEqual(JSON.parse(events.at(-1)!), {
      event: 'failed',
      code: 'refused',
      message: '192.0.2.1:3000: The receiver is busy.',
      from: '192.0.2.1:3000',
      count: 2990,
    });
  });
});
