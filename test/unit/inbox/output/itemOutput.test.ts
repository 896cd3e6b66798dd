import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { FernetKey } from '../../../../src/core/crypto/keys';
import { sealPiece } from '../../../../src/core/crypto/tokenStream';
import { PicklepostError } from '../../../../src/core/errors';
import type { Arrival, ReceivedItem } from '../../../../src/core/item/item';
import type { ItemStore } from '../../../../src/core/item/itemStore';
import type { Inbox } from '../../../../src/inbox/inbox';
import { withOutput } from '../../../../src/inbox/output/itemOutput';
import { findSaved, saveToFolder } from '../../../../src/inbox/output/plainOutput';
import { ARRIVAL, openInbox, store, temporaryDirectory } from '../temporary';

const OFFER = { transfer: 'ab'.repeat(16), kind: 'file', name: 'a.bin', size: 1, modified: 1 } as const;
const SHA256 = createHash('sha256').update('a').digest('hex');

function failing(inbox: Inbox): ItemStore {
  return withOutput(inbox, {
    write: () => Promise.reject(new PicklepostError('disk', 'No folder.')),
    remove: ({ id }) => inbox.delete(id),
  });
}

/** Offers a file of one byte, and sends it if it is wanted. */
async function offerFile(to: ItemStore, from: string, offer = OFFER): Promise<'have' | ReceivedItem> {
  const key = FernetKey.generate();
  const arrival: Arrival = { dialect: 'native', from, encrypted: true };
  const answer = await to.offer(arrival, offer, key);
  if (answer.kind === 'have') return 'have';
  await answer.writer.writeToken(sealPiece(key, 0, true, Buffer.from('a')));
  return answer.writer.finish({ size: 1, sha256: SHA256 });
}

describe('A store with an output', () => {
  const newDirectory = temporaryDirectory();

  function saving(inbox: Inbox, directory: string): ItemStore {
    const folder = { directory, fileName: '{name}' };
    return withOutput(inbox, {
      async write(item, existed) {
        if (!existed || (await findSaved(folder, item)) === undefined)
          await saveToFolder(folder, item, inbox.read(item.id));
        return {};
      },
      remove: ({ id }) => inbox.delete(id),
    });
  }

  it('has finished the output when the item is acknowledged', async () => {
    const inbox = await openInbox(newDirectory());
    const directory = newDirectory();
    const writer = await saving(inbox, directory).begin(ARRIVAL);
    await writer.write(Buffer.from('Hello World!'));
    assert(!existsSync(directory));
    await writer.finish({ kind: 'text', name: 'hello.txt' });
    assert.equal(readFileSync(path.join(directory, 'hello.txt'), 'utf8'), 'Hello World!');
  });

  it('has finished it when it reports an item as received already, and does it only once', async () => {
    const inbox = await openInbox(newDirectory());
    const [first, second] = [newDirectory(), newDirectory()];
    await offerFile(saving(inbox, first), '192.0.2.7:1');
    for (const port of [2, 3]) {
      assert.equal(await offerFile(saving(inbox, second), `192.0.2.7:${port}`), 'have');
      assert.deepEqual(readdirSync(second), ['a.bin']);
    }
    assert.equal((await inbox.list()).length, 1);
  });

  it('does it once for an item that is sent over two connections at the same time', async () => {
    const inbox = await openInbox(newDirectory());
    const directory = newDirectory();
    await offerFile(inbox, '192.0.2.7:1');
    const to = saving(inbox, directory);
    await Promise.all([offerFile(to, '192.0.2.7:2'), offerFile(to, '192.0.2.7:3')]);
    assert.deepEqual(readdirSync(directory), ['a.bin']);
  });

  it('does not acknowledge an item whose output failed, and does not store another one for each retry', async () => {
    const inbox = await openInbox(newDirectory());
    await assert.rejects(store(failing(inbox), 'a'), /No folder/);
    assert.deepEqual(await inbox.list(), []);
  });

  it('keeps an item of a raw sender, which gets no answer and may not have it any more', async () => {
    const inbox = await openInbox(newDirectory());
    const writer = await failing(inbox).begin({ ...ARRIVAL, dialect: 'raw' });
    await assert.rejects(writer.finish({ kind: 'text' }), /No folder/);
    assert.equal((await inbox.list()).length, 1);
  });

  it('keeps a file whose output failed, and repeats the output when it is offered again', async () => {
    const inbox = await openInbox(newDirectory());
    const directory = newDirectory();
    await assert.rejects(offerFile(failing(inbox), '192.0.2.7:1'), /No folder/);
    await assert.rejects(offerFile(failing(inbox), '192.0.2.7:2'), /No folder/);
    assert.equal((await inbox.list()).length, 1);
    assert.equal(await offerFile(saving(inbox, directory), '192.0.2.7:3'), 'have');
    assert.deepEqual(readdirSync(directory), ['a.bin']);
  });

  it('does nothing for an item that is discarded', async () => {
    const inbox = await openInbox(newDirectory());
    const writer = await failing(inbox).begin(ARRIVAL);
    await writer.write(Buffer.from('a'));
    await writer.discard();
    assert.deepEqual(await inbox.list(), []);
  });
});
