import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { FernetKey } from '../../../src/core/crypto/keys';
import { DEFAULT_LIMITS } from '../../../src/core/limits';
import { encodeFrame, FRAME_TYPES, PREAMBLE } from '../../../src/core/wire/native/session/frames';
import { EphemeralKey } from '../../../src/core/crypto/x25519';
import { decodeMessage, encodeMessage } from '../../../src/core/wire/native/session/messageCodec';
import type { Hello, Message } from '../../../src/core/wire/native/session/messages';
import { bytesItem } from '../../../src/core/wire/outgoing';
import { sendItems } from '../../../src/net/sendClient';
import { key, ServerFixture } from './serverFixture';
import { TestPeer, TestReceiver } from './testPeer';

const HEAD = 5;
const secret = bytesItem({ kind: 'text', name: 'secret', bytes: Buffer.from('the secret itself') });

/** What somebody in the middle makes of the first message of a side. */
type Change = (hello: Hello) => Message;
const same: Change = (hello) => hello;

/** Passes a connection on, but for the first message of either side, and keeps all that the client said. */
class Middle {
  private readonly heard: Buffer[] = [];
  port = 0;

  static async listen(port: number, up: Change, down: Change): Promise<Middle> {
    const middle = new Middle();
    const receiver = await TestReceiver.listen(async (client) => {
      const server = await TestPeer.connect(port);
      await Promise.all([
        middle.relay(client, server, up, middle.heard),
        middle.relay(server, client, down, []),
      ]);
    });
    middle.port = receiver.port;
    return middle;
  }

  get recorded(): Buffer {
    return Buffer.concat(this.heard);
  }

  private async relay(from: TestPeer, to: TestPeer, change: Change, heard: Buffer[]): Promise<void> {
    const start = await from.receive(PREAMBLE.length + HEAD);
    const end =
      PREAMBLE.length + 4 + (start.length < PREAMBLE.length + HEAD ? 0 : start.readUInt32BE(PREAMBLE.length));
    const hello = (await from.receive(end)).subarray(PREAMBLE.length + HEAD, end);
    if (hello.length > 0) await to.send(rewritten(hello, change));
    heard.push(from.received.subarray(0, end));
    let at = end;
    while ((await from.receive(at + 1)).length > at) {
      const bytes = from.received.subarray(at);
      heard.push(bytes);
      at += bytes.length;
      await to.send(bytes);
    }
    to.socket.end();
  }
}

function rewritten(hello: Buffer, change: Change): Buffer {
  const message = decodeMessage(hello);
  const body = message.type === 'hello' && change !== same ? encodeMessage(change(message)) : hello;
  return Buffer.concat([PREAMBLE, encodeFrame(FRAME_TYPES.control, body)]);
}

describe('Somebody in the middle of a native connection', () => {
  let fixture: ServerFixture;
  let middle: Middle;

  beforeEach(async () => {
    fixture = await ServerFixture.start({ key });
  });
  afterEach(async () => {
    await ServerFixture.stopAll();
    await TestReceiver.closeAll();
  });

  async function sendThrough(up: Change, down: Change, own: FernetKey | 'none' = key): Promise<unknown> {
    middle = await Middle.listen(fixture.port, up, down);
    return sendItems([secret], {
      host: '127.0.0.1',
      port: middle.port,
      dialect: 'native',
      localPort: 0,
      bufferSize: 65536,
      limits: DEFAULT_LIMITS,
      ...(own !== 'none' && { key: own }),
    });
  }

  it('who changes nothing is not noticed, and learns nothing', async () => {
    await sendThrough(same, same);
    assert.deepEqual(fixture.store.texts, ['the secret itself']);
    assert.ok(middle.recorded.length > 0);
    assert.ok(!middle.recorded.includes('secret'));
  });

  const otherKey = (): string => EphemeralKey.generate().publicBytes.toString('base64');
  const plain: Change = (hello) => ({ ...hello, security: 'none' });
  const encrypted: Change = (hello) => ({ ...hello, security: 'key' });
  const swapped: Change = (hello) => ({ ...hello, publicKey: otherKey() });
  const zero: Change = (hello) => ({ ...hello, publicKey: Buffer.alloc(32).toString('base64') });
  const renamed: Change = (hello) => ({ ...hello, agent: 'Other' });
  const older: Change = (hello) => ({ ...hello, versions: [0] });

  const cases: [what: string, up: Change, down: Change, reason: RegExp][] = [
    [
      'removes the encryption from the request of the client',
      plain,
      same,
      /did not agree to the requested encryption/,
    ],
    [
      'removes it, and adds it to the answer again',
      plain,
      encrypted,
      /a different key, or somebody is changing/,
    ],
    ['removes it from the answer', same, plain, /did not agree to the requested encryption/],
    ['replaces the public key of the sender', swapped, same, /somebody is changing/],
    ['replaces the public key of the receiver', same, swapped, /somebody is changing/],
    ['replaces both public keys', swapped, swapped, /somebody is changing/],
    ['forces a known secret by a point of small order', zero, same, /somebody is changing/],
    ['forces a known secret only for the sender', same, zero, /public key of the other side cannot be used/],
    ['changes only a name', renamed, same, /somebody is changing/],
    ['requests an older version', older, same, /another version/],
    ['answers with an older version', same, older, /another version/],
  ];
  for (const [what, up, down, reason] of cases) {
    it(`who ${what} learns nothing, and is detected`, async () => {
      await assert.rejects(sendThrough(up, down), reason);
      await fixture.untilFailed();
      assert.deepEqual(fixture.store.items, []);
      assert.equal(fixture.store.open, 0);
    });
  }

  it('who replays a recorded session is refused with the reason', async () => {
    await sendThrough(same, same);
    const replay = connect({ port: fixture.port, host: '127.0.0.1' });
    await once(replay, 'connect');
    replay.resume().end(middle.recorded);
    await fixture.untilFailed();
    assert.match(String(fixture.failures[0]?.error), /a different key, or somebody is changing/);
    assert.deepEqual(fixture.store.texts, ['the secret itself']);
  });

  it('of a connection without a key cannot turn it into one with a key', async () => {
    await assert.rejects(sendThrough(encrypted, same, 'none'), /The receiver does not have the/);
    assert.deepEqual(fixture.store.items, []);
  });

  it('cannot force a known secret in a connection without a key by a point of small order', async () => {
    await assert.rejects(sendThrough(zero, same, 'none'), /public key of the other side cannot be used/);
    assert.deepEqual(fixture.store.items, []);
  });
});
