import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { PicklepostError } from '../../../../src/core/errors';
import { Inbox } from '../../../../src/inbox/inbox';
import { defaultInboxDirectory, inboxKeyFile, loadInboxKey } from '../../../../src/inbox/keys/inboxKey';
import { temporaryDirectory } from '../temporary';

describe('The key of an inbox', () => {
  const newDirectory = temporaryDirectory();

  it('is created once, next to the inbox, for its owner only', async () => {
    const parent = newDirectory();
    const directory = path.join(parent, 'data', 'inbox');
    const file = inboxKeyFile(directory, {});
    assert.equal(file, path.join(parent, 'data', 'inbox.key'));
    const key = await loadInboxKey(file, directory);
    assert.equal(key.length, 32);
    assert.match(readFileSync(file, 'latin1'), /^[\w-]{43}=\n$/);
    if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(await loadInboxKey(file, directory), key);
    await Inbox.open({ directory, key });
    assert.deepEqual(await loadInboxKey(file, directory), key);
  });

  it('is the same for all processes that create it at the same time', async () => {
    const directory = newDirectory();
    mkdirSync(directory);
    const file = path.join(directory, 'inbox.key');
    const load = (): Promise<Buffer> => loadInboxKey(file, path.join(directory, 'inbox'));
    const keys = await Promise.all(Array.from({ length: 20 }, load));
    assert.equal(new Set(keys.map((key) => key.toString('hex'))).size, 1);
    assert.deepEqual(readdirSync(directory), ['inbox.key']);
  });

  it('is never created again for an inbox that has lost it', async () => {
    const directory = path.join(newDirectory(), 'inbox');
    const file = inboxKeyFile(directory, {});
    await Inbox.open({ directory, key: await loadInboxKey(file, directory) });
    rmSync(file);
    await assert.rejects(loadInboxKey(file, directory), (error) => {
      return (
        error instanceof PicklepostError && error.code === 'invalid-key' && error.message.includes('Restore')
      );
    });
    assert(!readdirSync(path.dirname(file)).includes('inbox.key'));
  });

  it('is not named in an error of the inbox, and a failed write is not reported as a failed read', async () => {
    const directory = newDirectory();
    mkdirSync(directory);
    const inbox = path.join(directory, 'inbox');
    const key = path.join(directory, 'folder', 'inbox.key');
    // Leads to nothing: neither a folder nor free.
    symlinkSync(path.join(directory, 'nothing'), path.dirname(key), 'junction');
    await assert.rejects(loadInboxKey(key, inbox), { message: /^Cannot write the key of the inbox to / });
    writeFileSync(inbox, '');
    await assert.rejects(loadInboxKey(key, inbox), {
      message: /^Cannot open the inbox .*: a part of the path is a file/,
    });
  });

  it('is refused if the file does not contain one, without showing the content', async () => {
    const directory = newDirectory();
    mkdirSync(directory);
    const file = path.join(directory, 'some.key');
    writeFileSync(file, 'correct horse battery staple');
    await assert.rejects(loadInboxKey(file, directory), (error) => {
      assert(error instanceof PicklepostError);
      return error.code === 'invalid-key' && error.message.includes(file) && !error.message.includes('horse');
    });
  });

  it('is read from the file that the environment names', () => {
    const environment = { PICKLEPOST_INBOX_KEY_FILE: '/keys/mine' };
    assert.equal(inboxKeyFile('/data/inbox', environment), '/keys/mine');
    assert.equal(
      inboxKeyFile('/data/inbox', { PICKLEPOST_INBOX_KEY_FILE: '' }),
      path.resolve('/data/inbox.key'),
    );
  });
});

describe('The default inbox', () => {
  it('is in the folder where the platform keeps the data of users', () => {
    const of = (platform: NodeJS.Platform, environment: NodeJS.ProcessEnv = {}): string =>
      defaultInboxDirectory({ platform, environment, home: path.join('/', 'home') }).replaceAll('\\', '/');
    assert.equal(of('linux'), '/home/.local/share/picklepost/inbox');
    assert.equal(of('linux', { XDG_DATA_HOME: '/data' }), '/data/picklepost/inbox');
    assert.equal(of('linux', { XDG_DATA_HOME: 'relative' }), '/home/.local/share/picklepost/inbox');
    assert.equal(of('darwin'), '/home/Library/Application Support/picklepost/inbox');
    assert.equal(of('win32'), '/home/AppData/Local/picklepost/inbox');
    assert.equal(of('win32', { LOCALAPPDATA: '/local' }), '/local/picklepost/inbox');
  });
});
