import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { FernetKey } from '../../../src/core/crypto/keys';
import { Inbox } from '../../../src/inbox/inbox';
import { keepInboxKey, loadInboxKey } from '../../../src/inbox/keys/inboxKey';
import { appendPieces, ARRIVAL, ITEM_KEY, openInbox, pattern, store, temporaryDirectory } from './temporary';
import { inEnglish, type Words } from '../../../src/core/text';

const OFFER = { kind: 'file', name: 'a.bin', transfer: '0'.repeat(32), modified: 1 } as const;

describe('An inbox that is removed while it is open', () => {
  const newDirectory = temporaryDirectory();

  async function open(directory: string): Promise<{ inbox: Inbox; notices: string[] }> {
    const file = `${directory}.key`;
    const key = await loadInboxKey(file, directory);
    const notices: string[] = [];
    const onNotice = (notice: Words): number => notices.push(inEnglish(notice));
    const inbox = await Inbox.open({ directory, key, onNotice, keepKey: () => keepInboxKey(file, key) });
    return { inbox, notices };
  }

  it('is created again with its key, so that the next program can read later items', async () => {
    const directory = path.join(newDirectory(), 'inbox');
    const { inbox, notices } = await open(directory);
    await store(inbox, 'before');
    rmSync(path.dirname(directory), { recursive: true });
    const { id } = await store(inbox, 'after');
    assert.match(notices.join(), /^The inbox .* was removed\. It has been made again\.$/);
    const { inbox: next } = await open(directory);
    assert.deepEqual(
      (await next.list()).map((entry) => entry.state === 'whole' && entry.item.id),
      [id],
    );
    assert.equal((await next.readAll(id, 100)).toString(), 'after');
    for (const one of [inbox, next]) one.close();
  });

  it('stores small and large items again, whichever folder is missing', async () => {
    for (const folder of ['', 'items', 'incoming', 'partial']) {
      const directory = path.join(newDirectory(), 'inbox');
      const inbox = await openInbox(directory);
      rmSync(path.join(directory, folder), { recursive: true });
      for (const size of [10, 1_500_000]) {
        const answer = await inbox.offer(ARRIVAL, { ...OFFER, size }, ITEM_KEY);
        assert(answer.kind === 'accepted');
        const content = pattern(size);
        await appendPieces(answer.writer, content);
        const sha256 = createHash('sha256').update(content).digest('hex');
        await answer.writer.finish({ size, sha256 });
      }
      assert.equal((await inbox.list()).length, 2, folder);
      inbox.close();
    }
  });

  it('reports items in the new folders', async () => {
    const directory = path.join(newDirectory(), 'inbox');
    const { inbox } = await open(directory);
    let changes = 0;
    let seen = (): void => undefined;
    inbox.onDidChange(() => {
      changes++;
      seen();
    });
    rmSync(directory, { recursive: true });
    await store(inbox, 'one');
    while (changes < 1) await new Promise<void>((resolve) => (seen = resolve));
    const { inbox: other } = await open(directory);
    const before = changes;
    await store(other, 'two');
    while (changes === before) await new Promise<void>((resolve) => (seen = resolve));
    assert.equal((await inbox.ids()).length, 2);
    for (const one of [inbox, other]) one.close();
  });

  it('writes its key again if only that is missing', async () => {
    const directory = path.join(newDirectory(), 'inbox');
    const file = `${directory}.key`;
    const { inbox } = await open(directory);
    const { id } = await store(inbox, 'before');
    const key = await loadInboxKey(file, directory);
    rmSync(file);
    await keepInboxKey(file, key);
    assert.deepEqual(await loadInboxKey(file, directory), key);
    assert.equal((await inbox.readAll(id, 100)).toString(), 'before');
    inbox.close();
  });

  it('stores nothing if another inbox has replaced it', async () => {
    const directory = path.join(newDirectory(), 'inbox');
    const inbox = await openInbox(directory);
    rmSync(directory, { recursive: true });
    const other = FernetKey.generate();
    const taken = await openInbox(directory, Buffer.concat([other.signing, other.encryption]));
    rmSync(path.join(directory, 'incoming'), { recursive: true });
    await assert.rejects(store(inbox, 'lost'), { code: 'invalid-key', message: /another key/ });
    assert(existsSync(directory));
    assert.deepEqual(readdirSync(path.join(directory, 'items')), []);
    for (const one of [inbox, taken]) one.close();
  });
});
