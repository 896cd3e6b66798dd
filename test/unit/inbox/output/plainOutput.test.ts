import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { PicklepostError } from '../../../../src/core/errors';
import type { ReceivedItem } from '../../../../src/core/item/item';
import {
  changedPlace,
  expandFileName,
  findSaved,
  saveToFolder,
  writePlainFile,
} from '../../../../src/inbox/output/plainOutput';
import { temporaryDirectory } from '../temporary';

const ITEM: ReceivedItem = {
  id: '0123456789abcde',
  kind: 'dictionary',
  format: 'json',
  name: 'data.json',
  size: 2,
  sha256: '',
  receivedAt: new Date(2026, 0, 31, 23, 59, 58).getTime(),
  dialect: 'classic',
  from: '192.0.2.7:40000',
  encrypted: false,
};
const CONTENT = [Buffer.from('{'), Buffer.from('}')];

function isDiskError(error: unknown): boolean {
  return error instanceof PicklepostError && error.code === 'disk';
}

describe('Saving an item to a folder', function () {
  this.timeout(20_000);
  const newDirectory = temporaryDirectory();

  it('follows no link inside of a folder that others may have filled, such as a workspace', async () => {
    const [workspace, elsewhere] = [newDirectory(), newDirectory()];
    for (const folder of [workspace, elsewhere]) mkdirSync(folder);
    symlinkSync(elsewhere, path.join(workspace, 'received'), 'junction');
    const place = { fileName: '{name}', within: workspace };
    const planted = { ...place, directory: path.join(workspace, 'received') };
    await assert.rejects(saveToFolder(planted, ITEM, CONTENT), isDiskError);
    assert.deepEqual(readdirSync(elsewhere), []);
    const own = { ...place, directory: path.join(workspace, 'some', 'folder') };
    assert.equal(await saveToFolder(own, ITEM, CONTENT), path.join(own.directory, 'data.json'));
  });

  it('creates the folder and writes the content under the name of the item', async () => {
    const directory = path.join(newDirectory(), 'a', 'b');
    const file = await saveToFolder({ directory, fileName: '{name}' }, ITEM, CONTENT);
    assert.equal(file, path.join(directory, 'data.json'));
    assert.equal(readFileSync(file, 'utf8'), '{}');
    assert.deepEqual(readdirSync(directory), ['data.json']);
  });

  it('restores the path and time of a file that was sent with its folder, and stays in the folder', async () => {
    const directory = newDirectory();
    const item = { ...ITEM, path: '../sub/./a b/../data.json', modified: 1_700_000_000_000 };
    const file = await saveToFolder({ directory, fileName: '{name}', keepsPlaces: true }, item, CONTENT);
    assert.equal(file, path.join(directory, 'sub', 'a b', 'data.json'));
    assert.equal(statSync(file).mtimeMs, 1_700_000_000_000);
    const flat = await saveToFolder({ directory, fileName: '{name}' }, item, CONTENT);
    assert.equal(flat, path.join(directory, 'data.json'));
  });

  it('never overwrites a file, however many items arrive at the same time', async () => {
    const directory = newDirectory();
    mkdirSync(directory);
    writeFileSync(path.join(directory, 'data.json'), 'mine');
    const save = (): Promise<string> => saveToFolder({ directory, fileName: '{name}' }, ITEM, CONTENT);
    const files = await Promise.all(Array.from({ length: 10 }, save));
    const names = files.map((file) => path.basename(file)).sort();
    const expected = Array.from({ length: 10 }, (_, i) => `data (${i + 2}).json`).sort();
    assert.deepEqual(names, expected);
    assert.deepEqual(readdirSync(directory).sort(), [...expected, 'data.json'].sort());
    assert.equal(readFileSync(path.join(directory, 'data.json'), 'utf8'), 'mine');
  });

  it('does not follow a link with the same name', async function () {
    if (process.platform === 'win32') return this.skip();
    const directory = newDirectory();
    mkdirSync(directory);
    symlinkSync(path.join(directory, 'target'), path.join(directory, 'data.json'));
    const file = await saveToFolder({ directory, fileName: '{name}' }, ITEM, CONTENT);
    assert.equal(path.basename(file), 'data (2).json');
    assert(!existsSync(path.join(directory, 'target')));
  });

  it('finds a saved file by its content, also under a name with a number', async () => {
    const place = { directory: newDirectory(), fileName: '{name}' };
    const sha256 = createHash('sha256').update('{}').digest('hex');
    const item = { ...ITEM, sha256 };
    assert.equal(await findSaved(place, item), undefined);
    mkdirSync(place.directory);
    writeFileSync(path.join(place.directory, 'data.json'), '[]');
    assert.equal(await findSaved(place, item), undefined);
    const file = await saveToFolder(place, item, CONTENT);
    assert.equal(path.basename(file), 'data (2).json');
    assert.equal(await findSaved(place, item), file);
  });

  it('does not save a file twice at its path in a folder, but updates its time and executable bits', async function () {
    if (process.platform === 'win32') return this.skip();
    const place = { directory: newDirectory(), fileName: '{name}', keepsPlaces: true };
    const sha256 = createHash('sha256').update('{}').digest('hex');
    const item = { ...ITEM, sha256, path: 'a/data.json', modified: 1_700_000_000_000 };
    const file = await saveToFolder(place, item, CONTENT);
    chmodSync(file, 0o644);
    assert.equal(await saveToFolder(place, { ...item, modified: -5_000, mode: 0o111 }, CONTENT), file);
    assert.deepEqual([statSync(file).mtimeMs, statSync(file).mode & 0o777], [-5_000, 0o755]);
    assert.equal(await saveToFolder(place, item, CONTENT), file);
    assert.equal(statSync(file).mode & 0o777, 0o644);
    writeFileSync(file, '[]');
    assert.equal(path.basename(await saveToFolder(place, item, CONTENT)), 'data (2).json');
    assert.deepEqual(readdirSync(path.dirname(file)), ['data (2).json', 'data.json']);
    assert.equal(readFileSync(file, 'utf8'), '[]');
  });

  it('uses another name if a link or a pipe is at the path', async function () {
    if (process.platform === 'win32') return this.skip();
    const place = { directory: newDirectory(), fileName: '{name}', keepsPlaces: true };
    const sha256 = createHash('sha256').update('{}').digest('hex');
    const item = { ...ITEM, sha256, path: 'a/data.json', mode: 0o111 };
    mkdirSync(path.join(place.directory, 'a'), { recursive: true });
    const outside = path.join(place.directory, 'outside');
    writeFileSync(outside, '{}', { mode: 0o600 });
    symlinkSync(outside, path.join(place.directory, 'a/data.json'));
    assert.equal(path.basename(await saveToFolder(place, item, CONTENT)), 'data (2).json');
    assert.equal(statSync(outside).mode & 0o777, 0o600);
    execFileSync('mkfifo', [path.join(place.directory, 'a/pipe')]);
    assert.equal(path.basename(await saveToFolder(place, { ...item, name: 'pipe' }, CONTENT)), 'pipe (2)');
  });

  it('reports the name if that had to change', () => {
    const place = { directory: '/in', fileName: '{name}', keepsPlaces: true };
    const changed = (file: string, item: Partial<ReceivedItem>, more = {}): string | undefined =>
      changedPlace({ ...place, ...more }, { ...ITEM, ...item }, file);
    assert.equal(changed('/in/data.json', {}), undefined);
    assert.equal(changed('/in/data (2).json', {}), 'data (2).json');
    assert.equal(changed('/in/a/data.json', { path: 'a/data.json' }), undefined);
    assert.equal(changed('/in/_.git/data.json', { path: '.git/data.json' }), '_.git/data.json');
    assert.equal(changed('/in/etc/data.json', { path: '../etc/data.json' }), 'etc/data.json');
    assert.equal(changed('/in/a', { path: 'a/', size: 0 }), undefined);
    assert.equal(changed('/in/_.git', { path: '.git/', size: 0 }), '_.git');
    assert.equal(changed('/in/x-data.json', {}, { fileName: 'x-{name}' }), undefined);
  });

  it('finds a free name after very many equal ones without checking each', async () => {
    const place = { directory: newDirectory(), fileName: '{name}' };
    mkdirSync(place.directory);
    writeFileSync(path.join(place.directory, 'data.json'), '');
    for (let copy = 2; copy <= 300; copy++)
      writeFileSync(path.join(place.directory, `data (${String(copy)}).json`), '');
    const file = await saveToFolder(place, ITEM, CONTENT);
    assert.equal(path.basename(file), 'data (301).json');
  });

  it('leaves nothing if the content cannot be read completely', async () => {
    const directory = newDirectory();
    const broken = (function* () {
      yield Buffer.from('{');
      throw new PicklepostError('damaged-item', 'Damaged.');
    })();
    await assert.rejects(saveToFolder({ directory, fileName: '{name}' }, ITEM, broken), /Damaged/);
    assert.deepEqual(readdirSync(directory), []);
  });

  it('says what to do if the folder cannot be created', async () => {
    const file = newDirectory();
    writeFileSync(file, '');
    await assert.rejects(
      saveToFolder({ directory: path.join(file, 'x'), fileName: '{name}' }, ITEM, CONTENT),
      isDiskError,
    );
  });
});

