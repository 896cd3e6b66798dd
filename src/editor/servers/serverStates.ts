import { Emitter, type Disposable } from '../../core/scheduling/event';
import { messageOf } from '../../core/errors';
import type { TestOutcome } from '../../net/connectionTest';
import type { Outbox } from '../sending/outbox';
import { isSameTarget, type Target } from '../sending/target';

/** The known state of a server. */
export type ServerState =
  | { readonly kind: 'not-tested' }
  | { readonly kind: 'testing' }
  /** @property count of requests that are under way */
  | { readonly kind: 'sending'; readonly count: number }
  /** @property at time of the test, in milliseconds since the epoch */
  | { readonly kind: 'tested'; readonly outcome: TestOutcome; readonly at: number };

/** Tests a server. */
type Test = (target: Target) => Promise<TestOutcome>;

/** How many servers are tested at once. */
const TESTS_AT_ONCE = 8;

/** The known state of each server: the outcome of the last test, and what is under way. Forgotten when the window closes. */
export class ServerStates implements Disposable {
  private readonly changed = new Emitter<undefined>();
  readonly onDidChange = this.changed.event;
  private readonly outcomes = new Map<string, ServerState & { kind: 'tested' }>();
  private readonly running = new Map<string, Promise<TestOutcome>>();
  private readonly subscription: Disposable;

  constructor(
    private readonly outbox: Pick<Outbox, 'entries' | 'onDidChange'>,
    private readonly test: Test,
  ) {
    this.subscription = outbox.onDidChange(() => this.changed.fire(undefined));
  }

  of(target: Target): ServerState {
    const { entries } = this.outbox;
    const count = entries.filter(
      ({ state, request }) => state === 'sending' && isSameTarget(request.target, target),
    ).length;
    if (count > 0) return { kind: 'sending', count };
    const key = stateKey(target);
    if (this.running.has(key)) return { kind: 'testing' };
    return this.outcomes.get(key) ?? { kind: 'not-tested' };
  }

  /** Tests servers, several at once; a test that is already running is reused. @returns the outcomes in the same order */
  async testAll(targets: readonly Target[]): Promise<TestOutcome[]> {
    const outcomes: TestOutcome[] = [];
    const queue = [...targets.entries()].values();
    const work = async (): Promise<void> => {
      for (const [index, target] of queue) outcomes[index] = await this.testOnce(target);
    };
    await Promise.all(Array.from({ length: TESTS_AT_ONCE }, work));
    return outcomes;
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private async testOnce(target: Target): Promise<TestOutcome> {
    const key = stateKey(target);
    const running = this.running.get(key) ?? this.test(target).catch(failedOutcome);
    if (!this.running.has(key)) {
      this.running.set(key, running);
      this.changed.fire(undefined);
    }
    const outcome = await running;
    if (this.running.delete(key)) {
      this.outcomes.set(key, { kind: 'tested', outcome, at: Date.now() });
      this.changed.fire(undefined);
    }
    return outcome;
  }
}

/** A test applies to one address with one key, whatever the name of the server. */
function stateKey({ host, port, dialect, key = '' }: Target): string {
  return JSON.stringify([host, port, dialect, key]);
}

function failedOutcome(error: unknown): TestOutcome {
  return { kind: 'failed', advice: messageOf(error) };
}
