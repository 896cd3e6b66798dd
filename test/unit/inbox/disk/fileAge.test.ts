import assert from 'node:assert/strict';
import { existsSync, mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { isOlder, withPastTime } from '../../../../src/inbox/disk/fileAge';
import { removeLeftovers } from '../../../../src/inbox/disk/processOwner';
import { PartialStreams } from '../../../../src/inbox/partials/partialStreams';
import { temporaryDirectory } from '../temporary';

const DAY = 24 * 60 * 60 * 1000;

describe('A file with a time in the future', () => {
  const newDirectory = temporaryDirectory();

  function fileFrom(time: number, name = 'file'): string {
    const directory = newDirectory();
    mkdirSync(directory);
    const file = path.join(directory, name);
    writeFileSync(file, '');
    utimesSync(file, time / 1000, time / 1000);
    return file;
  }

  it('gets the current time, and ages from then on', async () => {
    const future = Date.now() + DAY;
    const file = fileFrom(future);
    const time = await withPastTime(file, future);
    assert(time <= Date.now());
    assert(Math.abs(statSync(file).mtimeMs - time) < 1000);
    assert.equal(await withPastTime(file, time), time);
  });

  it('counts as old', () => {
    const now = Date.now();
    assert(isOlder({ mtimeMs: now + DAY }, 5000, now));
    assert(!isOlder({ mtimeMs: now + 1000 }, 5000, now));
    assert(isOlder({ mtimeMs: now - 5000 }, 5000, now));
  });

  it('does not count as arriving forever', async () => {
    const transfer = '0'.repeat(32);
    const file = fileFrom(Date.now() + 365 * DAY, `${transfer}.elsewhere-1-00.stream`);
    const streams = new PartialStreams(path.dirname(file));
    const [stream] = await streams.of(transfer);
    assert.equal(await streams.isFree(stream!), false);
    assert(statSync(file).mtimeMs <= Date.now());
  });

  it('of a process on another machine is not kept forever, and not removed at once', async () => {
    const file = fileFrom(Date.now() + 365 * DAY, 'elsewhere-1-00.part');
    await removeLeftovers(path.dirname(file));
    assert(existsSync(file));
    assert(statSync(file).mtimeMs <= Date.now());
    utimesSync(file, 1, 1);
    await removeLeftovers(path.dirname(file));
    assert(!existsSync(file));
  });
});
