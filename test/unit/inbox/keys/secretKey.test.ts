import assert from 'node:assert/strict';
import { existsSync, rmSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { loadSecretKey, type InboxSecret } from '../../../../src/inbox/keys/secretKey';
import { collect, openInbox, store, temporaryDirectory } from '../temporary';

/** A secret store of several windows, each of which learns a moment later what another one has stored. */
class SharedSecret {
  text: string | undefined;
  stored = 0;

  window(): InboxSecret {
    let own: string | undefined;
    return {
      read: async () => {
        const known = own ?? this.text;
        await setImmediate();
        return known;
      },
      store: async (text) => {
        for (let turn = 0; turn < 20; turn++) await setImmediate();
        this.text = own = text;
        this.stored++;
      },
    };
  }
}

function age(file: string): void {
  const time = Date.now() / 1000 - 60;
  utimesSync(file, time, time);
}

describe('The key of an inbox in a secret store', function () {
  this.timeout(20_000);
  const newDirectory = temporaryDirectory();

  it('is created once by windows that start at the same time', async () => {
    const [directory, secret] = [newDirectory(), new SharedSecret()];
    const keys = await Promise.all(
      Array.from({ length: 8 }, () => loadSecretKey(secret.window(), directory)),
    );
    assert.equal(new Set(keys.map((key) => key.toString('hex'))).size, 1);
    assert.equal(secret.stored, 1);
    const inboxes = await Promise.all(keys.map((key) => openInbox(directory, key)));
    const { id } = await store(inboxes[0]!, 'content');
    assert.equal((await collect(inboxes[7]!.read(id))).toString(), 'content');
  });

  it('is never created again for an existing inbox, with or without the file that marks its format', async () => {
    const [directory, secret] = [newDirectory(), new SharedSecret()];
    const key = await loadSecretKey(secret.window(), directory);
    await store(await openInbox(directory, key), 'content');
    const { text } = secret;
    secret.text = undefined;
    const mark = path.join(directory, 'FORMAT');
    age(mark);
    const missing = { code: 'invalid-key', message: /items are still there: unlock the secret storage/ };
    await assert.rejects(loadSecretKey(secret.window(), directory), missing);
    rmSync(mark);
    await assert.rejects(loadSecretKey(secret.window(), directory), missing);
    assert.equal(secret.stored, 1);
    secret.text = text;
    const again = await openInbox(directory, await loadSecretKey(secret.window(), directory));
    assert.equal((await again.list()).length, 1);
  });

  it('is stored again after the store has failed', async () => {
    const directory = newDirectory();
    const locked = {
      read: () => Promise.resolve(undefined),
      store: () => Promise.reject(new Error('locked')),
    };
    const forgetful = { ...locked, store: () => Promise.resolve() };
    for (const secret of [locked, forgetful])
      await assert.rejects(loadSecretKey(secret, directory), { code: 'invalid-key', message: /Unlock it/ });
    assert(!existsSync(path.join(directory, 'FORMAT')));
    const secret = new SharedSecret();
    await openInbox(directory, await loadSecretKey(secret.window(), directory));
  });

  it('is refused if the store contains something else', async () => {
    const secret = { read: () => Promise.resolve('short'), store: () => Promise.resolve() };
    await assert.rejects(loadSecretKey(secret, newDirectory()), { code: 'invalid-key' });
  });
});
