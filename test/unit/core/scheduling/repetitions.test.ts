import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Repetitions } from '../../../../src/core/scheduling/repetitions';

const HOUR = 3_600_000;

function repetitions(time: number, allowed = 1, kinds = 2): { told: string[]; all: Repetitions<string> } {
  const told: string[] = [];
  const all = new Repetitions<string>((thing, more) => told.push(`${thing} ${String(more)}`), {
    allowed,
    time,
    kinds,
  });
  return { told, all };
}

describe('Repeated events', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
  afterEach(() => mock.timers.reset());

  it('are reported once, and then with their number and the last of them', () => {
    const { told, all } = repetitions(HOUR);
    for (let i = 0; i < 5000; i++) all.note('busy', `busy${String(i)}`);
    all.note('lost', 'lost');
    assert.deepEqual(told, ['busy0 0', 'lost 0']);
    all.dispose();
    assert.deepEqual(told, ['busy0 0', 'lost 0', 'busy4999 4999']);
  });

  it('are reported again after some time', () => {
    const { told, all } = repetitions(HOUR);
    for (let round = 1; round <= 2; round++) {
      told.length = 0;
      all.note('busy', 'a');
      all.note('busy', 'b');
      mock.timers.tick(HOUR - 1);
      assert.deepEqual(told, ['a 0']);
      mock.timers.tick(1);
      assert.deepEqual(told, ['a 0', 'b 1']);
    }
  });

  it('are counted together if there are too many kinds', () => {
    const { told, all } = repetitions(HOUR, 2);
    for (let i = 0; i < 100; i++) all.note(String(i), String(i));
    for (let i = 0; i < 3; i++) all.note('0', 'again');
    all.dispose();
    assert.deepEqual(told, ['0 0', '1 0', 'again 0', 'again 2', '99 98']);
  });
});
