import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import { CancelledError, PicklepostError } from '../../../src/core/errors';
import type { OutgoingItem } from '../../../src/core/item/item';
import { DEFAULT_LIMITS } from '../../../src/core/limits';
import { BusyError } from '../../../src/core/wire/dialectErrors';
import { Inbox } from '../../../src/inbox/inbox';
import { sendWhenPossible, type Waiting, type WaitingReports } from '../../../src/net/persistentSend';
import { ReceiveServer } from '../../../src/net/receiveServer';
import type { SendOptions } from '../../../src/net/sendClient';
import { temporaryDirectory } from '../inbox/temporary';
import { fileOf, freePort } from './sending';
import { ServerFixture } from './serverFixture';

describe('sending while the server is not reachable', () => {
  const newDirectory = temporaryDirectory();
  afterEach(() => ServerFixture.stopAll());

  function optionsFor(
    port: number,
    waits: Waiting[],
    more: Partial<SendOptions & WaitingReports> = {},
    pauses = { first: 4, longest: 10 },
  ): [SendOptions, WaitingReports, typeof pauses] {
    const options: SendOptions = {
      host: '127.0.0.1',
      port,
      dialect: 'native',
      localPort: 0,
      bufferSize: 65536,
      limits: DEFAULT_LIMITS,
      ...more,
    };
    return [options, { onWaiting: (waiting) => waits.push(waiting), ...more }, pauses];
  }

  it('waits longer after each attempt until the server is reachable', async () => {
    const port = await freePort();
    const server = new ServerFixture({ port });
    const waits: Waiting[] = [];
    const onWaiting = (waiting: Waiting): void => {
      waits.push(waiting);
      if (waits.length === 4) void ServerFixture.started(server);
    };
    const options = optionsFor(port, waits, { dialect: 'classic', onWaiting });
    const [receipt] = await sendWhenPossible([fileOf('Hello World!')], ...options);
    assert.equal(receipt?.confirmed, true);
    assert(waits.every(({ error }) => error.code === 'connection-failed'));
    assert(waits.every(({ milliseconds }) => milliseconds >= 3 && milliseconds <= 13));
    assert((waits[0]?.milliseconds ?? 0) <= 5);
    assert((waits[2]?.milliseconds ?? 0) >= 7);
  });

  it('sends only the items that have not arrived if the connection is lost between them', async () => {
    const inbox = await Inbox.open({ directory: newDirectory(), key: Buffer.alloc(32) });
    const store = {
      store: inbox,
      keys: [],
      requireEncryption: false,
      allowPickle: true,
      limits: DEFAULT_LIMITS,
    };
    const server = new ReceiveServer({
      host: '127.0.0.1',
      port: 0,
      bufferSize: 65536,
      connectionOptions: () => store,
    });
    const { port } = await server.start();
    const proxy = await CuttingProxy.listen(port);
    const waits: Waiting[] = [];
    const sent: string[] = [];
    const items = ['a', 'b', 'c'].map((name) => fileOf(name.repeat(10), name));
    const last = items[2];
    assert(last);
    let isFirst = true;
    items[2] = {
      ...last,
      async *open() {
        if (isFirst) proxy.cut();
        isFirst = false;
        yield* last.open();
      },
    };
    const onSent = ({ name }: { name: string }): void => void sent.push(name);
    await sendWhenPossible(items, ...optionsFor(proxy.port, waits, { onSent }));
    assert.deepEqual(sent.sort(), ['a', 'b', 'c']);
    assert.deepEqual(
      waits.map(({ error }) => error.code),
      ['connection-lost'],
    );
    const names = (await inbox.list()).map((entry) => entry.state === 'whole' && entry.item.name);
    assert.deepEqual(names.sort(), ['a', 'b', 'c']);
    await Promise.all([proxy.close(), server.stop()]);
    inbox.close();
  });

  it('tries again if the server closes the connection without replying', async () => {
    const server = await ServerFixture.start();
    const proxy = await CuttingProxy.listen(server.port, { refuses: 2 });
    const waits: Waiting[] = [];
    const [receipt] = await sendWhenPossible([fileOf('Hello World!')], ...optionsFor(proxy.port, waits));
    assert.equal(receipt?.confirmed, true);
    assert.deepEqual(
      waits.map(({ error }) => error.code),
      ['connection-lost', 'connection-lost'],
    );
    assert.match(waits[0]?.error.message ?? '', /without replying/);
    await proxy.close();
  });

  it('does not wait if that does not help', async () => {
    const { port } = await ServerFixture.start({ requireEncryption: true });
    for (const dialect of ['native', 'classic'] as const) {
      const waits: Waiting[] = [];
      const sending = sendWhenPossible([fileOf('x')], ...optionsFor(port, waits, { dialect }));
      await assert.rejects(sending, PicklepostError);
      assert.deepEqual(waits, []);
    }
  });

  it('does not repeat items that may have arrived in a dialect without confirmation', async () => {
    const server = createServer((socket) =>
      socket.on('error', () => undefined).on('data', () => socket.resetAndDestroy()),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const waits: Waiting[] = [];
    const sending = sendWhenPossible([fileOf('x')], ...optionsFor(port, waits, { dialect: 'classic' }));
    await assert.rejects(sending, (error: PicklepostError) => error.code === 'not-confirmed');
    assert.deepEqual(waits, []);
    server.close();
  });

  it('tries again if it was idle and had to make room for another sender', async () => {
    const connections = { total: 1, address: 1, connection: 1 };
    const { port, store } = await ServerFixture.start({ budgets: { connections, displaceAfter: 1 } });
    const waits: Waiting[] = [];
    const stalled = new EventEmitter();
    const goesOn = once(stalled, 'go on');
    const item: OutgoingItem = {
      ...fileOf('slow'),
      async *open() {
        stalled.emit('opened');
        await goesOn;
        yield Buffer.from('slow');
      },
    };
    const opened = once(stalled, 'opened');
    const sending = sendWhenPossible([item], ...optionsFor(port, waits));
    await opened;
    await sendWhenPossible([fileOf('other')], ...optionsFor(port, []));
    stalled.emit('go on');
    await sending;
    assert.deepEqual(store.texts.sort(), ['other', 'slow']);
    assert(waits.length > 0 && waits.every(({ error }) => error instanceof BusyError));
  });

  it('can be cancelled while it waits', async () => {
    const abort = new AbortController();
    const onWaiting = (): unknown => setImmediate(() => abort.abort());
    const long = { first: 60_000, longest: 60_000 };
    const options = optionsFor(await freePort(), [], { signal: abort.signal, onWaiting }, long);
    await assert.rejects(sendWhenPossible([fileOf('x')], ...options), CancelledError);
  });
});

/** Stands between, and breaks the connection off when it is told to. */
class CuttingProxy {
  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    readonly cut: () => void,
  ) {}

  /** @param refuses connections that are ended at once, once something has come, as by a relay with nothing behind it */
  static async listen(targetPort: number, { refuses = 0 } = {}): Promise<CuttingProxy> {
    let current: (() => void) | undefined;
    let refused = 0;
    const server = createServer((near) => {
      if (refused++ < refuses) {
        near.on('error', () => undefined).once('data', () => near.end());
        return;
      }
      const far = connect(targetPort, '127.0.0.1');
      current = () => {
        near.resetAndDestroy();
        far.resetAndDestroy();
      };
      near.on('error', () => far.destroy()).pipe(far);
      far.on('error', () => near.destroy()).pipe(near);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new CuttingProxy(server, () => current?.());
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }
}
