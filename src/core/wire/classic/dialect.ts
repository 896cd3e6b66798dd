import type { Dialect } from '../dialect';
import { serveClassic } from './receive';
import { sendClassic } from './send';

/** The framed protocol of the Python original, byte for byte. docs/protocol.md, "Classic". */
export const classic: Dialect = {
  name: 'classic',
  recognizes: (start) => (FIRST_BYTES.has(start[0]) ? 'yes' : 'no'),
  serve: serveClassic,
  send: sendClassic,
};

/** The first packet of a transfer, which may be its last too, or END. Other bytes that a packet could have begin many a text. */
const FIRST_BYTES: ReadonlySet<number | undefined> = new Set([0x08, 0x0c, 0x10]);