describe('The file name of a saved item', () => {
  it('is made from the metadata of the item', () => {
    const fileName = '{source}_{timestamp}-{id}-{name}.{extension}';
    assert.equal(expandFileName(fileName, ITEM), '192.0.2.7_20260131-235958-0123456789abcde-data.json.json');
  });

  it('keeps text that is not a placeholder', () => {
    assert.equal(
      expandFileName('{other} {name} constructor {constructor}', ITEM),
      '{other} data.json constructor {constructor}',
    );
  });

  it('stays in the folder', () => {
    assert.equal(expandFileName('../../{name}', ITEM), 'data.json');
    assert.equal(expandFileName('..', ITEM), '192.0.2.7_20260131-235958.json');
  });
});

describe('Writing a file that the user has named', () => {
  const newDirectory = temporaryDirectory();

  it('replaces the previous file completely', async () => {
    const directory = newDirectory();
    mkdirSync(directory);
    const file = path.join(directory, 'out.json');
    writeFileSync(file, 'something longer');
    await writePlainFile(file, CONTENT);
    assert.equal(readFileSync(file, 'utf8'), '{}');
    assert.deepEqual(readdirSync(directory), ['out.json']);
  });

  it('keeps the time of the last change if it is known', async () => {
    const file = path.join(newDirectory(), 'out.json');
    mkdirSync(path.dirname(file), { recursive: true });
    const modified = Date.UTC(2020, 1, 29, 12);
    await writePlainFile(file, CONTENT, modified);
    assert.equal(statSync(file).mtimeMs, modified);
  });

  it('keeps the previous file if it fails', async () => {
    const directory = newDirectory();
    mkdirSync(path.join(directory, 'folder'), { recursive: true });
    await assert.rejects(writePlainFile(path.join(directory, 'folder'), CONTENT), isDiskError);
    assert.deepEqual(readdirSync(directory), ['folder']);
    await assert.rejects(writePlainFile(path.join(directory, 'none', 'file'), CONTENT), isDiskError);
  });
});
