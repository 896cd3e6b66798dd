import { LimitError, NoSpaceError, NotAdmittedError, PicklepostError, type ErrorCode } from '../../../errors';
import type { DeclineCode } from './messages';

/** Longest reason in a message, in UTF-16 code units. */
const LONGEST_REASON = 1000;

/** Errors whose text reveals nothing about this machine, such as paths. */
const TELLABLE: readonly ErrorCode[] = [
  'cancelled',
  'encryption-required',
  'invalid-token',
  'limit-exceeded',
  'protocol',
  'refused',
  'timeout',
];

export function declineCode(error: unknown): DeclineCode {
  if (error instanceof LimitError) return 'too-large';
  if (error instanceof NotAdmittedError) return 'not-wanted';
  if (error instanceof PicklepostError && error.code === 'cancelled') return 'not-wanted';
  return error instanceof NoSpaceError ? 'no-space' : 'failed';
}

/** The reason that the other side is told for an error: enough to know what to do next, and nothing about this machine. */
export function reasonFor(error: unknown): string {
  if (error instanceof NoSpaceError)
    return 'There is not enough room on the disk of the receiver. Make room there, then send it again.';
  if (error instanceof PicklepostError && TELLABLE.includes(error.code)) return cutReason(error.message);
  return 'The receiver could not store it. Its log says why; put that right there, then send it again.';
}

/** Shortens a reason to what a message may hold. */
export function cutReason(reason: string): string {
  return reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON - 1)}…` : reason;
}
