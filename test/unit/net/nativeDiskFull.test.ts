import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'mocha';
import { FernetKey } from '../../../src/core/crypto/keys';
import { DEFAULT_LIMITS } from '../../../src/core/limits';
import type { OutgoingItem } from '../../../src/core/wire/item';
import { Inbox } from '../../../src/inbox/inbox';
import { ReceiveServer } from '../../../src/net/receiveServer';
import { sendItems } from '../../../src/net/sendClient';

const MEBIBYTE = 1024 * 1024;
const DISK = 16 * MEBIBYTE;

function item(name: string, size: number, saysSize: boolean): OutgoingItem {
  return {
    kind: 'file',
    name,
    modified: 1_700_000_000_000,
    source: `/${name}`,
    ...(saysSize && { size }),
    open: async function* () {
      for (let at = 0; at < size; at += MEBIBYTE)
        yield await Promise.resolve(randomBytes(Math.min(MEBIBYTE, size - at)));
    },
  };
}

describe('A native receiver on a disk that is full', function () {
  this.timeout(30_000);

  for (const [security, key] of [['with a key', FernetKey.generate()] as const, ['without a key'] as const]) {
    for (const saysSize of [true, false]) {
      const when = saysSize ? 'before anything is sent' : 'in the middle';
      it(`says so on both sides, ${when}, and takes the next item, ${security}`, async function () {
        const disk = mkdtempSync(path.join(tmpdir(), 'picklepost-disk-'));
        const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK}`, 'picklepost-test', disk]);
        if (mount.status !== 0) return this.skip();
        try {
          await fillDisk(disk, saysSize, key);
        } finally {
          spawnSync('umount', [disk]);
          rmSync(disk, { recursive: true });
        }
      });
    }
  }

  async function fillDisk(disk: string, saysSize: boolean, key: FernetKey | undefined): Promise<void> {
    const directory = path.join(disk, 'inbox');
    const inbox = await Inbox.open({ directory, key: randomBytes(32) });
    const server = new ReceiveServer({
      host: '127.0.0.1',
      port: 0,
      bufferSize: 65536,
      connectionOptions: () => ({
        store: inbox,
        ...(key && { key }),
        requireEncryption: false,
        allowPickle: true,
        limits: DEFAULT_LIMITS,
      }),
    });
    await server.start();
    assert.equal(server.state.kind, 'listening');
    const { port } = server.state;
    const free = statfsSync(disk).bavail;
    const items = [item('large', 2 * DISK, saysSize), item('small', 1000, true)];
    const sent: string[] = [];
    const sending = sendItems(items, {
      host: '127.0.0.1',
      port,
      dialect: 'native',
      localPort: 0,
      bufferSize: 65536,
      limits: DEFAULT_LIMITS,
      ...(key && { key }),
      onSent: ({ name }) => sent.push(name),
    });
    await assert.rejects(
      sending,
      saysSize ? /large.*disk of the receiver/ : /large.*the disk is full. Make room/,
    );
    assert.deepEqual(sent, ['small']);
    const pageSize = statfsSync(disk).bsize;
    assert.ok((free - statfsSync(disk).bavail) * pageSize < 100_000, 'space was not given back');
    assert.deepEqual([readdirSync(path.join(directory, 'incoming')), await inbox.listPartial()], [[], []]);
    await server.stop();
    inbox.close();
  }
});
