import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import type { ReceivedItem } from '../../../../src/core/item/item';
import { AnchoredFolder, removeLeftovers } from '../../../../src/inbox/output/anchoredFolder';
import { saveToFolder } from '../../../../src/inbox/output/plainOutput';
import { temporaryDirectory } from '../temporary';

const item: ReceivedItem = {
  id: 'i',
  kind: 'file',
  name: 'note.txt',
  path: 'latest/note.txt',
  size: 1,
  sha256: '0'.repeat(64),
  receivedAt: 0,
  dialect: 'native',
  from: '127.0.0.1:1',
  encrypted: false,
};
const place = (directory: string) => ({ directory, fileName: '{name}', keepsPlaces: true });

/** The number of a process that has ended. */
function endedProcess(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

describe('A folder that items are saved in', () => {
  const newDirectory = temporaryDirectory();
  const folders = (): { target: string; outside: string } => {
    const base = newDirectory();
    const [target, outside] = [path.join(base, 'target'), path.join(base, 'outside')];
    mkdirSync(target, { recursive: true });
    mkdirSync(outside, { recursive: true });
    return { target, outside };
  };

  it('cannot be left by a link inside of it', async () => {
    const { target, outside } = folders();
    symlinkSync(outside, path.join(target, 'latest'));
    await assert.rejects(saveToFolder(place(target), item, [Buffer.from('x')]), {
      code: 'disk',
      message: /it is a link/,
    });
    const deeper = { ...item, path: 'latest/deeper/note.txt' };
    await assert.rejects(saveToFolder(place(target), deeper, [Buffer.from('x')]), { code: 'disk' });
    assert.deepEqual(readdirSync(outside), []);
  });

  it('may be a link itself, because the person chose it', async () => {
    const { target, outside } = folders();
    const link = path.join(path.dirname(target), 'link');
    symlinkSync(outside, link);
    assert.equal(
      await saveToFolder(place(link), item, [Buffer.from('x')]),
      path.join(link, 'latest', 'note.txt'),
    );
    assert.deepEqual(readdirSync(path.join(outside, 'latest')), ['note.txt']);
    assert.deepEqual(readdirSync(target), []);
  });

  it('cannot be replaced by a link while an item is being written', async () => {
    const { target, outside } = folders();
    const swap = function* (): Generator<Uint8Array> {
      yield Buffer.from('x');
      renameSync(path.join(target, 'latest'), path.join(target, 'moved'));
      symlinkSync(outside, path.join(target, 'latest'));
      yield Buffer.from('y');
    };
    await assert.rejects(saveToFolder(place(target), item, swap()), { code: 'disk' });
    assert.deepEqual(readdirSync(outside), []);
    assert.deepEqual(readdirSync(path.join(target, 'moved')), []);
  });

  it('contains nothing that others can read before an item is complete', async function () {
    if (process.platform === 'win32') return this.skip();
    const { target } = folders();
    const modes: number[] = [];
    const look = function* (): Generator<Uint8Array> {
      yield Buffer.from('x');
      for (const name of readdirSync(path.join(target, 'latest')))
        modes.push(statSync(path.join(target, 'latest', name)).mode & 0o777);
    };
    const file = await saveToFolder(place(target), item, look());
    assert.deepEqual(modes, [0o600]);
    writeFileSync(`${file}.beside`, '');
    assert.equal(statSync(file).mode, statSync(`${file}.beside`).mode);
  });

  it('is cleaned of the leftovers of a killed process, and nothing else', async () => {
    const { target } = folders();
    const left = `.picklepost-${endedProcess()}-0123456789ab.part`;
    const others = ['.picklepost-x.part', `.picklepost-${process.pid}-0123456789ab.part`, 'note.txt'];
    for (const name of [left, ...others]) writeFileSync(path.join(target, name), 'x');
    assert.deepEqual(await removeLeftovers(target), [left]);
    assert.deepEqual(readdirSync(target).sort(), others.sort());
    assert.deepEqual(await removeLeftovers(path.join(target, 'not there')), []);
  });

  it('is closed when it is no longer used', async () => {
    const { target } = folders();
    const folder = await AnchoredFolder.open(target, ['a', 'b']);
    await folder.close();
    assert.deepEqual(readdirSync(path.join(target, 'a')), ['b']);
  });
});
