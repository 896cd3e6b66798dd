import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { beyondQuota, type IdlePartial } from '../../../../src/inbox/partials/partialQuota';

const partial = fc.record({
  sender: fc.constantFrom('a', 'b', 'c'),
  bytes: fc.nat(100),
  changedAt: fc.nat(1000),
});
const limit = fc.record({ total: fc.nat(300), address: fc.nat(200) });

function sum(partials: readonly IdlePartial[]): number {
  return partials.reduce((bytes, one) => bytes + one.bytes, 0);
}

describe('The quota of partial items', () => {
  const inputs = [fc.array(partial, { maxLength: 60 }), fc.record({ count: limit, bytes: limit })] as const;

  it('applies to kept partial items, in total and for each address', () => {
    fc.assert(
      fc.property(...inputs, (some, quota) => {
        const partials = some.map((one, i) => ({ ...one, transfer: String(i) }));
        const gone = new Set(beyondQuota(partials, quota));
        const left = partials.filter((one) => !gone.has(one));
        assert(left.length <= quota.count.total && sum(left) <= quota.bytes.total);
        for (const sender of ['a', 'b', 'c']) {
          const own = left.filter((one) => one.sender === sender);
          assert(own.length <= quota.count.address && sum(own) <= quota.bytes.address);
        }
      }),
    );
  });

  it('deletes nothing of an address within its share while another one has more', () => {
    fc.assert(
      fc.property(fc.array(partial, { maxLength: 60 }), (some) => {
        const many = some.map((one, i) => ({ ...one, sender: 'many', bytes: 10, transfer: String(i) }));
        const one = { sender: 'one', bytes: 10, changedAt: 0, transfer: 'one' };
        const quota = { count: { total: 5, address: 20 }, bytes: { total: 40, address: 1000 } };
        assert(!beyondQuota([...many, one], quota).includes(one));
      }),
    );
  });
});
