import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { CachedResult } from '../../../../src/editor/received/cachedResult';

/** Each thing that is made, to be finished by the test. */
class Workshop {
  readonly orders: { signal: AbortSignal; finish: (result: string) => void; fail: (error: Error) => void }[] =
    [];
  readonly latest = new CachedResult(
    (signal) =>
      new Promise<string>((finish, fail) => {
        signal.addEventListener('abort', () => {
          fail(new Error('aborted'));
        });
        this.orders.push({ signal, finish, fail });
      }),
  );
}

describe('The latest result', () => {
  it('is computed once for all requests', async () => {
    const { latest, orders } = new Workshop();
    const asked = [latest.get(), latest.get()];
    orders[0]?.finish('first');
    assert.deepEqual(await Promise.all([...asked, latest.get()]), ['first', 'first', 'first']);
    assert.equal(orders.length, 1);
  });

  it('is computed again after it was invalidated, and earlier requests get the previous one', async () => {
    const { latest, orders } = new Workshop();
    const before = latest.get();
    latest.invalidate();
    const after = latest.get();
    const [first] = orders;
    assert(first?.signal.aborted === false);
    orders[1]?.finish('second');
    orders[0]?.finish('first');
    assert.deepEqual(await Promise.all([before, after]), ['first', 'second']);
  });

  it('is cancelled by a restart, and waiting requests get the new one', async () => {
    const { latest, orders } = new Workshop();
    const before = latest.get();
    latest.restart();
    const after = latest.get();
    assert.equal(orders[0]?.signal.aborted, true);
    orders[1]?.finish('second');
    assert.deepEqual(await Promise.all([before, after]), ['second', 'second']);
  });

  it('is computed again after a failure, which waiting requests get', async () => {
    const { latest, orders } = new Workshop();
    const before = latest.get();
    orders[0]?.fail(new Error('no disk'));
    await assert.rejects(before, /no disk/);
    const after = latest.get();
    orders[1]?.finish('second');
    assert.equal(await after, 'second');
  });
});
