import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, it } from 'mocha';
import { DEFAULT_LIMITS } from '../../../src/core/limits';
import type { OutgoingItem } from '../../../src/core/item/item';
import { confirmAll } from './confirmAll';
import { fileOf, freePort, send } from './sending';
import { TestReceiver } from './testPeer';

afterEach(() => TestReceiver.closeAll());

describe('sending to an address without a server', () => {
  it('reports that nothing listens there', async () => {
    const port = await freePort();
    await assert.rejects(send([fileOf('a')], port), {
      code: 'connection-failed',
      message: new RegExp(`127.0.0.1:${String(port)}`),
    });
    await assert.rejects(send([fileOf('a')], port, { host: 'localhost' }), { message: /Nothing listens/ });
  });

  it('reports that the host is not known', async () => {
    await assert.rejects(send([fileOf('a')], 6868, { host: 'no.such.host.invalid' }), {
      code: 'connection-failed',
      message: /not known/,
    });
  });

  it('reports that the local port is in use', async () => {
    const receiver = await TestReceiver.listen(confirmAll);
    await assert.rejects(send([fileOf('a')], receiver.port, { localPort: receiver.port }), {
      code: 'port-taken',
      message: /local port/,
    });
  });
});

describe('cancelling', () => {
  for (const dialect of ['classic', 'raw'] as const) {
    const large = fileOf('x'.repeat(20_000_000));

    it(`prevents the connection if it comes first (${dialect})`, async () => {
      const receiver = await TestReceiver.listen(() => undefined);
      const signal = AbortSignal.abort();
      await assert.rejects(send([large], receiver.port, { signal, dialect }), { code: 'cancelled' });
      assert.equal(receiver.peers.length, 0);
    });

    it(`ends a transfer that is stuck (${dialect})`, async () => {
      const abort = new AbortController();
      const receiver = await TestReceiver.listen((peer) => peer.socket.pause());
      let sent = 0;
      // It is stuck once nothing more has been sent for many turns of the event loop; otherwise a turn or two are enough.
      const abortWhenStuck = async (): Promise<void> => {
        for (let before = 0; before < sent;) {
          before = sent;
          for (let turn = 0; turn < 20; turn++) await setImmediate();
        }
        abort.abort();
      };
      const options = {
        dialect,
        limits: DEFAULT_LIMITS,
        signal: abort.signal,
        onProgress: (_: OutgoingItem, bytes: number) => {
          const isFirst = sent === 0;
          sent = bytes;
          if (isFirst) void abortWhenStuck();
        },
      };
      await assert.rejects(send([large], receiver.port, options), { code: 'cancelled' });
      receiver.peers[0]!.socket.resume();
      await receiver.peers[0]!.receiveAll();
      assert.equal(receiver.peers[0]!.ending, 'reset');
    });

    it(`ends the wait for an answer (${dialect})`, async () => {
      const abort = new AbortController();
      const receiver = await TestReceiver.listen((peer) => peer.receive(5).then(() => abort.abort()));
      const limits = DEFAULT_LIMITS;
      const { signal } = abort;
      await assert.rejects(send([fileOf('hello')], receiver.port, { signal, dialect, limits }), {
        code: 'cancelled',
      });
      await receiver.peers[0]!.receiveAll();
      assert.equal(receiver.peers[0]!.ending, 'end');
    });
  }

  it('ends with END in the middle of a classic transfer', async () => {
    const abort = new AbortController();
    const receiver = await TestReceiver.listen(() => undefined);
    const item = fileOf('x'.repeat(60_000));
    const onProgress = (): void => abort.abort();
    await assert.rejects(send([item], receiver.port, { signal: abort.signal, onProgress }), {
      code: 'cancelled',
    });
    const stream = await receiver.peers[0]!.receiveAll();
    assert.equal(stream.at(-1), 0x10);
    assert.equal(receiver.peers[0]!.ending, 'end');
  });

  it('resets the connection in the middle of a raw value, so that a part of it is not stored as the whole', async () => {
    const abort = new AbortController();
    const receiver = await TestReceiver.listen(() => undefined);
    const onProgress = (): void => abort.abort();
    const options = { dialect: 'raw', signal: abort.signal, onProgress } as const;
    await assert.rejects(send([fileOf('x'.repeat(600_000))], receiver.port, options), {
      code: 'cancelled',
    });
    await receiver.peers[0]!.receiveAll();
    assert.equal(receiver.peers[0]!.ending, 'reset');
  });

  it('stops reading a file that is still being inspected', async () => {
    const abort = new AbortController();
    let parts = 0;
    const endless: OutgoingItem = {
      kind: 'file',
      name: 'endless',
      async *open() {
        for (;;) {
          if (++parts === 100) abort.abort();
          yield await Promise.resolve(Buffer.from('x'));
        }
      },
    };
    await assert.rejects(send([endless], 1, { signal: abort.signal }), { code: 'cancelled' });
  });
});
