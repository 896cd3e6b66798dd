import assert from 'node:assert/strict';
import { chmodSync, chownSync, lchownSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { FernetKey } from '../../../../src/core/crypto/keys';
import { protectFolder, protectOwnFolder, readSecretFile } from '../../../../src/inbox/disk/protection';
import { Inbox } from '../../../../src/inbox/inbox';
import { loadInboxKey } from '../../../../src/inbox/keys/inboxKey';
import { temporaryDirectory } from '../temporary';
import { inEnglish, type Words } from '../../../../src/core/text';

const SOMEBODY = 65534;

function unexpected(notice: Words): void {
  assert.fail(inEnglish(notice));
}
const KEY = FernetKey.generate().toText();

/** What others may have planted, only root can plant for a test. */
const canGiveAway = process.geteuid?.() === 0;

describe('A folder or file with secrets', function () {
  const newDirectory = temporaryDirectory();

  before(function () {
    if (process.platform === 'win32') this.skip();
    if (!canGiveAway) console.warn('      not root: files of other users are not tested');
  });

  function newFolder(mode: number): string {
    const folder = newDirectory();
    mkdirSync(folder);
    chmodSync(folder, mode);
    return folder;
  }

  function newKeyFile(mode: number): string {
    const file = path.join(newFolder(0o700), 'some.key');
    writeFileSync(file, KEY);
    chmodSync(file, mode);
    return file;
  }

  async function notices(work: (onNotice: (notice: Words) => void) => Promise<unknown>): Promise<string> {
    const all: string[] = [];
    await work((notice) => all.push(inEnglish(notice)));
    return all.join('\n');
  }

  it('loses the permissions of others to enter or change a folder, and the person is notified', async () => {
    for (const [mode, could] of [
      [0o755, 'enter'],
      [0o777, 'change'],
    ] as const) {
      const folder = newFolder(mode);
      const said = await notices((onNotice) => protectFolder(folder, onNotice));
      const was = mode.toString(8);
      assert.match(said, new RegExp(`could ${could} the folder .* was 0${was}, and is 0700 now\\.$`));
      assert.equal(statSync(folder).mode & 0o777, 0o700);
      assert.equal(await notices((onNotice) => protectFolder(folder, onNotice)), '');
    }
  });

  it('loses the permissions of others to read a key file, and the person is notified', async () => {
    const file = newKeyFile(0o644);
    const said = await notices(async (onNotice) => assert.equal(await readSecretFile(file, onNotice), KEY));
    assert.match(said, /could read the key file .* was 0644, and is 0600 now\. If somebody .*new key\.$/);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('is refused if others can change a key file, unless it is only inspected', async () => {
    const file = newKeyFile(0o666);
    const refused = { code: 'invalid-key', message: /can change .*fingerprint.*chmod 600/ };
    await assert.rejects(
      readSecretFile(file, () => undefined),
      refused,
    );
    assert.match(await notices((onNotice) => readSecretFile(file, onNotice, true)), /can change/);
    assert.equal(statSync(file).mode & 0o777, 0o666);
  });

  it('may be behind a link of this user, but a link must not replace a folder of the inbox', async () => {
    const folder = newFolder(0o700);
    const link = `${folder}-link`;
    symlinkSync(folder, link);
    await protectFolder(link, unexpected);
    await assert.rejects(protectOwnFolder(link, unexpected), { code: 'disk', message: /is a link/ });
  });

  it('is refused if it belongs to another user', async function () {
    if (!canGiveAway) this.skip();
    const folder = newFolder(0o700);
    const file = newKeyFile(0o600);
    const links = [folder, file].map((place) => {
      symlinkSync(place, `${place}-link`);
      lchownSync(`${place}-link`, SOMEBODY, SOMEBODY);
      return `${place}-link`;
    });
    await assert.rejects(protectFolder(links[0]!, unexpected), { code: 'disk', message: /another user/ });
    await assert.rejects(readSecretFile(links[1]!, unexpected), { code: 'invalid-key' });
    for (const place of [folder, file]) chownSync(place, SOMEBODY, SOMEBODY);
    await assert.rejects(protectFolder(folder, unexpected), { code: 'disk', message: /another user/ });
    await assert.rejects(readSecretFile(file, unexpected), {
      code: 'invalid-key',
      message: /another user.*put it there/,
    });
  });

  it('is not used as an inbox if another user has created the folder, or its key', async function () {
    if (!canGiveAway) this.skip();
    const parent = newFolder(0o777);
    const directory = path.join(parent, 'inbox');
    mkdirSync(path.join(directory, 'items'), { recursive: true });
    chownSync(directory, SOMEBODY, SOMEBODY);
    writeFileSync(`${directory}.key`, KEY);
    chownSync(`${directory}.key`, SOMEBODY, SOMEBODY);
    await assert.rejects(loadInboxKey(`${directory}.key`, directory), { code: 'invalid-key' });
    await assert.rejects(Inbox.open({ directory, key: Buffer.alloc(32) }), {
      code: 'disk',
      message: /belongs to another user/,
    });
  });

  it('is refused as an inbox if one of its folders is a link', async () => {
    const directory = newFolder(0o700);
    symlinkSync(newFolder(0o700), path.join(directory, 'items'));
    await assert.rejects(Inbox.open({ directory, key: Buffer.alloc(32) }), {
      code: 'disk',
      message: /is a link in place of a folder of the inbox/,
    });
  });
});
