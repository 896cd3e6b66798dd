import { isLoopback } from '../wire/address';
import { normalizedId, type Sender } from './sender';

/** Whose items are accepted: `ask` asks about each sender, `paired` accepts senders with a key, `all` accepts everybody. */
export const ACCEPT_POLICIES = ['ask', 'paired', 'all'] as const;
export type AcceptPolicy = (typeof ACCEPT_POLICIES)[number];

/** The person's rules about senders. */
export interface SenderRules {
  readonly accept: AcceptPolicy;
  /** Whether senders on this machine are accepted without a question. */
  readonly trustsThisMachine: boolean;
  /** Names of keys whose holders are accepted without a question. */
  readonly alwaysAccepted: readonly string[];
  /** Blocked senders, as {@link Sender.id}. This overrides all other rules. */
  readonly blocked: readonly string[];
}

export type Verdict = 'accept' | 'ask' | 'unpaired' | 'blocked';

/** The verdict of the rules on a sender. */
export function judge(sender: Sender, rules: SenderRules): Verdict {
  if (isBlocked(sender.id, rules)) return 'blocked';
  if (rules.accept === 'all') return 'accept';
  if (rules.trustsThisMachine && isLoopback(sender.host)) return 'accept';
  const { key } = sender;
  if (rules.accept === 'paired') return key === undefined ? 'unpaired' : 'accept';
  return key !== undefined && rules.alwaysAccepted.includes(key) ? 'accept' : 'ask';
}

/** @param id as {@link Sender.id} */
export function isBlocked(id: string, { blocked }: Pick<SenderRules, 'blocked'>): boolean {
  return blocked.some((entry) => normalizedId(entry) === id);
}
