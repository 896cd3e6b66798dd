import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { DeferredRefresh } from '../../../../src/editor/received/deferredRefresh';

/** In milliseconds of the clock that the tests move. */
const QUIET_TIME = 400;

describe('a refresh that waits for pending answers', () => {
  let count: number;
  let deferred: DeferredRefresh;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    count = 0;
    deferred = new DeferredRefresh(() => count++, QUIET_TIME);
  });
  afterEach(() => {
    deferred.dispose();
    mock.timers.reset();
  });

  it('runs after a pending answer, once for all requests', async () => {
    let answer = (): void => undefined;
    const answered = deferred.hold(() => new Promise<void>((resolve) => (answer = resolve)));
    deferred.request();
    deferred.request();
    mock.timers.tick(QUIET_TIME);
    assert.equal(count, 0);
    answer();
    await answered;
    mock.timers.tick(QUIET_TIME - 1);
    assert.equal(count, 0);
    mock.timers.tick(1);
    assert.equal(count, 1);
    mock.timers.tick(QUIET_TIME);
    assert.equal(count, 1);
  });

  it('also waits for answers that begin after its request', async () => {
    deferred.request();
    await deferred.hold(() => {
      mock.timers.tick(QUIET_TIME);
      assert.equal(count, 0);
      return Promise.resolve();
    });
    mock.timers.tick(QUIET_TIME);
    assert.equal(count, 1);
  });

  it('does not run without a request', async () => {
    await deferred.hold(() => Promise.resolve());
    mock.timers.tick(QUIET_TIME);
    assert.equal(count, 0);
  });
});
