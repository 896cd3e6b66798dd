import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import type { ReceivedItem } from '../../../../src/core/item/item';
import { DiskSpace } from '../../../../src/inbox/disk/diskSpace';
import { FolderOutput } from '../../../../src/inbox/output/folderOutput';
import { temporaryDirectory } from '../temporary';

const ITEM: ReceivedItem = {
  ...{ id: '0'.repeat(15), kind: 'file', name: 'data.bin', size: 12, sha256: '', receivedAt: 0 },
  ...{ dialect: 'native', from: '192.0.2.7:40000', encrypted: false },
};

describe('Saving each item in a folder', () => {
  const newDirectory = temporaryDirectory();

  async function* parts(count: number): AsyncGenerator<Buffer, void> {
    for (let i = 0; i < count; i++) yield await Promise.resolve(Buffer.alloc(ITEM.size / count, i));
  }

  function save(
    output: FolderOutput,
    directory: string,
    item = ITEM,
    content: AsyncIterable<Buffer> = parts(1),
  ): Promise<unknown> {
    const place = { directory, fileName: '{name}', keepsPlaces: true };
    return output.save(place, item, { existed: false, content });
  }

  it('leaves as much of its disk free as the inbox does', async () => {
    const directory = newDirectory();
    const full = new FolderOutput(new DiskSpace(() => Promise.resolve({ bytes: 11, files: 9 })));
    await assert.rejects(save(full, directory), { code: 'disk', message: /more than there is room for/ });
    assert(!existsSync(directory));
    const withoutFiles = new FolderOutput(new DiskSpace(() => Promise.resolve({ bytes: 99, files: 0 })));
    await assert.rejects(save(withoutFiles, directory), { code: 'disk', message: /no room for more files/ });
  });

  it('stops and leaves nothing if another program fills the disk during saving', async () => {
    const directory = newDirectory();
    let bytes = 30;
    const space = new DiskSpace(() => Promise.resolve({ bytes, files: 9 }));
    async function* filling(): AsyncGenerator<Buffer, void> {
      for await (const part of parts(4)) {
        yield part;
        bytes = 0;
        // What is known of the disk is old then.
        await space.free(directory);
      }
    }
    await assert.rejects(save(new FolderOutput(space), directory, ITEM, filling()), {
      code: 'disk',
      message: /no more room for the item/,
    });
    assert.deepEqual(readdirSync(directory), []);
  });

  it('creates up to 64 nested folders for an item', async () => {
    const directory = newDirectory();
    const output = new FolderOutput();
    const deep = (folders: number): ReceivedItem => ({ ...ITEM, path: `${'a/'.repeat(folders)}data.bin` });
    await save(output, directory, deep(64));
    assert(existsSync(path.join(directory, ...Array<string>(64).fill('a'), 'data.bin')));
    const other = newDirectory();
    await assert.rejects(save(output, other, deep(65)), { code: 'disk', message: /more than 64 folders/ });
    assert(!existsSync(other));
  });
});
