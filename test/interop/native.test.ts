import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { FernetKey } from '../../src/core/crypto/keys';
import { PIECE_SIZE, sealPiece } from '../../src/core/crypto/tokenStream';
import { DEFAULT_LIMITS } from '../../src/core/limits';
import type { Receipt } from '../../src/core/item/item';
import { emptyFolderItem } from '../../src/core/wire/outgoing';
import { Inbox } from '../../src/inbox/inbox';
import { FolderOutput } from '../../src/inbox/output/folderOutput';
import { withOutput } from '../../src/inbox/output/itemOutput';
import { fileItem } from '../../src/net/fileItem';
import { showPath } from '../../src/net/fileName';
import { folderFiles } from '../../src/net/folderFiles';
import { ReceiveServer, type ConnectionOptions } from '../../src/net/receiveServer';
import { sendItems } from '../../src/net/sendClient';
import { needsPython, PythonPeer } from './python';
import { namedKeys } from '../harness/namedKeys';

interface File {
  readonly path: string;
  readonly sha256: string;
}

/** Path, size, who may execute it, and time of all in the folder of {@link makeFolder}. */
const PROJECT = [
  ['project/empty/', 0, 0, undefined],
  ['project/latin\\xe9', 7, 0, 1_000],
  ['project/old', 3, 0, -2_000],
  ['project/run.sh', 6, 0o111, 1_000],
  ['project/two\nlines', 9, 0, 1_000],
];

const SIZES = [0, 1, PIECE_SIZE, 3.5 * PIECE_SIZE];
const key = FernetKey.generate();
const otherKey = FernetKey.generate();

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

