import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { decryptTokenText } from '../../../src/core/crypto/fernet';
import { DEFAULT_LIMITS } from '../../../src/core/limits';
import type { OutgoingItem } from '../../../src/core/item/item';
import { bytesItem } from '../../../src/core/wire/outgoing';
import { CLASSIC_VECTORS, packetOf } from '../core/wire/classic/classicVectors';
import { confirmAll } from './confirmAll';
import { fileOf, freePort, lateFileOf, send } from './sending';
import { key } from './serverFixture';
import { arrival, TestReceiver, type TestPeer } from './testPeer';

const END = '10';

afterEach(() => TestReceiver.closeAll());

describe('sending classic', () => {
  for (const vector of CLASSIC_VECTORS) {
    for (const bufferSize of [1, 1111, 65536]) {
      it(`sends ${vector.title} with a buffer of ${bufferSize} bytes`, async () => {
        const receiver = await TestReceiver.listen(confirmAll);
        const { title, kind, format, content } = vector;
        const item = bytesItem({ kind, ...(format && { format }), name: title, bytes: content });
        const [receipt] = await send([item], receiver.port, { bufferSize });
        assert.equal(receiver.peers[0]?.received.toString('hex'), packetOf(vector).toString('hex') + END);
        assert.equal(receipt?.confirmed, true);
        assert.equal(receipt.size, content.length);
      });
    }
  }

  it('splits a text of 100,000 bytes at 48,000', async () => {
    const receiver = await TestReceiver.listen(confirmAll);
    const [receipt] = await send([fileOf('a'.repeat(100_000))], receiver.port);
    const stream = receiver.peers[0]!.received;
    const packets = parsePackets(stream);
    assert.deepEqual(
      packets.map(({ op, chunk }) => [op, chunk.length.toString(16)]),
      [
        [0x08, 'bb80'],
        [0x00, 'bb80'],
        [0x04, 'fa0'],
      ],
    );
    assert.equal(stream.toString('hex', 0, 4), '0800bb80');
    assert.equal(receipt?.sha256, '6d1cf22d7cc09b085dfc25ee1a1f3ae0265804c607bc2074ad253bcc82fd81ee');
  });

  it('splits texts between characters, and pickles at any byte', async () => {
    const receiver = await TestReceiver.listen(confirmAll);
    const text = `a${'€'.repeat(30_000)}`;
    const bytes = Buffer.from(text);
    const pickle = bytesItem({ kind: 'dictionary', format: 'binary', name: 'p', bytes });
    await send([fileOf(text), pickle], receiver.port);
    const chunks = parsePackets(receiver.peers[0]!.received).map(({ chunk }) => chunk);
    assert.deepEqual(
      chunks.map((chunk) => chunk.length),
      [47_998, 42_003, 48_000, 42_001],
    );
    assert.equal(chunks[0]!.toString() + chunks[1]!.toString(), text);
  });

  it('encrypts each chunk as a separate token', async () => {
    const receiver = await TestReceiver.listen(confirmAll);
    const text = 'a'.repeat(100_000);
    const pickle = bytesItem({
      kind: 'dictionary',
      format: 'binary',
      name: 'p',
      bytes: Buffer.from('80042e', 'hex'),
    });
    await send([fileOf(text), pickle, fileOf('')], receiver.port, { key });
    const packets = parsePackets(receiver.peers[0]!.received);
    assert.deepEqual(
      packets.map(({ op, meta }) => [op, meta]),
      [
        [0x08, 0x02],
        [0x00, undefined],
        [0x04, undefined],
        [0x0c, 0x26],
        [0x0c, 0x02],
      ],
    );
    const plain = packets.map(({ chunk }) => decryptTokenText(key, chunk));
    assert.equal(packets[0]!.chunk.length, 64_100);
    assert.equal(Buffer.concat(plain.slice(0, 3)).toString(), text);
    assert.equal(plain[3]!.toString('hex'), '80042e');
    assert.equal(plain[4]!.length, 0);
  });

  it('sends several items on one connection, each after the confirmation of the previous one', async () => {
    const steps: string[] = [];
    const receiver = await TestReceiver.listen(async (peer) => {
      for (let i = 1; i <= 3; i++) {
        await peer.receive(5 * i);
        await arrival();
        assert.equal(peer.received.length, 5 * i);
        steps.push('OK');
        await peer.send('OK');
      }
      await peer.receiveAll();
      peer.socket.end();
    });
    const sent: string[] = [];
    const items = ['a', 'b', 'c'].map((text): OutgoingItem => {
      const item = fileOf(text, text);
      const open = (): ReturnType<OutgoingItem['open']> => {
        steps.push(text);
        return item.open();
      };
      return { ...item, open };
    });
    const receipts = await send(items, receiver.port, { onSent: (item) => sent.push(item.name) });
    // Each is read to be checked, and again to be sent.
    assert.deepEqual(steps, ['a', 'a', 'OK', 'b', 'b', 'OK', 'c', 'c', 'OK']);
    assert.deepEqual(sent, ['a', 'b', 'c']);
    assert.equal(receipts.length, 3);
    assert.equal(receiver.peers.length, 1);
    assert.equal(
      receiver.peers[0]!.received.toString('latin1'),
      '\x0c\0\0\x01a\x0c\0\0\x01b\x0c\0\0\x01c\x10',
    );
  });

  it('opens a new connection if the receiver closes after each transfer', async () => {
    const receiver = await TestReceiver.listen(async (peer) => {
      await peer.receive(5);
      peer.socket.end('OK');
    });
    const receipts = await send([fileOf('a'), lateFileOf('b')], receiver.port);
    assert.equal(receipts.length, 2);
    assert.equal(receiver.peers.length, 2);
  });

  it('opens a new connection if the receiver sends an unexpected answer, which therefore never counts for another item', async () => {
    let speak = (): Promise<unknown> => Promise.resolve();
    const receiver = await TestReceiver.listen(async (peer, index) => {
      if (index === 0) speak = () => peer.send('OK');
      await peer.receive(5);
      await peer.send('OK');
    });
    const second: OutgoingItem = {
      ...fileOf('b'),
      async *open() {
        await speak();
        await arrival();
        yield Buffer.from('b');
      },
    };
    const receipts = await send([fileOf('a'), second], receiver.port);
    assert.equal(receipts.length, 2);
    assert.equal(receiver.peers.length, 2);
  });

  it('reports the progress of each item', async () => {
    const receiver = await TestReceiver.listen(confirmAll);
    const progress: [string, number][] = [];
    const items = [fileOf('a'.repeat(100_000), 'a'), fileOf('b', 'b')];
    await send(items, receiver.port, {
      onProgress: (item, bytes) => {
        assert.ok(items.includes(item));
        progress.push([item.name, bytes]);
      },
    });
    assert.deepEqual(progress, [
      ['a', 48_000],
      ['a', 96_000],
      ['a', 100_000],
      ['b', 1],
    ]);
  });

  it('refuses bytes that are not UTF-8 before it connects', async () => {
    const receiver = await TestReceiver.listen(confirmAll);
    const items = [fileOf(Buffer.from('a€').subarray(0, 3), 'image.png')];
    await assert.rejects(send(items, receiver.port), { code: 'unsupported', message: /"image.png".*raw/ });
    assert.equal(receiver.peers.length, 0);
  });

  it('uses the requested local port', async () => {
    const receiver = await TestReceiver.listen(confirmAll);
    const localPort = await freePort();
    await send([fileOf('a')], receiver.port, { localPort });
    assert.equal(receiver.peers[0]!.remotePort, localPort);
  });
});

