import type { Dialect } from '../dialect';
import { PREAMBLE } from './session/frames';
import { sendNative } from './sending/sender';
import { serveNative } from './receiving/serve';
import { say } from '../../text';

/** Picklepost's own protocol: encrypted, confirmed, and resumed after an interruption (docs/native.md). */
export const native = {
  name: 'native',
  title: 'Picklepost',
  detail: say`Any file, with its name; confirmed, verified, and resumed where it was cut off.`,
  resumes: true,
  verifies: true,
  confirms: true,
  carriesMessages: true,
  carriesPaths: true,
  isConcurrent: true,
  protection: 'session',
  instead: ['classic', 'raw'],
  recognizes(start, isAll) {
    const known = Math.min(start.length, PREAMBLE.length);
    if (!PREAMBLE.subarray(0, known).equals(start.subarray(0, known))) return 'no';
    return start.length < PREAMBLE.length && !isAll ? 'needs-more' : 'yes';
  },
  serve: serveNative,
  send: sendNative,
} as const satisfies Dialect;

/** Pairs with a Picklepost that shows a code. */
export { joinPairing } from './pairing/join';
/** The handshake that tests a connection, and its possible outcomes. */
export { greetServer } from './handshake/greetServer';
export { WrongKeyError } from './handshake/hello';
export { RefusedError } from './session/refusal';