describe('The documented native dialect, against Python', function () {
  this.timeout(30_000);
  let directory: string;
  let files: File[];

  before(async function () {
    needsPython(this, 'cryptography.fernet', 'cryptography.hazmat.primitives.asymmetric.x25519');
    directory = await realpath(await mkdtemp(path.join(tmpdir(), 'picklepost-interop-')));
    await writeFile(path.join(directory, 'key'), key.toText());
    await writeFile(path.join(directory, 'otherKey'), otherKey.toText());
    files = await Promise.all(SIZES.map(makeFile));
  });
  after(async () => {
    if (directory) await rm(directory, { recursive: true });
  });

  const peers: PythonPeer[] = [];
  afterEach(async () => {
    for (const peer of peers.splice(0)) await peer.stop();
  });

  async function makeFile(size: number): Promise<File> {
    const file = { path: path.join(directory, `${size}.bin`), bytes: randomBytes(size) };
    await writeFile(file.path, file.bytes);
    return { path: file.path, sha256: sha256(file.bytes) };
  }

  /** @returns the path of a folder `project` */
  async function makeFolder(): Promise<string> {
    const folder = path.join(await mkdtemp(path.join(directory, 'sent-')), 'project');
    await mkdir(path.join(folder, 'empty'), { recursive: true });
    const bytes = (name: string): Buffer => Buffer.from(path.join(folder, name), 'latin1');
    for (const name of ['latin\xe9', 'old', 'run.sh', 'two\nlines']) {
      await writeFile(bytes(name), name);
      await utimes(bytes(name), 1, 1);
    }
    await utimes(path.join(folder, 'old'), new Date(-2000), new Date(-2000));
    await chmod(path.join(folder, 'run.sh'), 0o4755);
    return folder;
  }

  function startPeer(script: string, ...args: readonly string[]): PythonPeer {
    const peer = new PythonPeer(script, args);
    peers.push(peer);
    return peer;
  }

  describe('as sender', () => {
    let inbox: Inbox;
    let server: ReceiveServer;
    let failures: unknown[];
    let options: ConnectionOptions;

    beforeEach(async () => {
      const inboxDirectory = await mkdtemp(path.join(directory, 'inbox-'));
      inbox = await Inbox.open({ directory: inboxDirectory, key: randomBytes(32) });
      const limits = DEFAULT_LIMITS;
      options = { store: inbox, keys: namedKeys(key), requireEncryption: true, allowPickle: true, limits };
      server = new ReceiveServer({
        host: '127.0.0.1',
        port: 0,
        bufferSize: 65536,
        connectionOptions: () => options,
      });
      failures = [];
      server.onDidFailPeer(({ error }) => failures.push(error));
      await server.start();
    });
    afterEach(async () => {
      await server.stop();
      inbox.close();
    });

    /** The arguments to send files with one of the keys, or none. */
    function sending(keyFile: 'key' | 'otherKey' | '-', sent: readonly File[] = files): string[] {
      const port = String(server.address?.port);
      return [
        keyFile === '-' ? keyFile : path.join(directory, keyFile),
        '127.0.0.1',
        port,
        ...sent.map(({ path }) => path),
      ];
    }

    const startSender = (...about: Parameters<typeof sending>): PythonPeer =>
      startPeer('native_peer.py', 'send', ...sending(...about));
    const startResumingSender = (...about: Parameters<typeof sending>): PythonPeer =>
      startPeer('native_resume.py', ...sending(...about));

    async function storedHashes(): Promise<string[]> {
      const entries = await inbox.list();
      const ids = entries.map((entry) => (entry.state === 'whole' ? entry.item.id : entry.id));
      const contents = await Promise.all(ids.map((id) => inbox.readAll(id, 1e9)));
      return contents.map(sha256).sort();
    }

    for (const [what, keyFile] of [
      ['verified', 'key'],
      ['not verified', '-'],
    ] as const)
      it(`sends files of every size, ${what}`, async () => {
        options = { ...options, requireEncryption: keyFile === 'key' };
        const answers = (await startSender(keyFile).rest()) as {
          type: string;
          sha256: string;
        }[];
        assert.deepEqual(
          answers.map(({ type, sha256 }) => ({ type, sha256 })),
          files.map(({ sha256 }) => ({ type: 'stored', sha256 })),
        );
        assert.deepEqual(await storedHashes(), files.map(({ sha256 }) => sha256).sort());
        for (const entry of await inbox.list()) {
          assert.ok(entry.state === 'whole');
          const { encrypted, key: name } = entry.item;
          assert.deepEqual([encrypted, name], [true, keyFile === 'key' ? 'lab' : undefined]);
        }
        assert.deepEqual(failures, []);
      });

    it('sends a folder with paths, empty folders, times before 1970, executable bits, and names that are not UTF-8', async function () {
      if (process.platform !== 'linux') return this.skip();
      const folder = await makeFolder();
      const answers = (await startPeer('native_peer.py', 'send', ...sending('key', []), folder).rest()) as {
        name?: string;
        path?: string;
      }[];
      const items = (await inbox.list()).map((entry) => entry.state === 'whole' && entry.item);
      const about = items.map((item) => item && [item.path, item.size, item.mode ?? 0, item.modified]);
      assert.deepEqual(about.sort(), PROJECT);
      assert.deepEqual(
        answers.flatMap(({ name }) => name ?? []),
        ['two_lines'],
      );
      assert.deepEqual(failures, []);
    });

    it('is told under which other names items were saved, and gets a hash that the receiver has not computed', async () => {
      const folder = path.join(await mkdtemp(path.join(directory, 'sent-')), '.git');
      await mkdir(folder);
      await writeFile(path.join(folder, 'config'), '');
      const saved = await mkdtemp(path.join(directory, 'saved-'));
      const place = { directory: saved, fileName: '{name}', keepsPlaces: true };
      const output = new FolderOutput();
      const store = withOutput(inbox, {
        write: async (item, existed) =>
          (await output.save(place, item, { existed, content: inbox.read(item.id) })).told,
        remove: ({ id }) => inbox.delete(id),
      });
      options = { ...options, store };
      const large = files.at(-1)!.path;
      const sender = startPeer('native_peer.py', 'send', ...sending('key', []), folder, large);
      const answers = (await sender.rest()) as { path?: string; claimed?: number }[];
      assert.deepEqual(
        answers.map(({ path, claimed }) => [path, claimed]),
        [
          ['_.git/config', undefined],
          [undefined, 1],
        ],
      );
      assert.deepEqual(await readdir(saved, { recursive: true }), ['3670016.bin', '_.git', '_.git/config']);
    });

    it('is told which items the receiver has already', async () => {
      await startResumingSender('key').rest();
      const answers = (await startResumingSender('key').rest()) as { type: string }[];
      assert.deepEqual(
        answers.map(({ type }) => type),
        files.map(() => 'have'),
      );
    });

    /** The beginning of a file, as if the peer had sent it and had been cut off. */
    async function receiveBeginning({ path }: File, beginning: Buffer): Promise<void> {
      const { size, mtimeMs } = await stat(path);
      const transfer = createHash('sha256').update(`${hostname()}\0${path}`).digest('hex').slice(0, 32);
      const about = { transfer, kind: 'file', name: 'large', size, modified: Math.floor(mtimeMs) } as const;
      const arrival = { dialect: 'native', from: '127.0.0.1:1', encrypted: true, key: 'lab' } as const;
      const itemKey = FernetKey.generate();
      const answer = await inbox.offer(arrival, about, itemKey);
      assert.ok(answer.kind === 'accepted');
      await answer.writer.writeToken(sealPiece(itemKey, 0, false, beginning.subarray(0, PIECE_SIZE)));
      await answer.writer.writeToken(sealPiece(itemKey, 1, false, beginning.subarray(PIECE_SIZE)));
      await answer.writer.suspend();
    }

    for (const what of ['the same', 'something else']) {
      it(`resumes where ${what} was cut off`, async () => {
        const file = files.at(-1)!;
        const content = what === 'the same' ? await readFile(file.path) : randomBytes(2 * PIECE_SIZE);
        await receiveBeginning(file, content.subarray(0, 2 * PIECE_SIZE));
        assert.equal((await inbox.listPartial()).length, 1);
        const answers = (await startResumingSender('key', [file]).rest()) as {
          firstPiece: number;
        }[];
        assert.deepEqual(
          answers.map(({ firstPiece }) => firstPiece),
          [what === 'the same' ? 2 : 0],
        );
        assert.deepEqual(await storedHashes(), [file.sha256]);
        assert.deepEqual(await inbox.listPartial(), []);
      });
    }

    it('is told apart from one with the key, and tells so itself', async () => {
      await assert.rejects(startSender('otherKey').rest(), /^Error: wrong-key: /);
      await server.stop();
      assert.match(String(failures), /The receiver does not have the/);
      assert.deepEqual(await inbox.list(), []);
    });
  });

  describe('as receiver', () => {
    let folder: string;

    beforeEach(async () => {
      folder = await mkdtemp(path.join(directory, 'received-'));
    });

    async function startReceiver(
      keyFile: 'key' | 'otherKey' | '-',
    ): Promise<{ peer: PythonPeer; send: () => Promise<Receipt[]> }> {
      const keyPath = keyFile === '-' ? keyFile : path.join(directory, keyFile);
      const peer = startPeer('native_peer.py', 'receive', keyPath, folder);
      const { port } = (await peer.next()) as { port: number };
      const items = await Promise.all(files.map(({ path }) => fileItem(path, { bufferSize: 65536 })));
      const where = { host: '127.0.0.1', port, dialect: 'native', localPort: 0 } as const;
      const to = { ...where, bufferSize: 65536, limits: DEFAULT_LIMITS, ...(keyFile !== '-' && { key }) };
      return { peer, send: () => sendItems(items, to) };
    }

    it('receives a folder with all metadata, and reports what it keeps under other names', async function () {
      if (process.platform !== 'linux') return this.skip();
      const project = await makeFolder();
      const peer = startPeer('native_peer.py', 'receive', path.join(directory, 'key'), folder);
      const { port } = (await peer.next()) as { port: number };
      const { entries } = await folderFiles(project, (_, error) => {
        throw error;
      });
      const items = await Promise.all(
        entries.map(async ({ kind, file, path }) =>
          kind === 'file'
            ? await fileItem(file, { bufferSize: 65536, path })
            : emptyFolderItem(path, showPath(file)),
        ),
      );
      const where = { host: '127.0.0.1', port, dialect: 'native', localPort: 0 } as const;
      const receipts = await sendItems(items, { ...where, key, bufferSize: 65536, limits: DEFAULT_LIMITS });
      assert.ok(receipts.every(({ keptAs, savedAs, verified }) => keptAs && keptAs === savedAs && verified));
      const stored = (await peer.rest()) as { offer: Record<string, string | number> }[];
      const about = stored.map(({ offer: { path, size, mode = 0, modified } }) => [
        path,
        size,
        mode,
        modified,
      ]);
      assert.deepEqual(about.sort(), PROJECT);
    });

    for (const keyFile of ['key', '-'] as const)
      it(`receives files of every size, ${keyFile === 'key' ? 'verified' : 'not verified'}`, async () => {
        const { peer, send } = await startReceiver(keyFile);
        const receipts = await send();
        assert.ok(receipts.length === files.length && receipts.every(({ confirmed }) => confirmed));
        const stored = (await peer.rest()) as File[];
        const hashes = files.map((file) => file.sha256).sort();
        assert.deepEqual(stored.map((file) => file.sha256).sort(), hashes);
        for (const file of stored) assert.equal(sha256(await readFile(file.path)), file.sha256);
      });

    it('is told apart from one with the key, and tells so itself', async () => {
      const { peer, send } = await startReceiver('otherKey');
      await assert.rejects(send(), /The receiver does not have the/);
      await assert.rejects(peer.rest(), /^Error: wrong-key: /);
      assert.deepEqual(await readdir(folder), []);
    });
  });
});
