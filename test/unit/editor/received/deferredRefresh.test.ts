import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { DeferredRefresh } from '../../../../src/editor/received/deferredRefresh';

describe('a refresh that waits for pending answers', () => {
  let calm: DeferredRefresh | undefined;
  afterEach(() => calm?.dispose());

  function begin(): { order: string[]; refreshed: Promise<void> } {
    const order: string[] = [];
    const refreshed = new Promise<void>((resolve) => {
      calm = new DeferredRefresh(() => {
        order.push('refreshed');
        resolve();
      }, 1);
    });
    return { order, refreshed };
  }

  it('runs after a pending answer, once for all requests', async () => {
    const { order, refreshed } = begin();
    let answer = (): void => undefined;
    const answered = calm?.hold(() => new Promise<void>((resolve) => (answer = resolve)));
    calm?.request();
    calm?.request();
    // As long as the refresh would wait where nobody asks.
    await new Promise((resolve) => setTimeout(resolve, 5));
    order.push('answered');
    answer();
    await Promise.all([answered, refreshed]);
    assert.deepEqual(order, ['answered', 'refreshed']);
  });

  it('also waits for answers that begin after its request', async () => {
    const { order, refreshed } = begin();
    calm?.request();
    await calm?.hold(async () => {
      // As long as the refresh would wait where nobody asks.
      await new Promise((resolve) => setTimeout(resolve, 5));
      order.push('shown');
    });
    await refreshed;
    assert.deepEqual(order, ['shown', 'refreshed']);
  });

  it('does not run without a request', async () => {
    let count = 0;
    calm = new DeferredRefresh(() => count++, 0);
    await calm.hold(() => Promise.resolve());
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(count, 0);
  });
});
