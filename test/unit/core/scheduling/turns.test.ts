import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { nextTurn, noteNewConnection } from '../../../../src/core/scheduling/turns';
import { countTurns } from '../../inbox/temporary';

/** Works without waiting for anything. */
function work(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

/** Notes a connection in each turn of the event loop, as the system gives them. @returns what ends that */
function newConnections(onTurn: () => void): () => void {
  let isOver = false;
  const comes = (): void => {
    if (isOver) return;
    noteNewConnection();
    onTurn();
    setImmediate(comes);
  };
  comes();
  return () => (isOver = true);
}

async function workInTurns(steps: number): Promise<void> {
  for (let step = 0; step < steps; step++) {
    await nextTurn();
    work(1);
  }
}

describe('Tasks that take turns', () => {
  it('leave time for other events, one alone and many together', async () => {
    for (const many of [1, 60]) {
      const all = Array.from({ length: many }, () => undefined);
      const { turns } = await countTurns(() => Promise.all(all.map(() => workInTurns(60 / many))));
      assert.ok(turns >= 10, `${many}: ${turns} turns`);
    }
  });

  it('do not wait for a task with very much work', async () => {
    const ended: string[] = [];
    const note = (name: string) => (): void => void ended.push(name);
    await Promise.all([
      workInTurns(50).then(note('long')),
      ...[1, 2, 3].map((i) => workInTurns(i).then(note(`${i}`))),
    ]);
    assert.deepEqual(ended, ['1', '2', '3', 'long']);
  });

  it('do not wait for all members of another flow', async () => {
    const ended: string[] = [];
    const workOnce = async (flow: string): Promise<void> => {
      await nextTurn(flow);
      ended.push(flow);
    };
    await Promise.all(['flow', 'flow', 'flow', 'flow', 'other', 'another'].map(workOnce));
    assert.deepEqual(ended, ['flow', 'other', 'another', 'flow', 'flow', 'flow']);
  });

  it('run before those of a flow that has taken much time', async () => {
    const ended: string[] = [];
    const workOnce = async (flow: string, milliseconds: number): Promise<void> => {
      await nextTurn(flow);
      work(milliseconds);
      ended.push(flow);
    };
    const heavy = Array.from({ length: 4 }, () => workOnce('heavy', 4));
    const light = Array.from({ length: 4 }, () => workOnce('light', 0));
    await Promise.all([...heavy, ...light]);
    assert.deepEqual(ended, ['heavy', ...Array<string>(4).fill('light'), 'heavy', 'heavy', 'heavy']);
  });

  it('let several connections be accepted between two pieces of their work', async () => {
    let taken = 0;
    const end = newConnections(() => taken++);
    // Each piece takes all the time of a turn.
    for (let step = 0; step < 10; step++) {
      await nextTurn();
      work(3);
    }
    end();
    assert.ok(taken > 40, `${taken} connections`);
  });

  it('continue however many connections arrive', async () => {
    const end = newConnections(() => undefined);
    await Promise.all([workInTurns(20), workInTurns(20)]);
    end();
  });

  it('do not wait for connections if none arrive', async () => {
    const { turns } = await countTurns(async () => {
      for (let step = 0; step < 10; step++) {
        await nextTurn();
        work(3);
      }
    });
    assert.ok(turns < 30, `${turns} turns`);
  });
});
