import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'mocha';
import { FernetKey } from '../../../src/core/crypto/keys';
import { DEFAULT_LIMITS } from '../../../src/core/limits';
import type { OutgoingItem } from '../../../src/core/item/item';
import { Inbox } from '../../../src/inbox/inbox';
import { ReceiveServer } from '../../../src/net/receiveServer';
import { sendItems } from '../../../src/net/sendClient';
import { namedKeys } from '../../harness/namedKeys';

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
      it(`reports it on both sides, ${when}, and accepts the next item, ${security}`, async function () {
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

  for (const [security, key] of [['with a key', FernetKey.generate()] as const, ['without a key'] as const])
    it(`reports it if another program fills the disk during the transfer, and accepts the item once there is space, ${security}`, async function () {
      const disk = mkdtempSync(path.join(tmpdir(), 'picklepost-disk-'));
      const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK}`, 'picklepost-test', disk]);
      if (mount.status !== 0) return this.skip();
      try {
        await fillMeanwhile(disk, key);
      } finally {
        spawnSync('umount', [disk]);
        rmSync(disk, { recursive: true });
      }
    });

  async function fillMeanwhile(disk: string, key: FernetKey | undefined): Promise<void> {
    const { inbox, server, send } = await start(disk, key);
    const filler = path.join(disk, 'filler');
    const kept = item('kept', 10 * MEBIBYTE, true);
    const filling: OutgoingItem = {
      ...kept,
      async *open() {
        let pieces = 0;
        for await (const piece of kept.open()) {
          if (++pieces === 3) fill(filler);
          yield piece;
        }
      },
    };
    await assert.rejects(send([filling]), /kept.*not enough room on the disk of the receiver/);
    assert.deepEqual([await inbox.list(), await inbox.listPartial()], [[], []]);
    rmSync(filler);
    assert.deepEqual(await send([kept]), ['kept']);
    assert.deepEqual(await inbox.listPartial(), []);
    await server.stop();
    inbox.close();
  }

  async function fillDisk(disk: string, saysSize: boolean, key: FernetKey | undefined): Promise<void> {
    const { directory, inbox, server, send } = await start(disk, key);
    const free = statfsSync(disk).bavail;
    const items = [item('large', 2 * DISK, saysSize), item('small', 1000, true)];
    const sent: string[] = [];
    await assert.rejects(send(items, sent), /large.*not enough room on the disk of the receiver/);
    assert.deepEqual(sent, ['small']);
    const pageSize = statfsSync(disk).bsize;
    assert.ok((free - statfsSync(disk).bavail) * pageSize < 100_000, 'space was not given back');
    assert.deepEqual([readdirSync(path.join(directory, 'incoming')), await inbox.listPartial()], [[], []]);
    await server.stop();
    inbox.close();
  }
});

/** A receiver on a disk, and a function that sends to it and tells the names of what has arrived. */
async function start(disk: string, key: FernetKey | undefined) {
  const directory = path.join(disk, 'inbox');
  const inbox = await Inbox.open({ directory, key: randomBytes(32) });
  const secret = key && { key };
  const server = new ReceiveServer({
    host: '127.0.0.1',
    port: 0,
    bufferSize: 65536,
    connectionOptions: () => ({
      store: inbox,
      keys: namedKeys(key),
      requireEncryption: false,
      allowPickle: true,
      limits: DEFAULT_LIMITS,
    }),
  });
  const { port } = await server.start();
  const send = async (items: readonly OutgoingItem[], sent: string[] = []): Promise<string[]> => {
    const server = { host: '127.0.0.1', port, localPort: 0, bufferSize: 65536, limits: DEFAULT_LIMITS };
    const onSent = ({ name }: OutgoingItem): void => void sent.push(name);
    await sendItems(items, { ...server, dialect: 'native', ...secret }, { onSent });
    return sent;
  };
  return { directory, inbox, server, send };
}

/** Takes all that is free on a disk. */
function fill(file: string): void {
  const descriptor = openSync(file, 'w');
  try {
    for (;;) writeSync(descriptor, Buffer.alloc(65536));
  } catch {
    closeSync(descriptor);
  }
}
