import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it, before, after } from 'mocha';
import { FernetKey } from '../../../src/core/crypto/keys';
import { sealPiece } from '../../../src/core/crypto/tokenStream';
import { bytesItem } from '../../../src/core/wire/outgoing';
import { connect, jetstream, type NatsConnection } from '../../../src/nats/library';
import { manifestKey, openManifest, sealManifest, SHARED_PIECE } from '../../../src/nats/manifest';
import { manifestSubject, pieceSubject } from '../../../src/nats/names';
import { findFetched } from '../../../src/nats/sendToInbox';
import { collect, openInbox, temporaryDirectory } from '../inbox/temporary';
import { accessTo, createInbox, fileItem, key, manage, Reader, send, sha256 } from './inboxFixture';
import { NatsServer, skipWithoutNats } from './natsServer';

describe('A shared inbox on a NATS server', function () {
  skipWithoutNats(this);
  const directory = temporaryDirectory();
  let server: NatsServer;
  let nats: NatsConnection;
  let count = 0;

  before(async () => {
    server = await NatsServer.start();
    nats = await connect({ servers: server.address });
  });
  after(async () => {
    await nats.close();
    await server.dispose();
  });

  /** A new inbox, and how two senders and a reader reach it. */
  async function begin(settings?: Parameters<typeof createInbox>[1]) {
    const inbox = `test${count++}`;
    const to = (name: string) => accessTo([server.address], name, inbox);
    await createInbox(to('owner'), settings);
    return { inbox, to, alice: to('alice') };
  }

  const messagesOf = async (access: ReturnType<typeof accessTo>): Promise<number> =>
    (await manage(access, (inbox) => inbox.state())).messages;

  it('delivers items of every kind to a reader that connects later', async () => {
    const { alice, to } = await begin();
    const large = randomBytes(3 * SHARED_PIECE + 17);
    const receipts = await send(alice, [
      fileItem('large.bin', large),
      { ...fileItem('run.sh', Buffer.from('exit')), path: 'folder/run.sh', mode: 0o111 },
      bytesItem({ kind: 'dictionary', format: 'json', name: 'a.json', bytes: Buffer.from('{"a":1}') }),
      bytesItem({ kind: 'text', name: 'notes.txt', bytes: new Uint8Array() }),
      fileItem('exact.bin', large.subarray(0, 2 * SHARED_PIECE)),
    ]);
    assert.equal(receipts.find(({ size }) => size === large.length)?.sha256, sha256(large));
    assert(receipts.every(({ safety, sender }) => safety === 'server' && sender === 'alice'));
    const inbox = await openInbox(directory());
    const reader = new Reader(to('reader'), inbox);
    await reader.until(({ fetched }) => fetched.length === 5);
    await reader.stop();
    const items = new Map(reader.fetched.map(({ item }) => [item.name, item]));
    assert.deepEqual(await collect(inbox.read(items.get('large.bin')!.id)), large);
    assert.equal(items.get('exact.bin')?.sha256, sha256(large.subarray(0, 2 * SHARED_PIECE)));
    const { path, mode, dialect, from, encrypted, isHashClaimed } = items.get('run.sh')!;
    assert.deepEqual(
      [path, mode, dialect, encrypted, isHashClaimed],
      ['folder/run.sh', 0o111, 'nats', true, undefined],
    );
    assert.match(from, /^alice@test/);
    assert.deepEqual(
      [items.get('a.json')?.kind, items.get('a.json')?.format, items.get('notes.txt')?.size],
      ['dictionary', 'json', 0],
    );
    assert.equal(reader.failures.length, 0);
    inbox.close();
  });

  it('delivers every item to each reader, and to one member of each group', async () => {
    const { alice, to } = await begin();
    const items = Array.from({ length: 40 }, (_, index) =>
      bytesItem({ kind: 'text', name: `${index}`, bytes: Buffer.from(`${index}`) }),
    );
    const readers = await Promise.all(
      ['one', 'two', 'group', 'group'].map(
        async (name) => new Reader(to(name), await openInbox(directory())),
      ),
    );
    await send(alice, items);
    const [one, two, ...group] = readers as [Reader, Reader, Reader, Reader];
    await one.until(({ fetched }) => fetched.length === 40);
    await two.until(({ fetched }) => fetched.length === 40);
    const names = (): string[] => group.flatMap(({ fetched }) => fetched.map(({ item }) => item.name));
    await Promise.race(group.map((reader) => reader.until(() => names().length === 40)));
    assert.equal(new Set(names()).size, 40);
    const last = Math.max(...one.fetched.map(({ sequence }) => sequence));
    const fetchedBy = async (): Promise<string[]> => [
      ...((await findFetched(alice, [last])).get(last) ?? []),
    ];
    // What is fetched is acknowledged a moment later.
    while ((await fetchedBy()).length < 3);
    assert.deepEqual((await fetchedBy()).sort(), ['group', 'one', 'two']);
    await Promise.all(readers.map((reader) => reader.stop()));
  });

  it('resumes an item of an interrupted sender without storing any part twice', async () => {
    const { alice, to } = await begin();
    const content = randomBytes(20 * SHARED_PIECE);
    const item = fileItem('large.bin', content);
    const stopping = new AbortController();
    const onProgress = (_: unknown, bytes: number): void => {
      if (bytes >= 6 * SHARED_PIECE) stopping.abort();
    };
    await assert.rejects(send(alice, [item], { signal: stopping.signal, onProgress }), { code: 'cancelled' });
    const there = await messagesOf(alice);
    assert(there >= 6 && there < 20);
    await send(alice, [item]);
    assert.equal(await messagesOf(alice), 21);
    const again = await send(alice, [item]);
    assert.equal(again[0]?.existed, true);
    assert.equal(await messagesOf(alice), 21);
    const inbox = await openInbox(directory());
    const reader = new Reader(to('reader'), inbox);
    await reader.until(({ fetched }) => fetched.length === 1);
    await reader.stop();
    assert.deepEqual(await collect(inbox.read(reader.fetched[0]!.item.id)), content);
  });

  it('survives kill -9 of the server during sending and fetching', async () => {
    const own = await NatsServer.start();
    try {
      const alice = accessTo([own.address], 'alice');
      await createInbox(alice);
      const content = randomBytes(60 * SHARED_PIECE);
      let killing: Promise<void> | undefined;
      const killOnce = (): void => void (killing ??= own.kill().then(() => own.start()));
      await send(alice, [fileItem('large.bin', content)], {
        onProgress: (_, bytes) => bytes > 10 * SHARED_PIECE && killOnce(),
      });
      await killing;
      assert(killing);
      const inbox = await openInbox(directory());
      const reader = new Reader(accessTo([own.address], 'reader'), inbox);
      await reader.until(({ isOnline }) => isOnline);
      await own.kill();
      await own.start();
      await reader.until(({ fetched }) => fetched.length === 1);
      // Its acknowledgement may get lost, so that it comes again.
      await own.kill();
      await own.start();
      await reader.until(({ waits }) => waits === 0);
      await reader.stop();
      assert.deepEqual(await collect(inbox.read(reader.fetched[0]!.item.id)), content);
      assert.equal(reader.failures.length, 0);
    } finally {
      await own.dispose();
    }
  });

  it('makes a sender wait while it is full, and drops nothing', async () => {
    const { alice, to } = await begin({ maxSize: 3_000_000 });
    const contents = [1, 2, 3, 4].map(() => randomBytes(1_200_000));
    const inbox = await openInbox(directory());
    let reader: Reader | undefined;
    let waits = 0;
    await send(
      alice,
      contents.map((bytes, index) => fileItem(`${index}.bin`, bytes)),
      {
        onWaiting: ({ error }) => {
          assert.match(error.message, /full/);
          waits++;
          // Whoever fetches makes room.
          reader ??= new Reader(to('reader'), inbox, { removesFetched: true });
        },
      },
    );
    assert(waits > 0 && reader);
    await reader.until(({ fetched }) => fetched.length === 4);
    await reader.stop();
    assert.deepEqual(reader.fetched.map(({ item }) => item.sha256).sort(), contents.map(sha256).sort());
    assert.equal(await messagesOf(alice), 0);
  });

  it('reports an item with a missing piece, and accepts it when it was sent again', async () => {
    const { alice, inbox: name, to } = await begin();
    const content = randomBytes(4 * SHARED_PIECE);
    const item = fileItem('large.bin', content);
    const [receipt] = await send(alice, [item]);
    const stream = `PICKLEPOST_${name}`;
    const manager = await jetstream(nats).jetstreamManager();
    await manager.streams.purge(stream, { filter: pieceSubject(name, 'alice', receipt!.item, 2) });
    const reader = new Reader(to('reader'), await openInbox(directory()));
    await reader.until(({ failures }) => failures.length > 0);
    assert.match(reader.failures[0]!.error.message, /Piece 3 of 4 of large.bin is missing/);
    await reader.until(({ waits }) => waits === 1);
    await reader.stop();
    await send(alice, [item]);
    const later = new Reader(to('another'), await openInbox(directory()));
    await later.until(({ fetched }) => fetched.length === 1);
    assert.equal(later.fetched[0]?.item.sha256, sha256(content));
    await later.until(({ waits }) => waits === 0);
    await later.stop();
  });

  it('does not let senders damage the items of others by anything that they store', async () => {
    const { alice, inbox: name, to } = await begin();
    const content = randomBytes(3 * SHARED_PIECE);
    const [receipt] = await send(alice, [fileItem('good.bin', content)]);
    const client = jetstream(nats);
    const manager = await client.jetstreamManager();
    const stored = await manager.streams.getMessage(`PICKLEPOST_${name}`, {
      last_by_subj: manifestSubject(name, 'alice'),
    });
    const sealing = manifestKey(key);
    const { manifest } = openManifest(sealing, stored!.data, { inbox: name, sender: 'alice' });
    const wrongKey = sealManifest(FernetKey.generate(), { ...manifest, sender: 'mallory' }, new Uint8Array());
    const other = { ...manifest, sender: 'mallory', item: 'f'.repeat(32), name: 'lies.bin' };
    const hostile: [string, Uint8Array][] = [
      // A manifest of another sender, junk, another key, pieces that are not there, and content that is not what it says.
      [manifestSubject(name, 'mallory'), stored!.data],
      [manifestSubject(name, 'mallory'), randomBytes(1000)],
      [manifestSubject(name, 'mallory'), new Uint8Array()],
      [manifestSubject(name, 'mallory'), wrongKey],
      [
        manifestSubject(name, 'mallory'),
        sealManifest(
          sealing,
          { ...other, size: 5 },
          sealPiece(manifest.key, 0, true, Buffer.from('lies!'), SHARED_PIECE),
        ),
      ],
      // In the place of pieces of Alice: junk, and one that belongs elsewhere.
      [pieceSubject(name, 'alice', receipt!.item, 0), randomBytes(500)],
      [
        pieceSubject(name, 'alice', receipt!.item, 1),
        sealPiece(manifest.key, 2, true, content.subarray(0, SHARED_PIECE), SHARED_PIECE),
      ],
      // Replayed under its own subject, without the id by which the server would know it.
      [manifestSubject(name, 'alice'), stored!.data],
    ];
    for (const [subject, body] of hostile) await client.publish(subject, body);
    await send(to('bob'), [fileItem('last.txt', Buffer.from('last'))]);
    const inbox = await openInbox(directory());
    const reader = new Reader(to('reader'), inbox);
    await reader.until(({ fetched, failures }) => fetched.length >= 2 && failures.length >= 5);
    await reader.stop();
    const names = reader.fetched.map(({ item }) => item.name).sort();
    assert.deepEqual(names, ['good.bin', 'last.txt']);
    assert.equal((await inbox.list()).length, 2);
    const good = reader.fetched.find(({ item }) => item.name === 'good.bin')!;
    assert.deepEqual(await collect(inbox.read(good.item.id)), content);
    assert(reader.failures.every(({ sender }) => sender === 'mallory'));
    // What was terminated does not come again.
    const state = await manage(alice, (one) => one.state());
    assert.equal(state.readers.find((one) => one.name === 'reader')?.waiting, 1);
  });

  it('reports a wrong key before anything is sent or fetched', async () => {
    const { alice, to } = await begin();
    const wrong = FernetKey.generate();
    await assert.rejects(send(alice, [fileItem('a', Buffer.from('a'))], { key: wrong }), {
      code: 'invalid-key',
    });
    const reader = new Reader(to('reader'), await openInbox(directory()), { key: wrong });
    await assert.rejects(
      reader.until(() => false),
      { code: 'invalid-key' },
    );
    assert.equal(await messagesOf(alice), 0);
  });

  it('cannot be made larger than the server may store, and says so', async () => {
    const { to } = await begin();
    const large = { ...to('owner'), address: { ...to('owner').address, inbox: 'large' } };
    await assert.rejects(
      createInbox(large, { maxSize: 10 ** 15 }),
      /no room for the inbox large\. Ask for less/,
    );
  });

  it('reports that it does not exist, that the server does not answer, or that it has no JetStream', async () => {
    const missing = accessTo([server.address], 'alice', 'missing');
    await assert.rejects(send(missing, [fileItem('a', Buffer.from('a'))]), /There is no inbox missing/);
    await assert.rejects(send(accessTo(['127.0.0.1:1'], 'alice'), [fileItem('a', Buffer.from('a'))]), {
      code: 'connection-failed',
    });
    const plain = await NatsServer.start({ isWithoutJetStream: true });
    try {
      await assert.rejects(
        send(accessTo([plain.address], 'alice'), [fileItem('a', Buffer.from('a'))]),
        /without JetStream/,
      );
      await assert.rejects(createInbox(accessTo([plain.address], 'alice')), /without JetStream/);
    } finally {
      await plain.dispose();
    }
  });
});
