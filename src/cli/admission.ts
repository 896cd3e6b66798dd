import { AdmissionControl } from '../core/admission/admissionControl';
import { ACCEPT_POLICIES, type AcceptPolicy } from '../core/admission/rules';
import { parseChoice, UsageError } from './arguments';

/** The rules about senders, as given when the server is started. */
export interface Admission {
  readonly accept: AcceptPolicy;
  readonly asksLocal: boolean;
}

/** @param canAsk whether there is a terminal to ask at. @throws UsageError */
export function readAdmission(accept: string | undefined, asksLocal: boolean, canAsk: boolean): Admission {
  const chosen = parseChoice('--accept', accept, ACCEPT_POLICIES) ?? (canAsk ? 'ask' : 'paired');
  if (chosen === 'ask' && !canAsk)
    throw new UsageError('--accept ask needs a terminal to ask at. Without one, use --accept paired or all.');
  return { accept: chosen, asksLocal };
}

/** Whether somebody can read questions and answer them. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/** Remembers answers while the server runs. */
export function makeAdmissionControl({ accept, asksLocal }: Admission): AdmissionControl {
  const blocked: string[] = [];
  const rules = { accept, trustsThisMachine: !asksLocal, alwaysAccepted: [], blocked };
  return new AdmissionControl({
    rules: () => rules,
    acceptAlways: () => undefined,
    block: (id) => blocked.push(id),
  });
}
