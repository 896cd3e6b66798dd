import { constants } from 'node:os';
import { PicklepostError } from '../core/errors';
import { BusyError } from '../core/wire/dialectErrors';

export const DONE = 0;
export const FAILED = 1;
export const USAGE = 2;
/** The other side is not reachable, is busy, or was lost during the transfer: the same command may succeed later. */
export const TRY_AGAIN = 3;

/** The exit code of a command that threw an error. */
export function exitCodeOf(error: unknown): number {
  const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  const isTemporary = errors.some(mayPass) && errors.every((one) => mayPass(one) || isCount(one));
  return isTemporary ? TRY_AGAIN : FAILED;
}

/** The exit code of a command that a signal ended, as in shells: 130 for SIGINT, 143 for SIGTERM. */
export function exitCodeOfSignal(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

function mayPass(error: unknown): boolean {
  if (!(error instanceof PicklepostError)) return false;
  return error instanceof BusyError || TEMPORARY.has(error.code);
}

/** The number of items that were not sent because of another error. */
function isCount(error: unknown): boolean {
  return error instanceof PicklepostError && error.code === 'not-confirmed';
}

const TEMPORARY: ReadonlySet<string> = new Set(['connection-failed', 'connection-lost', 'timeout']);