describe('sending classic to a receiver that does not confirm', () => {
  const item = fileOf('hello', 'hello.txt');

  it('reports the error of the receiver, ends with END, and can send again', async () => {
    const receiver = await TestReceiver.listen(async (peer, index) => {
      if (index > 0) {
        confirmAll(peer);
        return;
      }
      await peer.receive(9);
      await peer.send('ERROR: Invalid');
      await arrival();
      await peer.send("Token('no\nsuch key')");
      await peer.receiveAll();
    });
    await assert.rejects(send([item], receiver.port), {
      code: 'refused',
      message: /"hello.txt".*ERROR: InvalidToken\('no such key'\)\. Compare the keys on both sides\.$/,
    });
    assert.equal((await receiver.peers[0]!.receiveAll()).toString('latin1'), '\x0c\0\0\x05hello\x10');
    const [receipt] = await send([item], receiver.port);
    assert.equal(receipt?.confirmed, true);
  });

  it('continues after a refused item over a new connection, and reports which one it was', async () => {
    let connections = 0;
    const receiver = await TestReceiver.listen(async (peer) => {
      connections++;
      await peer.receive(5);
      await peer.send('OK');
      if (connections > 1) return;
      await peer.receive(10);
      await peer.send('ERROR: X()');
    });
    const [sent, failed]: [string[], string[]] = [[], []];
    const items = ['a', 'b', 'c'].map((text) => fileOf(text, text));
    const sending = send(items, receiver.port, {
      onSent: ({ name }) => sent.push(name),
      onFailed: ({ name }) => failed.push(name),
    });
    await assert.rejects(sending, { code: 'refused', message: /^1 of 3 items failed\. .*X\(\)/ });
    assert.deepEqual([sent, failed, connections], [['a', 'c'], ['b'], 2]);
  });

  it('stops in the middle when the receiver refuses', async () => {
    const receiver = await TestReceiver.listen(async (peer) => {
      await peer.receive(10);
      await peer.send("ERROR: LimitExceeded('x')");
    });
    const large = fileOf('x'.repeat(20_000_000));
    await assert.rejects(send([large], receiver.port), { code: 'refused', message: /LimitExceeded/ });
    assert.ok((await receiver.peers[0]!.receiveAll()).length < 20_000_000);
  });

  const silences: [title: string, serve: (peer: TestPeer) => unknown][] = [
    ['never answers', () => undefined],
    ['closes without an answer', (peer) => peer.receive(9).then(() => peer.socket.end())],
    [
      'resets the connection without an answer',
      (peer) => peer.receive(9).then(() => peer.socket.resetAndDestroy()),
    ],
    ['answers with a truncated word', (peer) => peer.receive(9).then(() => peer.send('O'))],
  ];
  for (const [title, serve] of silences) {
    it(`reports that nothing is confirmed if it ${title}`, async () => {
      const receiver = await TestReceiver.listen(serve);
      await assert.rejects(send([item], receiver.port), (error: Error & { code: string }) => {
        assert.match(error.code, title.includes('truncated') ? /refused/ : /not-confirmed/);
        return true;
      });
    });
  }

  it('reports that nothing is confirmed if it disconnects in the middle', async () => {
    const receiver = await TestReceiver.listen((peer) =>
      peer.receive(100_000).then(() => peer.socket.resetAndDestroy()),
    );
    await assert.rejects(send([fileOf('x'.repeat(20_000_000))], receiver.port), {
      code: 'not-confirmed',
      message: /check the key and the format/,
    });
  });

  it('gives up on a receiver that stops reading', async () => {
    const receiver = await TestReceiver.listen((peer) => peer.socket.pause());
    // Who takes nothing is not asked for an answer either, let alone for so long.
    const limits = { ...DEFAULT_LIMITS, idleTime: 200, answerTime: 60_000 };
    await assert.rejects(send([fileOf('x'.repeat(20_000_000))], receiver.port, { limits }), {
      code: 'not-confirmed',
    });
  });

  it('ends with END if the content cannot be read completely', async () => {
    const receiver = await TestReceiver.listen(() => undefined);
    const broken: OutgoingItem = {
      kind: 'dictionary',
      format: 'binary',
      name: 'x',
      async *open() {
        yield await Promise.resolve(Buffer.alloc(50_000));
        throw new Error('the disk is gone');
      },
    };
    await assert.rejects(send([broken], receiver.port), /the disk is gone/);
    const stream = await receiver.peers[0]!.receiveAll();
    assert.equal(stream.length, 4 + 48_000 + 1);
    assert.equal(stream.at(-1), 0x10);
    assert.equal(receiver.peers[0]!.ending, 'end');
  });
});

/** The packets of a stream that ends with END. */
function parsePackets(stream: Buffer): { op: number; meta?: number; chunk: Buffer }[] {
  const packets = [];
  let at = 0;
  while (at < stream.length - 1) {
    const op = stream[at++]!;
    const meta = op & 8 ? stream[at++] : undefined;
    const length = stream.readUInt16BE(at);
    packets.push({
      op,
      ...(meta !== undefined && { meta }),
      chunk: stream.subarray(at + 2, at + 2 + length),
    });
    at += 2 + length;
  }
  assert.equal(stream.toString('hex', at), END);
  return packets;
}
