import assert from 'node:assert/strict';
import type { ReceivedItem } from '../../src/core/item/item';
import { Arrivals } from '../../src/editor/server/arrivals';
import { RecordingReporter } from './senderFixture';

const item = (id: string): ReceivedItem => ({
  id,
  kind: 'file',
  name: `${id}.txt`,
  size: 1,
  sha256: '',
  receivedAt: 0,
  dialect: 'native',
  from: '10.0.0.7:50000',
  encrypted: false,
});

describe('notifications of received items', () => {
  const opened: string[] = [];
  let reporter: RecordingReporter;

  beforeEach(() => {
    opened.length = 0;
    reporter = new RecordingReporter();
  });

  function arrivals(times: { grouping: number; longest: number }): Arrivals {
    const open = ({ id }: ReceivedItem): Promise<void> => {
      opened.push(id);
      return Promise.resolve();
    };
    return new Arrivals(reporter, open, open, times);
  }

  it('open an item that arrived alone', async () => {
    const one = arrivals({ grouping: 0, longest: 60_000 });
    one.add(item('a'));
    await reporter.tells(/^Received from 10\.0\.0\.7: a\.txt/);
    await reporter.press('Open');
    assert.deepEqual(opened, ['a']);
    one.dispose();
  });

  it('do not wait for the end of a continuous stream of items, and offer to open one of them', async () => {
    const many = arrivals({ grouping: 60_000, longest: 0 });
    many.add(item('a'));
    many.add(item('b'));
    await reporter.tells(/^Received 2 items from 10\.0\.0\.7/);
    assert.deepEqual(
      reporter.last.actions.map(({ title }) => title),
      ['Open...', 'Show'],
    );
    many.add(item('c'));
    await reporter.tells(/^Received from 10\.0\.0\.7: c\.txt/);
    many.dispose();
  });
});
