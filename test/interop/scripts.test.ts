import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, before, describe, it } from 'mocha';
import { decodePickle, encodePickle } from '../../src/core/codecs/pickle/codec';
import { PicklepostError } from '../../src/core/errors';
import { DEFAULT_LIMITS } from '../../src/core/limits';
import { Dict, Tuple } from '../../src/core/values/value';
import type { Receipt } from '../../src/core/item/item';
import { bytesItem } from '../../src/core/wire/outgoing';
import { sendItems } from '../../src/net/sendClient';
import { freePort } from '../unit/net/sending';
import { ServerFixture, SHORT } from '../unit/net/serverFixture';
import { describeValue } from './neutral';
import { needsPython } from './python';
import { PeerProcess } from './pythonPeer';

const SAMPLES = path.resolve('test/sample-workspace');
const SENT = Dict.from([['a', [1n, 2.5, null]]]);

const peers: PeerProcess[] = [];
afterEach(async () => {
  for (const peer of peers.splice(0)) await peer.stop();
  await ServerFixture.stopAll();
});

function start(...args: readonly string[]): PeerProcess {
  const peer = PeerProcess.start('python3', '-B', '-u', ...args);
  peers.push(peer);
  return peer;
}

/** The Python program of README.md that talks to this port, but talking to another. */
function readmeProgram(port: number, otherPort: number): string {
  const programs = [...readFileSync('README.md', 'utf8').matchAll(/^```python\n(.*?)^```/gms)].map(
    ([, program = '']) => program.replaceAll(String(port), String(otherPort)),
  );
  const found = programs.filter((program) => program.includes(String(otherPort)));
  assert.equal(found.length, 1);
  return found[0]!;
}

/** Sends a dictionary as soon as there is a receiver; it does not say when there is. */
async function sendRaw(port: number): Promise<Receipt[]> {
  const bytes = encodePickle(SENT, DEFAULT_LIMITS);
  const item = bytesItem({ kind: 'dictionary', format: 'binary', name: 'a.pkl', bytes });
  const to = { host: '127.0.0.1', port, dialect: 'raw', localPort: 0 } as const;
  for (;;) {
    try {
      return await sendItems([item], { ...to, bufferSize: 65536, limits: DEFAULT_LIMITS });
    } catch (error) {
      if (!(error instanceof PicklepostError) || error.code !== 'connection-failed') throw error;
    }
  }
}

/** The dictionary that the only item holds, once it is there. */
async function receivedDictionary(fixture: ServerFixture): Promise<Dict> {
  while (fixture.announced.length === 0) await new Promise(setImmediate);
  const [item] = fixture.store.items;
  assert.equal(item?.format, 'binary');
  const { value } = decodePickle(item.bytes);
  assert.ok(value instanceof Dict);
  assert.deepEqual(fixture.failures, []);
  return value;
}

describe('The Python programs that the documentation shows', () => {
  before(function () {
    needsPython(this);
  });

  it('README.md: sends to the server', async () => {
    const fixture = await ServerFixture.start({ limits: SHORT });
    assert.deepEqual(await start('-c', readmeProgram(6868, fixture.port)).rest(), []);
    const value = await receivedDictionary(fixture);
    const jars = [new Tuple([1n, 'dill'])];
    const expected = Dict.from([
      ['name', 'pickling'],
      ['runs', 3n],
      ['jars', jars],
    ]);
    assert.equal(describeValue(value), describeValue(expected));
  });

  it('README.md: receives from the client', async () => {
    const port = await freePort();
    const receiver = start('-c', readmeProgram(6869, port));
    await sendRaw(port);
    assert.deepEqual(await receiver.rest(), ["{'a': [1, 2.5, None]}"]);
  });

  it('the sample workspace: sends to the server', async () => {
    const fixture = await ServerFixture.start({ limits: SHORT });
    const sender = start(path.join(SAMPLES, 'send_dictionary.py'), '127.0.0.1', String(fixture.port));
    assert.deepEqual(await sender.rest(), [`Sent 7 entries to 127.0.0.1:${fixture.port}`]);
    const value = await receivedDictionary(fixture);
    assert.equal(value.size, 7);
    const year = value.get(2026n);
    assert.ok(year instanceof Dict && year.get('big') === 2n ** 70n);
  });

  it('the sample workspace: receives from the client', async () => {
    const port = await freePort();
    const receiver = start(path.join(SAMPLES, 'receive.py'), String(port));
    assert.equal(await receiver.line(), `Waiting on port ${port}`);
    await sendRaw(port);
    const lines = await receiver.rest();
    assert.match(lines[0] ?? '', /^Received \d+ bytes from 127\.0\.0\.1$/);
    assert.match(lines.join('\n'), /BINFLOAT +2\.5/);
  });
});
