import type { SenderLists } from '../../../../src/core/admission/admissionControl';
import type { SenderRules } from '../../../../src/core/admission/rules';

/** Rules that a test changes, by which everybody is asked about, and what answers have made of them. */
export class TestLists implements SenderLists {
  accept: SenderRules['accept'] = 'ask';
  trustsThisMachine = false;
  readonly alwaysAccepted: string[] = [];
  readonly blocked: string[] = [];

  rules(): SenderRules {
    return this;
  }

  acceptAlways(key: string): void {
    this.alwaysAccepted.push(key);
  }

  block(id: string): void {
    this.blocked.push(id);
  }
}
