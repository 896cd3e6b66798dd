import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { Inbox } from '../../../src/inbox/inbox';
import { itemVector } from '../vectors';
import { temporaryDirectory } from './temporary';

describe('The vector of the inbox', () => {
  const newDirectory = temporaryDirectory();

  it('is read with its metadata and content', async () => {
    const { inboxKey, format, name, file, plain, metadata } = itemVector();
    const directory = newDirectory();
    mkdirSync(path.join(directory, 'items'), { recursive: true });
    writeFileSync(path.join(directory, 'FORMAT'), format);
    writeFileSync(path.join(directory, 'items', name), Buffer.from(file, 'base64url'));
    const inbox = await Inbox.open({ directory, key: Buffer.from(inboxKey, 'base64url') });
    assert.deepEqual(await inbox.list(), [{ state: 'whole', item: metadata }]);
    assert.equal((await inbox.readAll(path.parse(name).name, 1000)).toString('hex'), plain);
  });
});
