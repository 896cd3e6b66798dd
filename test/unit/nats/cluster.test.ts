import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it, before, after } from 'mocha';
import { SHARED_PIECE } from '../../../src/nats/manifest';
import { bytesItem } from '../../../src/core/wire/outgoing';
import { openInbox, temporaryDirectory } from '../inbox/temporary';
import { accessTo, createInbox, fileItem, Reader, send, sha256 } from './inboxFixture';
import { NatsCluster, skipWithoutNats } from './natsServer';

describe('A shared inbox on a cluster of three', function () {
  skipWithoutNats(this);
  this.timeout(60_000);
  const directory = temporaryDirectory();
  let cluster: NatsCluster;
  const to = (name: string) => accessTo(cluster.addresses, name);

  before(async () => {
    cluster = await NatsCluster.start();
    await createInbox(to('owner'), { replicas: 3 });
  });
  after(() => cluster.dispose());

  it('loses and repeats nothing while one server is killed and then another one hangs', async () => {
    const [first, second] = cluster.servers;
    const inbox = await openInbox(directory());
    const reader = new Reader(to('reader'), inbox);
    await reader.until(({ isOnline }) => isOnline);
    const large = randomBytes(30 * SHARED_PIECE);
    const items = Array.from({ length: 300 }, (_, index) =>
      bytesItem({ kind: 'text', name: String(index), bytes: Buffer.from(`item ${index}`) }),
    );
    let killing: Promise<void> | undefined;
    const [receipt] = await send(to('alice'), [fileItem('large.bin', large)], {
      onProgress: (_, bytes) => {
        if (bytes > 5 * SHARED_PIECE) killing ??= first!.kill();
      },
    });
    assert.equal(receipt?.safety, 'replicas');
    await killing;
    await first!.start();
    let sent = 0;
    await send(to('bob'), items, {
      waits: true,
      onSent: () => {
        if (++sent === 100) second!.signal('SIGSTOP');
      },
    });
    // What was not acknowledged when a server went may be told of again.
    await reader.until(({ fetched }) => new Set(fetched.map(({ item }) => item.name)).size > items.length);
    second!.signal('SIGCONT');
    await reader.stop();
    const names = (await inbox.list()).map((entry) =>
      entry.state === 'whole' ? entry.item.name : 'damaged',
    );
    assert.deepEqual(names.sort(), ['large.bin', ...items.map(({ name }) => name)].sort());
    const got = reader.fetched.find(({ item }) => item.name === 'large.bin');
    assert.equal(got?.item.sha256, sha256(large));
    assert.equal(reader.failures.length, 0);
  });
});
