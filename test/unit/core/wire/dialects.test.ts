import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ByteReader } from '../../../../src/core/wire/byteReader';
import { classic } from '../../../../src/core/wire/classic/dialect';
import type { Dialect } from '../../../../src/core/wire/dialect';
import { dialects, findDialect, recognizeDialect } from '../../../../src/core/wire/dialects';
import { native } from '../../../../src/core/wire/native/dialect';
import { raw } from '../../../../src/core/wire/raw/dialect';
import { ScriptedChannel, type Step } from './scriptedChannel';

const limits = { rawQuietTime: 10 };

/** One that begins with two bytes, and takes the first for its own where nothing follows it. */
const wordy: Dialect = {
  ...classic,
  recognizes: (start, isAll) => {
    if (start[0] !== 0x89) return 'no';
    if (start[1] === undefined) return isAll ? 'yes' : 'needs-more';
    return start[1] === 0x50 ? 'yes' : 'no';
  },
};

/** One that leaves to others what it cannot tell. */
const modest: Dialect = {
  ...wordy,
  recognizes: (start, isAll) => (isAll && start.length < 2 ? 'no' : wordy.recognizes(start, isAll)),
};

async function recognize(...script: Step[]): Promise<[dialect: Dialect | undefined, buffered: number]> {
  return recognizeAmong([wordy, classic, raw], ...script);
}

async function recognizeAmong(
  table: readonly Dialect[],
  ...script: Step[]
): Promise<[dialect: Dialect | undefined, buffered: number]> {
  const reader = new ByteReader(new ScriptedChannel(script), 1000);
  return [await recognizeDialect(reader, limits, table), reader.buffered];
}

describe('recognizing a dialect', () => {
  it('goes by the first bytes, and takes none of them', async () => {
    assert.deepEqual(await recognize(Buffer.of(0x89, 0x50)), [wordy, 2]);
    for (const first of [0x08, 0x0c, 0x10]) assert.deepEqual(await recognize(Buffer.of(first)), [classic, 1]);
    for (const first of [0x00, 0x09, 0x0a, 0x20, 0x80, 0x89]) {
      assert.deepEqual(await recognize(Buffer.of(first, 0x89)), [raw, 2]);
    }
  });

  it('waits for as much as tells', async () => {
    assert.deepEqual(await recognize(Buffer.of(0x89), Buffer.of(0x50)), [wordy, 2]);
    assert.deepEqual(await recognize(Buffer.of(0x89), Buffer.of(0x51)), [raw, 2]);
  });

  it('asks again, once, where a start is too short to tell and nothing follows it', async () => {
    for (const [table, found] of [
      [[wordy, raw], wordy],
      [[modest, raw], raw],
    ] as const) {
      assert.deepEqual(await recognizeAmong(table, Buffer.of(0x89), 'quiet', Buffer.of(0x50)), [found, 1]);
      assert.deepEqual(await recognizeAmong(table, Buffer.of(0x89), 'end'), [found, 1]);
    }
  });

  it('takes for native what begins so, however slowly it goes on, or even if it ends', async () => {
    for (const pause of ['quiet', 'end'] as const)
      assert.deepEqual(await recognizeAmong(dialects, Buffer.of(0x89), pause), [native, 1]);
  });

  it('knows none for a peer that leaves without a word', async () => {
    assert.deepEqual(await recognize(), [undefined, 0]);
  });

  it('is asked in the order of the table, where raw is last', async () => {
    const reader = new ByteReader(new ScriptedChannel([Buffer.of(0x08)]), 1000);
    assert.equal(await recognizeDialect(reader, limits), classic);
    assert.equal(findDialect('classic'), classic);
    assert.equal(findDialect('raw'), raw);
    assert.equal(findDialect('of a later version'), undefined);
  });
});
