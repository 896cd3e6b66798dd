import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { decryptTokenText, encryptTokenText } from '../../../src/core/crypto/fernet';
import type { OutgoingItem, Receipt } from '../../../src/core/item/item';
import { bytesItem } from '../../../src/core/wire/outgoing';
import type { SendOptions } from '../../../src/net/sendClient';
import { fileOf, send } from './sending';
import { key } from './serverFixture';
import { TestReceiver } from './testPeer';

const PICKLE = Buffer.from('8004950a000000000000007d948c0161944b01732e', 'hex');

afterEach(() => TestReceiver.closeAll());

function sendRaw(
  items: readonly OutgoingItem[],
  port: number,
  options: Partial<SendOptions> = {},
): Promise<Receipt[]> {
  return send(items, port, { dialect: 'raw', ...options });
}

describe('sending raw', () => {
  it('sends each item unchanged, on a connection that ends with the item', async () => {
    const receiver = await TestReceiver.listen(() => undefined);
    const dictionary = bytesItem({
      kind: 'dictionary',
      format: 'json',
      name: 'd',
      bytes: Buffer.from('{"a": 1}'),
    });
    const receipts = await sendRaw([fileOf('Hello'), fileOf(Buffer.of(0, 0xff)), dictionary], receiver.port);
    const received = await Promise.all(receiver.peers.map((peer) => peer.receiveAll()));
    assert.deepEqual(received, [Buffer.from('Hello'), Buffer.of(0, 0xff), Buffer.from('{"a": 1}')]);
    assert.deepEqual(
      receipts.map(({ confirmed, size }) => [confirmed, size]),
      [
        [false, 5],
        [false, 2],
        [false, 8],
      ],
    );
  });

  it('encrypts an item as one token, however large', async () => {
    const receiver = await TestReceiver.listen(() => undefined);
    const plain = Buffer.alloc(1_000_003, 'Hello');
    await sendRaw([fileOf(plain), fileOf('')], receiver.port, { key, bufferSize: 1111 });
    const [large, empty] = await Promise.all(receiver.peers.map((peer) => peer.receiveAll()));
    assert.deepEqual(decryptTokenText(key, large!), plain);
    assert.equal(decryptTokenText(key, empty!).length, 0);
  });

  const answers: [title: string, answer: string, isConfirmed: boolean][] = [
    ['OK', 'OK', true],
    ['OK with a newline', 'OK\n', true],
    ['nothing', '', false],
    ['something else', 'thanks', false],
  ];
  for (const [title, answer, isConfirmed] of answers) {
    it(`${isConfirmed ? 'accepts' : 'does not accept'} ${title} as a confirmation`, async () => {
      const receiver = await TestReceiver.listen(async (peer) => {
        await peer.receiveAll();
        peer.socket.end(answer);
      });
      const [receipt] = await sendRaw([fileOf('Hello')], receiver.port);
      assert.equal(receipt?.confirmed, isConfirmed);
    });
  }

  it('does not wait forever for a receiver that neither answers nor closes', async () => {
    const receiver = await TestReceiver.listen((peer) => peer.closed);
    const [receipt] = await sendRaw([fileOf('Hello')], receiver.port);
    assert.equal(receipt?.confirmed, false);
  });

  it('reports the refusal of the receiver, at the end or in the middle', async () => {
    for (const size of [5, 20_000_000]) {
      const receiver = await TestReceiver.listen(async (peer) => {
        await peer.receive(5);
        await peer.send("ERROR: LimitExceeded('too large')");
      });
      await assert.rejects(sendRaw([fileOf(Buffer.alloc(size, 'x'), 'big')], receiver.port), {
        code: 'refused',
        message: /"big".*too large.*allow larger items/,
      });
    }
  });

  it('fails if the receiver disconnects', async () => {
    for (const size of [5, 20_000_000]) {
      const receiver = await TestReceiver.listen(async (peer) => {
        await peer.receive(5);
        peer.socket.resetAndDestroy();
      });
      await assert.rejects(sendRaw([fileOf(Buffer.alloc(size, 'x'))], receiver.port), {
        code: 'connection-lost',
      });
    }
  });

  it('is not blocked by a receiver that sends everything back', async () => {
    const receiver = await TestReceiver.listen((peer) => {
      peer.socket.on('data', (bytes: Buffer) => peer.socket.write(bytes));
    });
    const [receipt] = await sendRaw([fileOf(Buffer.alloc(10_000_000, 'x'))], receiver.port);
    assert.equal(receipt?.size, 10_000_000);
  });

  it('refuses an empty item, which would not arrive', async () => {
    const receiver = await TestReceiver.listen(() => undefined);
    await assert.rejects(sendRaw([fileOf('', 'empty')], receiver.port), {
      code: 'unsupported',
      message: /"empty"/,
    });
    assert.equal(receiver.peers.length, 0);
  });
});

describe('sending raw to the early server', () => {
  const token = encryptTokenText(key, Buffer.from('a text file'));

  it('sends a pickle and then a token on one connection, in separate packets', async () => {
    const parts: Buffer[] = [];
    const receiver = await TestReceiver.listen((peer) => {
      peer.socket.on('data', (bytes: Buffer) => parts.push(bytes));
    });
    const receipts = await sendRaw([fileOf(PICKLE), fileOf(token), fileOf('next')], receiver.port);
    assert.deepEqual(parts.map(String), [PICKLE.toString(), token, 'next']);
    assert.equal(receiver.peers.length, 2);
    assert.equal(receipts.length, 3);
  });

  it('sends everything else on separate connections', async () => {
    const receiver = await TestReceiver.listen(() => undefined);
    await sendRaw([fileOf(PICKLE), fileOf(PICKLE), fileOf('x'), fileOf(token)], receiver.port);
    assert.equal(receiver.peers.length, 4);
  });

  it('does not treat an answer to the pickle as one to the token', async () => {
    const receiver = await TestReceiver.listen(async (peer) => {
      await peer.receive(PICKLE.length);
      await peer.send('OK');
      await peer.receiveAll();
      peer.socket.end("ERROR: InvalidToken('x')");
    });
    await assert.rejects(sendRaw([fileOf(PICKLE), fileOf(token, 'token')], receiver.port), {
      code: 'refused',
      message: /"token"/,
    });
  });
});
