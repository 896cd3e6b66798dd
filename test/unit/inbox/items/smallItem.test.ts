import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { FernetKey } from '../../../../src/core/crypto/keys';
import { PIECE_SIZE, sealPiece } from '../../../../src/core/crypto/tokenStream';
import { SMALL_ITEM, type ItemOffer, type ItemWriter } from '../../../../src/core/item/itemStore';
import type { Inbox } from '../../../../src/inbox/inbox';
import { appendPieces, ARRIVAL, collect, openInbox, pattern, temporaryDirectory } from '../temporary';

const SMALL = pattern(1000);
const KEY = FernetKey.generate();
const ABOUT = { kind: 'file', name: 'a.txt', transfer: 'a' } as const;

describe('A small item in pieces', () => {
  const newDirectory = temporaryDirectory();

  async function begin(inbox: Inbox, offered = SMALL.length): Promise<ItemWriter> {
    const offer: ItemOffer = { ...ABOUT, size: offered };
    const answer = await inbox.offer(ARRIVAL, offer, KEY);
    assert(answer.kind === 'accepted');
    return answer.writer;
  }

  function said(content: Buffer): { size: number; sha256: string } {
    return { size: content.length, sha256: createHash('sha256').update(content).digest('hex') };
  }

  function left(directory: string): string[] {
    return ['incoming', 'items', 'partial'].flatMap((name) => readdirSync(path.join(directory, name)));
  }

  for (const [about, content] of [
    ['of the size that was offered', SMALL],
    ['that is empty', Buffer.alloc(0)],
    ['that has become larger, but is still small', pattern(SMALL_ITEM)],
    ['that has become too large for a small item', pattern(SMALL_ITEM + 16)],
    ['that has become several pieces', pattern(2 * PIECE_SIZE + 3)],
  ] as const) {
    it(`${about} is stored as it arrived`, async () => {
      const directory = newDirectory();
      const inbox = await openInbox(directory);
      const writer = await begin(inbox);
      await appendPieces(writer, content);
      const item = await writer.finish(said(content));
      assert.deepEqual(await collect(inbox.read(item.id)), content);
      assert.deepEqual(left(directory), [`${item.id}.item`]);
      inbox.close();
    });
  }

  it(`that becomes large reports the number of stored pieces, which allows to limit it`, async () => {
    const inbox = await openInbox(newDirectory());
    const writer = await begin(inbox);
    await appendPieces(writer, pattern(3 * PIECE_SIZE));
    const written = await writer.written();
    assert(written >= 2);
    assert.equal(writer.pieces, written);
    await writer.discard();
    inbox.close();
  });

  it(`has no file before it is complete, and leaves none if it is abandoned`, async () => {
    const directory = newDirectory();
    const inbox = await openInbox(directory);
    for (const content of [SMALL, pattern(SMALL_ITEM + 16)]) {
      for (const end of ['suspend', 'discard'] as const) {
        const writer = await begin(inbox);
        await appendPieces(writer, content);
        await writer.written();
        assert.equal(left(directory).length, content === SMALL ? 0 : 1);
        await writer[end]();
        assert.deepEqual(left(directory), []);
      }
    }
    inbox.close();
  });

  it(`is refused if its size or hash is not what the sender says`, async () => {
    const directory = newDirectory();
    const inbox = await openInbox(directory);
    for (const other of [pattern(999), randomBytes(1000)]) {
      const writer = await begin(inbox);
      await appendPieces(writer, SMALL);
      await assert.rejects(writer.finish(said(other)), { code: 'protocol' });
      await writer.discard();
    }
    assert.deepEqual(left(directory), []);
    inbox.close();
  });

  it('is refused if its pieces are invalid', async () => {
    const inbox = await openInbox(newDirectory());
    for (const token of [
      sealPiece(KEY, 1, true, SMALL),
      sealPiece(KEY, 0, true, SMALL, 2 ** 10),
      sealPiece(FernetKey.generate(), 0, true, SMALL),
    ])
      await assert.rejects((await begin(inbox)).writeToken(token), { code: 'invalid-token' });
    const writer = await begin(inbox);
    await appendPieces(writer, SMALL);
    await assert.rejects(writer.writeToken(sealPiece(KEY, 0, true, SMALL)), { code: 'invalid-token' });
    await assert.rejects((await begin(inbox)).finish(said(Buffer.alloc(0))), {
      code: 'protocol',
    });
    inbox.close();
  });

  for (const lost of ['items', 'incoming']) {
    it(`leaves nothing if it cannot be stored because the folder ${lost} is missing`, async () => {
      const directory = newDirectory();
      const inbox = await openInbox(directory);
      const writer = await begin(inbox);
      await appendPieces(writer, SMALL);
      rmdirSync(path.join(directory, lost));
      await assert.rejects(writer.finish(said(SMALL)), { code: 'disk' });
      mkdirSync(path.join(directory, lost));
      assert.deepEqual(left(directory), []);
      inbox.close();
    });
  }
});
