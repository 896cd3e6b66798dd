import { OverloadedError } from '../../../accounting/refusals';
import { InvalidTokenError, PicklepostError, ProtocolError, type ErrorCode } from '../../../errors';
import { encodeFrame, FRAME_TYPES } from './frames';
import { encodeMessage } from './messageCodec';
import type { Refusal, RefusalCode } from './messages';
import { cutReason, reasonFor } from './reasons';
import { type Words } from '../../../text';

/** The refusals that have a code of their own. */
const ERROR_CODES: Partial<Record<RefusalCode, ErrorCode>> = {
  'encryption-required': 'encryption-required',
  'no-key': 'invalid-key',
  'wrong-key': 'invalid-token',
  'wrong-code': 'wrong-code',
};

/** The other side refused the connection, with its reason, or this side did. */
export class RefusedError extends PicklepostError {
  constructor(
    readonly refusal: RefusalCode,
    message: Words,
  ) {
    super(ERROR_CODES[refusal] ?? 'refused', message);
  }
}

/** Tells the other side, unencrypted, why the connection ends. For refusals before there is a session. */
export function encodeRefusal(code: RefusalCode, reason: string): Buffer {
  return encodeFrame(
    FRAME_TYPES.control,
    encodeMessage({ type: 'refusal', code, reason: cutReason(reason) }),
  );
}

/** The refusal that ends a connection because of an error. */
export function describeRefusal(error: unknown): Refusal {
  return { type: 'refusal', code: codeOf(error), reason: reasonFor(error) };
}

function codeOf(error: unknown): RefusalCode {
  if (error instanceof OverloadedError) return 'busy';
  return error instanceof ProtocolError || error instanceof InvalidTokenError ? 'protocol' : 'failed';
}
