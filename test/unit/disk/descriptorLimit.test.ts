import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { descriptorLimit, descriptorShare } from '../../../src/disk/descriptorLimit';

describe('Descriptors of a process', () => {
  it('are as many as the system says, or as is usual', () => {
    assert(descriptorLimit() > 0);
  });

  it('are shared out as wanted where there are many, else in proportion, and never none', () => {
    const wanted = (limit: number): number => descriptorShare(64, 1 / 8, limit);
    assert.deepEqual([20_000, 512, 64, 4].map(wanted), [64, 64, 8, 1]);
  });
});
