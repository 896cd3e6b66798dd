import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { descriptorLimit, descriptorShare } from '../../../src/disk/descriptorLimit';

describe('Descriptors of a process', () => {
  it('are limited by the system, or else by the usual number', () => {
    assert(descriptorLimit() > 0);
  });

  it('are distributed as requested if there are enough, otherwise in proportion, and at least one each', () => {
    const wanted = (limit: number): number => descriptorShare(64, 1 / 8, limit);
    assert.deepEqual([20_000, 512, 64, 4].map(wanted), [64, 64, 8, 1]);
  });
});
