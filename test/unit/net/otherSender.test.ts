import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { FernetKey } from '../../../src/core/crypto/keys';
import { PIECE_SIZE, sealPiece } from '../../../src/core/crypto/tokenStream';
import { DEFAULT_LIMITS } from '../../../src/core/limits';
import type { Message } from '../../../src/core/wire/native/session/messages';
import { Inbox } from '../../../src/inbox/inbox';
import { ReceiveServer } from '../../../src/net/receiveServer';
import { NativePeer } from './nativePeer';

const [anna, ben] = [FernetKey.generate(), FernetKey.generate()];
const itemKey = FernetKey.generate();
const content = randomBytes(2 * PIECE_SIZE);
const OFFER = {
  type: 'offer',
  item: 0,
  transfer: 'ab'.repeat(16),
  kind: 'file',
  name: 'large.bin',
  size: content.length,
  modified: 1,
  key: itemKey.toText(),
} as const satisfies Message;

describe('A sender who knows everything that another one has sent', () => {
  let directory: string;
  let inbox: Inbox;
  let server: ReceiveServer;
  let port: number;

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'picklepost-other-'));
    inbox = await Inbox.open({ directory: path.join(directory, 'inbox'), key: randomBytes(32) });
    const keys = [
      { name: 'Anna', key: anna },
      { name: 'Ben', key: ben },
    ];
    const options = {
      store: inbox,
      keys,
      requireEncryption: false,
      allowPickle: true,
      limits: DEFAULT_LIMITS,
    };
    server = new ReceiveServer({
      host: '127.0.0.1',
      port: 0,
      bufferSize: 65536,
      connectionOptions: () => options,
    });
    ({ port } = await server.start());
  });
  afterEach(async () => {
    await server.stop();
    inbox.close();
    await rm(directory, { recursive: true });
  });

  for (const [who, key] of [
    ['with another key', ben],
    ['without a key', undefined],
  ] as const)
    it(`can neither resume, take over nor cancel its item ${who}, nor learns of it`, async () => {
      const first = await NativePeer.connect(port, anna);
      await first.session.send(OFFER);
      assert.equal((await answer(first)).type, 'accept');
      await first.session.sendPiece(0, sealPiece(itemKey, 0, false, content.subarray(0, PIECE_SIZE)));
      assert.equal((await answer(first)).type, 'progress');

      const other = await NativePeer.connect(port, key);
      await other.session.send(OFFER);
      // Nothing is there of it: no pieces, no hash and no key.
      assert.deepEqual(await answer(other), { type: 'accept', item: 0, pieces: 0 });
      await other.session.send({ type: 'cancel', item: 0 });
      await other.close();

      await first.session.sendPiece(0, sealPiece(itemKey, 1, true, content.subarray(PIECE_SIZE)));
      const sha256 = createHash('sha256').update(content).digest('hex');
      await first.session.send({ type: 'end', item: 0, size: content.length, sha256 });
      let last = await answer(first);
      while (last.type === 'progress') last = await answer(first);
      assert.equal(last.type, 'stored');
      await first.close();
      const [entry, ...more] = await inbox.list();
      assert.ok(entry?.state === 'whole' && more.length === 0);
      assert.equal(entry.item.key, 'Anna');
    });
});

async function answer({ session }: NativePeer): Promise<Message> {
  for (;;) {
    const message = await session.receive();
    assert.ok(message && message.type !== 'piece');
    if (message.type !== 'ping') return message;
  }
}
