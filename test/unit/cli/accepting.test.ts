import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, it } from 'mocha';
import { makeAdmissionControl, readAdmission } from '../../../src/cli/admission';
import { Output } from '../../../src/cli/output';
import { SenderPrompt } from '../../../src/cli/senderPrompt';
import type { Arrival } from '../../../src/core/item/item';
import type { ItemOffer } from '../../../src/core/item/itemStore';
import { run } from './program';

const REMOTE: Arrival = { dialect: 'native', from: '10.0.0.7:5000', encrypted: true };
const LOCAL: Arrival = { ...REMOTE, from: '127.0.0.1:5000' };

function offer(name: string): ItemOffer {
  return { kind: 'file', name, size: 3, transfer: name.length.toString(16).padStart(32, '0') };
}

describe('accepting senders on the command line', () => {
  it('asks at the terminal if there is one; otherwise, only senders with a key are accepted', async () => {
    assert.equal(readAdmission(undefined, false, true).accept, 'ask');
    const { accept } = readAdmission(undefined, false, false);
    assert.equal(accept, 'paired');
    const admissionControl = makeAdmissionControl({ accept, asksLocal: false });
    await admissionControl.admit({ ...REMOTE, key: 'lab' });
    await admissionControl.admit(LOCAL);
    await assert.rejects(admissionControl.admit(REMOTE), /only paired senders/);
    await assert.rejects(
      makeAdmissionControl({ accept, asksLocal: true }).admit(LOCAL),
      /only paired senders/,
    );
    await makeAdmissionControl({ accept: 'all', asksLocal: true }).admit(REMOTE);
  });

  it('fails at once if it is to ask and there is no terminal', async () => {
    const { code, errors } = await run(['receive', '--accept', 'ask', '--port', '0']);
    assert.equal(code, 2);
    assert.match(errors, /--accept ask needs a terminal/);
    assert.equal((await run(['receive', '--accept', 'some'])).code, 2);
  });

  it('asks about one sender after another, in text that cannot control the terminal', async () => {
    const [input, results, errors] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const output = new Output(results, errors);
    output.isJson = true;
    const admissionControl = makeAdmissionControl({ accept: 'ask', asksLocal: false });
    const prompt = new SenderPrompt(admissionControl, output, input);
    const asked = (count: number): Promise<void> =>
      new Promise((resolve) => {
        let told = 0;
        const check = (chunk: Buffer): void => {
          told += chunk.toString().split('Accept?').length - 1;
          if (told < count) return;
          errors.off('data', check);
          resolve();
        };
        errors.on('data', check);
      });
    const said: Buffer[] = [];
    errors.on('data', (chunk: Buffer) => said.push(chunk));
    const first = asked(1);
    const items = ['a.txt', '\u001b[2Jb'].map((name) => admissionControl.admit(REMOTE, offer(name)));
    const other = admissionControl.admit({ ...REMOTE, from: '10.0.0.8:1' }, offer('c'));
    await first;
    const second = asked(1);
    input.write('perhaps\ny\n');
    await Promise.all(items);
    await second;
    input.write('b\n');
    await assert.rejects(other, /declined/);
    assert.ok(admissionControl.refusesAddress('10.0.0.8'));
    prompt.dispose();
    results.end();
    const told = Buffer.concat(said).toString();
    assert.match(
      told,
      /^10\.0\.0\.7 \(not verified\) wants to send a\.txt, \[2Jb \(6 B\)\. Accept\? \[y\] once/,
    );
    assert.match(told, /Answer \[y\] once/);
    assert.match(told, /10\.0\.0\.8 \(not verified\) wants to send c/);
    const [event] = (await text(results)).split('\n').map((line) => JSON.parse(line || '{}') as object);
    assert.deepEqual(event, {
      event: 'asking',
      sender: '10.0.0.7',
      host: '10.0.0.7',
      verified: false,
      count: 1,
      items: [{ name: 'a.txt', kind: 'file', size: 3 }],
    });
  });
});
