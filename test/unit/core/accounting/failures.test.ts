import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { FailureCounter } from '../../../../src/core/accounting/failures';

describe('counting failures', () => {
  it('refuses an address that fails again and again, until its failures are forgotten', () => {
    let now = 0;
    const counter = new FailureCounter({ allowed: 3, forgottenAfter: 1_000 }, () => now);
    for (let failure = 0; failure < 3; failure++) {
      assert.ok(!counter.isExhausted('10.0.0.1'));
      counter.note('10.0.0.1');
    }
    assert.ok(counter.isExhausted('10.0.0.1'));
    assert.ok(!counter.isExhausted('10.0.0.2'));
    now = 1_000;
    assert.ok(!counter.isExhausted('10.0.0.1'));
    counter.note('10.0.0.1');
    assert.ok(counter.isExhausted('10.0.0.1'));
    now = 5_000;
    assert.ok(!counter.isExhausted('10.0.0.1'));
  });

  it('counts an IPv6 network as one address', () => {
    const counter = new FailureCounter({ allowed: 2, forgottenAfter: 1_000 }, () => 0);
    counter.note('fd00::1');
    counter.note('fd00::2');
    assert.ok(counter.isExhausted('fd00::3'));
    assert.ok(!counter.isExhausted('fd00:0:0:1::3'));
  });

  it('remembers a limited number of addresses', () => {
    const counter = new FailureCounter({ allowed: 1, forgottenAfter: 1_000 }, () => 0);
    for (let host = 0; host <= 4096; host++) counter.note(`10.0.${host >> 8}.${host & 255}`);
    assert.ok(!counter.isExhausted('10.0.0.0'));
    assert.ok(counter.isExhausted('10.0.0.1'));
  });
});
