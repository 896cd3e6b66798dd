import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ByteReader } from '../../../../src/core/wire/byteReader';
import { classic } from '../../../../src/core/wire/classic/dialect';
import type { Dialect } from '../../../../src/core/wire/dialect';
import {
  acceptedDialects,
  DIALECT_NAMES,
  dialects,
  findDialect,
  protectionOf,
  recognize,
} from '../../../../src/core/wire/dialects';
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

async function recognizeIn(...script: Step[]): Promise<[dialect: Dialect | undefined, buffered: number]> {
  return recognizeAmong([wordy, classic, raw], ...script);
}

async function recognizeAmong(
  table: readonly Dialect[],
  ...script: Step[]
): Promise<[dialect: Dialect | undefined, buffered: number]> {
  const reader = new ByteReader(new ScriptedChannel(script), 1000);
  return [await recognize(reader, limits, table), reader.buffered];
}

describe('recognizing a dialect', () => {
  it('is done by the first bytes, which are not consumed', async () => {
    assert.deepEqual(await recognizeIn(Buffer.of(0x89, 0x50)), [wordy, 2]);
    for (const first of [0x08, 0x0c, 0x10])
      assert.deepEqual(await recognizeIn(Buffer.of(first)), [classic, 1]);
    for (const first of [0x00, 0x09, 0x0a, 0x20, 0x80, 0x89]) {
      assert.deepEqual(await recognizeIn(Buffer.of(first, 0x89)), [raw, 2]);
    }
  });

  it('waits for enough bytes to decide', async () => {
    assert.deepEqual(await recognizeIn(Buffer.of(0x89), Buffer.of(0x50)), [wordy, 2]);
    assert.deepEqual(await recognizeIn(Buffer.of(0x89), Buffer.of(0x51)), [raw, 2]);
  });

  it('decides without further bytes if nothing follows a start that is too short', async () => {
    for (const [table, found] of [
      [[wordy, raw], wordy],
      [[modest, raw], raw],
    ] as const) {
      assert.deepEqual(await recognizeAmong(table, Buffer.of(0x89), 'quiet', Buffer.of(0x50)), [found, 1]);
      assert.deepEqual(await recognizeAmong(table, Buffer.of(0x89), 'end'), [found, 1]);
    }
  });

  it('recognizes the start of native, however slowly the rest arrives, or even if it ends', async () => {
    for (const pause of ['quiet', 'end'] as const)
      assert.deepEqual(await recognizeAmong(dialects, Buffer.of(0x89), pause), [native, 1]);
  });

  it('finds none for a peer that leaves without sending anything', async () => {
    assert.deepEqual(await recognizeIn(), [undefined, 0]);
  });

  it('only accepts a chosen dialect or, if encryption is required, one that protects the whole session', () => {
    const names = (chosen: string[], isRequired: boolean): string[] =>
      acceptedDialects(chosen, isRequired).map(({ name }) => name);
    assert.deepEqual(names([], false), DIALECT_NAMES);
    assert.deepEqual(names([], true), ['native']);
    assert.deepEqual(names(['classic', 'native'], true), ['native', 'classic']);
    assert.deepEqual(names(['raw'], false), ['raw']);
    assert.deepEqual(names(['none that exists'], false), []);
  });

  it('reports how an item was protected, and never more than is known', () => {
    assert.equal(protectionOf({ encrypted: false, dialect: 'native' }), undefined);
    assert.equal(protectionOf({ encrypted: true, dialect: 'native' }), 'session');
    assert.equal(protectionOf({ encrypted: true, dialect: 'raw' }), 'item');
    assert.equal(protectionOf({ encrypted: true, dialect: 'classic' }), 'parts');
    assert.equal(protectionOf({ encrypted: true, dialect: 'of a later version' }), 'parts');
  });

  it('tries the dialects in the order of the table, in which raw is last', async () => {
    const reader = new ByteReader(new ScriptedChannel([Buffer.of(0x08)]), 1000);
    assert.equal(await recognize(reader, limits, dialects), classic);
    assert.equal(findDialect('classic'), classic);
    assert.equal(findDialect('raw'), raw);
    assert.equal(findDialect('of a later version'), undefined);
  });
});
