import type { Dialect } from '../dialect';
import { serveRaw } from './receive';
import { sendRaw } from './send';
import { say } from '../../text';

/** Streams without any framing, as `nc` and small scripts send and expect them. docs/protocol.md, "Raw". */
export const raw = {
  name: 'raw',
  title: say`nc, or a script that reads until the end`,
  detail: say`Plain bytes, any file; most such receivers confirm nothing.`,
  resumes: false,
  verifies: false,
  confirms: false,
  carriesMessages: false,
  carriesPaths: false,
  isConcurrent: false,
  protection: 'item',
  instead: ['classic'],
  // Whatever no other dialect claims.
  recognizes: () => 'yes',
  serve: serveRaw,
  send: sendRaw,
} as const satisfies Dialect;
