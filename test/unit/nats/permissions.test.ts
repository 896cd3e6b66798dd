import assert from 'node:assert/strict';
import { describe, it, before, after } from 'mocha';
import {
  connect,
  headers,
  jetstream,
  jetstreamManager,
  type NatsConnection,
} from '../../../src/nats/library';
import { manifestSubject, pieceSubject, streamName } from '../../../src/nats/names';
import { SHARED_PIECE } from '../../../src/nats/manifest';
import { openInbox, temporaryDirectory } from '../inbox/temporary';
import { accessTo, createInbox, fileItem, manage, Reader, send } from './inboxFixture';
import { NatsServer, skipWithoutNats } from './natsServer';

/** As docs/nats.md has them. */
const USERS = `authorization {
  users = [
    { user: teacher, password: t-secret }
    { user: alice, password: a-secret, permissions: {
        publish: { allow: ["picklepost.bio.alice.>"] }
        subscribe: { allow: ["_INBOX_alice.>"] }
    } }
    { user: bob, password: b-secret, permissions: {
        publish: { allow: ["picklepost.bio.bob.>"] }
        subscribe: { allow: ["_INBOX_bob.>"] }
    } }
    { user: reader, password: r-secret, permissions: {
        publish: { allow: [
          "$JS.API.STREAM.INFO.PICKLEPOST_bio", "$JS.API.CONSUMER.*.PICKLEPOST_bio.>", "$JS.API.CONSUMER.LIST.PICKLEPOST_bio",
          "$JS.API.CONSUMER.DURABLE.CREATE.PICKLEPOST_bio.>", "$JS.API.CONSUMER.MSG.NEXT.PICKLEPOST_bio.>",
          "$JS.API.DIRECT.GET.PICKLEPOST_bio.>", "$JS.API.DIRECT.GET.PICKLEPOST_bio", "$JS.ACK.PICKLEPOST_bio.>" ] }
        subscribe: { allow: ["_INBOX_reader.>"] }
    } }
  ]
}`;

/** Whether the server has refused it by its permissions, and it did not fail for another reason. */
function isForbidden(error: Error): boolean {
  return [error, error.cause].some((one) => (one as Error | undefined)?.name === 'PermissionViolationError');
}

