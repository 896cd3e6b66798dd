import { AdmissionControl } from '../../src/core/admission/admissionControl';

/** Lets everybody in. */
export function openDoor(): AdmissionControl {
  const rules = { accept: 'all', trustsThisMachine: true, alwaysAccepted: [], blocked: [] } as const;
  return new AdmissionControl({
    rules: () => rules,
    acceptAlways: () => undefined,
    block: () => undefined,
  });
}
