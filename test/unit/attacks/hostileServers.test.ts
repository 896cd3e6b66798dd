import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import { FernetKey } from '../../../src/core/crypto/keys';
import { DEFAULT_LIMITS } from '../../../src/core/limits';
import type { DialectName } from '../../../src/core/wire/dialects';
import type { Message } from '../../../src/core/wire/native/session/messages';
import { NativePeer } from '../net/nativePeer';
import { fileOf, send } from '../net/sending';
import { TestReceiver, type TestPeer } from '../net/testPeer';

const MEBIBYTE = 1024 * 1024;
const DIALECTS: readonly DialectName[] = ['native', 'classic', 'raw'];
/** Bytes of a server's answer that a sender takes at most; as many again are in the memory of the system. */
const TAKEN = 32 * MEBIBYTE;
const CONTENT = 5_000_000;
const OFFER = {
  transfer: '0'.repeat(32),
  key: FernetKey.generate().toText(),
  kind: 'file',
  name: 'x',
} as const;
/** Short where a server is waited for. */
const LIMITS = { ...DEFAULT_LIMITS, answerTime: 500, idleTime: 500 };

/** Sends as a server takes it, until the other side has ended the connection. @returns bytes that have gone out */
function flood({ socket }: TestPeer): Promise<number> {
  const block = Buffer.alloc(65_536, 'A');
  return new Promise((resolve) => {
    socket.once('close', () => resolve(socket.bytesWritten - socket.writableLength));
    pour(socket, block);
  });
}

function pour(socket: Socket, block: Buffer): void {
  while (!socket.destroyed && socket.bytesWritten < 4 * TAKEN) if (!socket.write(block)) break;
  socket.once('drain', () => pour(socket, block));
}

/** What a server does, and whether a raw sender, to whom nothing is confirmed, may take it for a receiver. */
const servers: readonly [what: string, serve: (peer: TestPeer) => unknown, isReceiver: boolean][] = [
  ['closes at once', (peer) => peer.receive(1).then(() => peer.socket.end()), true],
  ['resets at once', (peer) => peer.receive(1).then(() => peer.socket.resetAndDestroy()), false],
  ['echoes its input', ({ socket }) => void socket.pipe(socket), true],
  ['reads nothing', ({ socket }) => void socket.pause(), false],
  ['answers with random bytes', (peer) => peer.send(Buffer.from([...Array(256).keys()])), true],
  [
    'answers with control characters of a terminal',
    (peer) => peer.send("ERROR: X('\u001b[2J\u009b2J\u0007')"),
    false,
  ],
];

describe('A sender survives a server that', () => {
  afterEach(() => TestReceiver.closeAll());
  afterEach(() => NativePeer.closeAll());

  function sendTo(port: number, dialect: DialectName, limits = LIMITS): Promise<unknown> {
    return send([fileOf(Buffer.alloc(CONTENT, 'x'))], port, { dialect, limits });
  }

  for (const [what, serve, isReceiver] of servers) {
    for (const dialect of DIALECTS) {
      it(`${what}, and reports no ${dialect} item as confirmed`, async () => {
        const { port } = await TestReceiver.listen(serve);
        const outcome = await sendTo(port, dialect).then(
          (receipts) => receipts as { confirmed: boolean }[],
          (error: unknown) => error as Error,
        );
        if (outcome instanceof Error) assert.doesNotMatch(outcome.message, /\p{Cc}/u);
        else assert.deepEqual([dialect, isReceiver, outcome[0]?.confirmed], ['raw', true, false]);
      });
    }
  }

  // A raw sender drops what comes, for as long as it has something to send.
  for (const dialect of ['native', 'classic'] as const) {
    it(`floods it, and reads only a limited part of that in the ${dialect} dialect`, async () => {
      const flooded: Promise<number>[] = [];
      const { port } = await TestReceiver.listen((peer) => flooded.push(flood(peer)));
      await sendTo(port, dialect).catch(() => undefined);
      for (const bytes of await Promise.all(flooded)) assert(bytes < TAKEN, String(bytes));
    });
  }

  for (const dialect of ['classic', 'raw'] as const) {
    // With the usual limits, a sender that waited for the end of the connection would take a minute.
    it(`refuses in the ${dialect} dialect and continues sending, and reports it at once`, async () => {
      const { port } = await TestReceiver.listen(async (peer) => {
        await peer.receive(10);
        await peer.send("ERROR: Nope('no')");
        await flood(peer);
      });
      await assert.rejects(sendTo(port, dialect, DEFAULT_LIMITS), { code: 'refused', message: /Nope/ });
    });
  }

  it('sends a greeting very slowly, and waits no longer than for any answer', async () => {
    const { port } = await TestReceiver.listen(async (peer) => {
      await peer.receive(10);
      const dripping = setInterval(() => peer.socket.write(' '), 20);
      await peer.send(Buffer.from('89504b500d0a1a0a0000200001', 'hex'));
      await peer.closed;
      clearInterval(dripping);
    });
    await assert.rejects(sendTo(port, 'native'), { code: 'timeout' });
  });

  const lies: readonly [what: string, message: Message][] = [
    ['confirms an item that was not offered', { type: 'stored', item: 7, id: 'x', sha256: '0'.repeat(64) }],
    [
      'claims to have more of an item than exists',
      { type: 'accept', item: 0, pieces: 900, sha256: '0'.repeat(64) },
    ],
    ['offers an item itself', { type: 'offer', item: 0, ...OFFER }],
  ];
  for (const [what, message] of lies) {
    it(what, async () => {
      const port = await NativePeer.listen(undefined, async ({ session }) => {
        await session.receive();
        await session.send(message);
        while (await session.receive());
      });
      await assert.rejects(sendTo(port, 'native'));
    });
  }
});