describe('A student with write-only access', function () {
  skipWithoutNats(this);
  const directory = temporaryDirectory();
  let server: NatsServer;
  let nats: NatsConnection;
  const as = (user: string, name = user) =>
    accessTo([server.address], name, 'bio', `${user}:${user.slice(0, 1)}-secret`);
  const a = Buffer.from('a');

  before(async () => {
    server = await NatsServer.start({ config: USERS });
    await createInbox(as('teacher'));
    nats = await connect({
      ...{
        servers: server.address,
        user: 'alice',
        pass: 'a-secret',
        inboxPrefix: '_INBOX_alice',
        timeout: 2_000,
      },
    });
  });
  after(async () => {
    await nats.close();
    await server.dispose();
  });

  it('sends an item, resumes it, and gets a receipt, and the reader receives the item', async () => {
    const item = fileItem('large.bin', Buffer.alloc(3 * SHARED_PIECE, 'x'));
    const [receipt] = await send(as('alice'), [item]);
    assert.equal(receipt?.sequence, 4);
    const [again] = await send(as('alice'), [item]);
    assert.equal(again?.sequence, 4);
    const reader = new Reader(as('reader'), await openInbox(directory()));
    await reader.until(({ fetched }) => fetched.length === 1);
    assert.equal(reader.fetched[0]?.sender, 'alice');
    await reader.stop();
  });

  it('resumes an interrupted item, although it must not read what is stored', async () => {
    const pieces = 40;
    const item = fileItem('huge.bin', Buffer.alloc(pieces * SHARED_PIECE, 'y'));
    const count = async (): Promise<number> =>
      (await manage(as('teacher'), (inbox) => inbox.state())).messages;
    const before = await count();
    const stopping = new AbortController();
    const onProgress = (_: unknown, bytes: number): void => {
      if (bytes >= (pieces * SHARED_PIECE) / 2) stopping.abort();
    };
    await assert.rejects(send(as('alice'), [item], { signal: stopping.signal, onProgress }), {
      code: 'cancelled',
    });
    const there = (await count()) - before;
    assert(there >= pieces / 2 && there < pieces);
    await send(as('alice'), [item]);
    assert.equal((await count()) - before, pieces + 1);
  });

  it('cannot send in the name of another student', async () => {
    await assert.rejects(send(as('alice', 'bob'), [fileItem('a', a)]), /may not (publish|subscribe)/);
    const client = jetstream(nats, { timeout: 2_000 });
    for (const subject of [manifestSubject('bio', 'bob'), pieceSubject('bio', 'bob', '0'.repeat(32), 0)])
      await assert.rejects(client.publish(subject, a), isForbidden);
  });

  it('cannot get information on the inbox, list, read, fetch, consume or delete', async () => {
    const manager = await jetstreamManager(nats, { checkAPI: false, timeout: 2_000 });
    const stream = streamName('bio');
    const attempts: (() => Promise<unknown>)[] = [
      () => manager.streams.info(stream),
      () => manager.streams.names().next(),
      () => manager.consumers.list(stream).next(),
      () => manager.streams.getMessage(stream, { seq: 1 }),
      () => manager.direct.getMessage(stream, { seq: 1 }),
      () => manager.direct.getMessage(stream, { last_by_subj: manifestSubject('bio', 'alice') }),
      () => manager.consumers.add(stream, { durable_name: 'alice' }),
      () => manager.consumers.add(stream, { deliver_subject: '_INBOX_alice.x' }),
      () => manager.streams.deleteMessage(stream, 1),
      () => manager.streams.purge(stream),
      () => manager.streams.delete(stream),
      () => manager.streams.update(stream, { max_age: 1 }),
      () => manager.streams.add({ name: 'copy', mirror: { name: stream } }),
      () => manager.streams.add({ name: 'bait', subjects: ['picklepost.other.>'] }),
      () => manager.consumers.info(stream, 'reader'),
      () => manager.consumers.delete(stream, 'reader'),
      ...['CONSUMER.MSG.NEXT', 'STREAM.SNAPSHOT', 'STREAM.RESTORE'].map(
        (what) => () => nats.request(`$JS.API.${what}.${stream}.reader`, '1', { timeout: 2_000 }),
      ),
      () => nats.request(`$JS.ACK.${stream}.reader.1.1.1.1.1`, '+ACK', { timeout: 2_000 }),
    ];
    for (const attempt of attempts) await assert.rejects(attempt(), isForbidden);
    await assert.rejects(
      manage(as('alice'), (inbox) => inbox.state()),
      { code: 'refused' },
    );
    const reader = new Reader(as('alice'), await openInbox(directory()));
    await assert.rejects(
      reader.until(() => false),
      { code: 'refused' },
    );
  });

  it('cannot withdraw a sent item', async () => {
    const count = async (): Promise<number> =>
      (await manage(as('teacher'), (inbox) => inbox.state())).messages;
    const before = await count();
    const fields = headers();
    fields.set('Nats-Rollup', 'sub');
    const client = jetstream(nats, { timeout: 2_000 });
    await assert.rejects(client.publish(manifestSubject('bio', 'alice'), a, { headers: fields }), /rollup/);
    assert.equal(await count(), before);
  });

  it('cannot listen to items of others, or to the answers that they get', async () => {
    for (const subject of [
      ...['picklepost.>', 'picklepost.bio.alice.>', '_INBOX_bob.>', '_INBOX.>', '_INBOX_reader.>'],
      ...['$JS.>', '$SYS.>', '>'],
    ]) {
      const subscription = nats.subscribe(subject);
      await assert.rejects(
        async () => {
          for await (const message of subscription) assert.fail(message.subject);
        },
        { name: 'PermissionViolationError' },
      );
    }
  });

  it('gets an error for a wrong password, which no message quotes', async () => {
    const access = accessTo([server.address], 'alice', 'bio', 'alice:hunter2');
    await assert.rejects(send(access, [fileItem('a', a)]), (error: Error) => {
      assert.match(error.message, /rejects these credentials/);
      return !error.message.includes('hunter2');
    });
  });

  it('does not send a password unencrypted over a network', async () => {
    const access = accessTo(['192.0.2.1:4222'], 'alice', 'bio', 'alice:hunter2');
    await assert.rejects(
      send(access, [fileItem('a', a)]),
      /not sent over a connection that may not be encrypted/,
    );
  });
});
