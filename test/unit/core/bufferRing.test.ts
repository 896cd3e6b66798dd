import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BufferRing, detach } from '../../../src/core/bufferRing';

describe('BufferRing', () => {
  it('returns its buffers in turn, and allocates them when they are needed', () => {
    const ring = new BufferRing(2, 10);
    const [first, second, third] = [ring.next(), ring.next(), ring.next()];
    assert.equal(first.length, 10);
    assert.notEqual(first, second);
    assert.equal(first, third);
  });
});

describe('detach', () => {
  it('does not release memory that others use', () => {
    const whole = Buffer.from(new ArrayBuffer(8)).fill(1);
    detach(whole.subarray(0, 4));
    assert.deepEqual(whole, Buffer.alloc(8, 1));
  });

  it('releases memory at once', () => {
    for (const size of [16_384, 65_536]) {
      const buffer = Buffer.from(new ArrayBuffer(size));
      detach(buffer);
      assert.equal(buffer.length, 0);
    }
  });

  it('leaves small buffers to garbage collection', () => {
    const buffer = Buffer.from(new ArrayBuffer(16_383));
    detach(buffer);
    assert.equal(buffer.length, 16_383);
  });

  it('accepts empty buffers, and those that were released before', () => {
    const buffer = Buffer.from(new ArrayBuffer(65_536));
    for (const given of [Buffer.alloc(0), buffer, buffer]) detach(given);
    assert.equal(buffer.length, 0);
  });
});
