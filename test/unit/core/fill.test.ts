import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { fill, fillSync, type Read } from '../../../src/core/fill';

/** Reads from bytes, never more than so many at once, as a file on a slow disk does. */
function reader(content: Uint8Array, atMost: number): Read<number> {
  let next = 0;
  return (target, offset, length, position) => {
    const from = position ?? next;
    const part = content.subarray(from, from + Math.min(length, atMost));
    target.set(part, offset);
    next = from + part.length;
    return part.length;
  };
}

describe('filling a target from a file', () => {
  it('reads the requested bytes, or all that there are, whatever the size of each read is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 100 }),
        fc.nat(120),
        fc.nat(120),
        fc.integer({ min: 1, max: 40 }),
        async (content, position, length, atMost) => {
          const expected = content.slice(position, position + length);
          const read = reader(content, atMost);
          const later = reader(content, atMost);
          assert.deepEqual(fillSync(read, new Uint8Array(length), position), expected);
          const asyncRead: Read<Promise<{ bytesRead: number }>> = (...part) =>
            Promise.resolve({ bytesRead: later(...part) });
          assert.deepEqual(await fill(asyncRead, new Uint8Array(length), position), expected);
        },
      ),
    );
  });

  it('continues where the last read ended', async () => {
    const read = reader(Uint8Array.of(1, 2, 3, 4, 5), 2);
    const next: Read<Promise<{ bytesRead: number }>> = (...part) =>
      Promise.resolve({ bytesRead: read(...part) });
    assert.deepEqual(await fill(next, new Uint8Array(3), null), Uint8Array.of(1, 2, 3));
    assert.deepEqual(await fill(next, new Uint8Array(3), null), Uint8Array.of(4, 5));
  });
});
