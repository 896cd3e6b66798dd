import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Places, release } from '../../../src/core/bufferRing';

describe('Places', () => {
  it('are used in turn, and made when they are needed', () => {
    const places = new Places(2, 10);
    const [first, second, third] = [places.next(), places.next(), places.next()];
    assert.equal(first.length, 10);
    assert.notEqual(first, second);
    assert.equal(first, third);
  });
});

describe('Memory that is given back', () => {
  it('is not that of others', () => {
    const whole = Buffer.from(new ArrayBuffer(8)).fill(1);
    release(whole.subarray(0, 4));
    assert.deepEqual(whole, Buffer.alloc(8, 1));
  });

  it('is gone at once', () => {
    for (const size of [1, 65_536]) {
      const buffer = Buffer.from(new ArrayBuffer(size));
      release(buffer);
      assert.equal(buffer.length, 0);
    }
  });

  it('may be none, or gone before', () => {
    const buffer = Buffer.from(new ArrayBuffer(1));
    for (const given of [Buffer.alloc(0), buffer, buffer]) release(given);
    assert.equal(buffer.length, 0);
  });
});
