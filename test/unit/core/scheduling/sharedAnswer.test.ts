import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { SharedAnswer } from '../../../../src/core/scheduling/sharedAnswer';

describe('A shared answer', () => {
  it('is computed once for all requests during the previous computation, and is never older than a request', async () => {
    const questions: (() => void)[] = [];
    let state = 0;
    const shared = new SharedAnswer(async () => {
      const answer = state;
      await new Promise<void>((resolve) => questions.push(resolve));
      return answer;
    });
    const first = shared.get();
    await new Promise(setImmediate);
    state = 1;
    const others = [shared.get(), shared.get(), shared.get()];
    questions[0]?.();
    assert.equal(await first, 0);
    await new Promise(setImmediate);
    questions[1]?.();
    assert.deepEqual(await Promise.all(others), [1, 1, 1]);
    assert.equal(questions.length, 2);
  });

  it('is computed again after a failure', async () => {
    let attempts = 0;
    const shared = new SharedAnswer(() => {
      if (++attempts === 1) throw new Error('not yet');
      return attempts;
    });
    await assert.rejects(shared.get(), /not yet/);
    assert.equal(await shared.get(), 2);
  });
});
