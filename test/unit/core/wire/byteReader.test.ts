import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mock } from 'node:test';
import { describe, it } from 'mocha';
import { ByteReader } from '../../../../src/core/wire/byteReader';
import { inSteps, ScriptedChannel } from './scriptedChannel';

describe('reading a channel by count', () => {
  it('returns every byte once and in order, however they arrive and are requested', async () => {
    const counts = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(counts, fc.integer({ min: 1, max: 400 }), async (taken, size) => {
        const total = taken.reduce((sum, count) => sum + count, 0);
        const bytes = Buffer.from(Array.from({ length: total }, (_, i) => i % 251));
        const reader = new ByteReader(new ScriptedChannel(inSteps(bytes, size)), 1000);
        let at = 0;
        for (const count of taken) {
          assert.deepEqual(await reader.need(count), bytes.subarray(at, at + count));
          at += count;
          assert.deepEqual(reader.peek(5), bytes.subarray(at, at + Math.min(5, reader.buffered)));
        }
        assert.equal(reader.buffered, 0);
        assert.equal(await reader.take(1), undefined);
      }),
    );
  });

  it('reads tens of thousands of single bytes', async () => {
    const bytes = Buffer.alloc(50_000, 'ab');
    const reader = new ByteReader(new ScriptedChannel(inSteps(bytes, 1)), 1000);
    assert.deepEqual(await reader.take(49_999), bytes.subarray(0, 49_999));
    assert.equal(await reader.needByte(), 0x62);
  });

  it('returns only buffered bytes if it must not wait', async () => {
    const reader = new ByteReader(new ScriptedChannel([Buffer.from('abc')]), 1000);
    assert.equal(reader.takeBuffered().length, 0);
    await reader.fill();
    assert.equal(reader.takeBuffered(2).toString(), 'ab');
    assert.equal(reader.takeBuffered(2).toString(), 'c');
  });

  it('distinguishes an end between two reads from one within a read', async () => {
    const reader = new ByteReader(new ScriptedChannel([Buffer.from('abc')]), 1000);
    await assert.rejects(reader.take(4), { code: 'connection-lost' });
    const ended = new ByteReader(new ScriptedChannel([]), 1000);
    assert.equal(await ended.take(1), undefined);
    await assert.rejects(ended.need(1), { code: 'connection-lost' });
  });

  it('reports silence as an error only if it was not expected', async () => {
    const reader = new ByteReader(new ScriptedChannel(['quiet', 'quiet']), 1000);
    assert.equal(await reader.fill(5), 'quiet');
    await assert.rejects(reader.fill(), { code: 'timeout', message: /^Timed out after 1 s without data/ });
  });

  it('takes turns with other peers, with all of an IPv6 network as one', async () => {
    // Each look at the clock takes as long, so that no peer is charged for what this machine does besides.
    let now = performance.now();
    const clock = mock.method(performance, 'now', () => (now += 0.1));
    const order: string[] = [];
    const turns = async (peer: string): Promise<void> => {
      const reader = new ByteReader(new ScriptedChannel([], false, peer), 1000);
      for (let turn = 0; turn < 3; turn++) {
        await reader.nextTurn();
        order.push(peer);
      }
    };
    const many = Array.from({ length: 8 }, (_, i) => `[2001:db8::${String(i)}]:1`);
    await Promise.all([...many, '192.0.2.7:1'].map(turns));
    clock.mock.restore();
    assert(order.lastIndexOf('192.0.2.7:1') < 14, order.join(' '));
  });

  it('names the time that it has waited, also for a peer that keeps sending', async () => {
    const slow = (): ByteReader => new ByteReader(new ScriptedChannel(inSteps(Buffer.alloc(100), 1)), 60_000);
    const message = /^Timed out: the message was not complete within 0 s/;
    const reader = slow();
    await assert.rejects(
      reader.within(0, () => reader.need(100)),
      { code: 'timeout', message },
    );
    await assert.rejects(slow().need(100, -1), {
      code: 'timeout',
      message: /^Timed out: the message was not/,
    });
  });

  it('limits the time of nested work by that of the outer work', async () => {
    const reader = new ByteReader(new ScriptedChannel(inSteps(Buffer.alloc(100), 1)), 60_000);
    const inner = (): Promise<Buffer> => reader.need(100, 60_000);
    await assert.rejects(reader.within(-1, inner), { code: 'timeout', message: /within -0\.001 s/ });
    assert.equal((await inner()).length, 100, 'what is over limits nothing');
  });
});
