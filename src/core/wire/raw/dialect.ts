import type { Dialect } from '../dialect';
import { serveRaw } from './receive';
import { sendRaw } from './send';

/** Streams without any framing, as `nc` and small scripts send and expect them. docs/protocol.md, "Raw". */
export const raw: Dialect = {
  name: 'raw',
  // Whatever no other dialect claims.
  recognizes: () => 'yes',
  serve: serveRaw,
  send: sendRaw,
};
