import { messageOf } from '../core/errors';
import type { Disposable } from '../core/scheduling/event';
import { Repetitions } from '../core/scheduling/repetitions';
import type { PeerFailure } from '../net/receiveServer';
import { errorCode, type Output } from './output';

/** Milliseconds within which failures of one kind are reported as one. */
const TIME = 10_000;
const KINDS = 64;
/** Events of a kind that programs get one by one in that time. */
const EVENTS = 10;

export interface FailureReport extends Disposable {
  note(failure: PeerFailure): void;
}

/** Reports failed connections, for people and programs; if there are very many, their number. */
export function reportFailures(output: Output): FailureReport {
  const lines = new Repetitions<PeerFailure>(
    ({ from, error }, more) => {
      const count = more === 0 ? '' : ` (and ${more} more within ${TIME / 1000} s)`;
      output.note(`picklepost: ${from}: ${messageOf(error)}${count}`);
    },
    { allowed: 1, time: TIME, kinds: KINDS },
  );
  const events = new Repetitions<PeerFailure>(
    ({ from, error }, more) => {
      const message = `${from}: ${messageOf(error)}`;
      output.event({
        event: 'failed',
        code: errorCode(error),
        message,
        from,
        ...(more > 0 && { count: more }),
      });
    },
    { allowed: EVENTS, time: TIME, kinds: KINDS },
  );
  return {
    note: (failure) => {
      for (const one of [lines, events]) one.note(kindOf(failure), failure);
    },
    dispose: () => {
      for (const one of [lines, events]) one.dispose();
    },
  };
}

/** Failures from one host with the same message. */
function kindOf({ from, error }: PeerFailure): string {
  return `${from.slice(0, from.lastIndexOf(':'))} ${messageOf(error)}`;
}
