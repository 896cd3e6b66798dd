import type { Dialect } from '../dialect';
import { serveClassic } from './receive';
import { sendClassic } from './send';

/** The framed protocol of the Python original, byte for byte. docs/protocol.md, "Classic". */
export const classic = {
  name: 'classic',
  title: 'The Python original',
  detail: 'Texts and dictionaries; each is confirmed by the receiver.',
  resumes: false,
  verifies: false,
  confirms: true,
  keepsNames: false,
  isConcurrent: false,
  protection: 'parts',
  instead: ['native', 'raw'],
  recognizes: (start) => (FIRST_BYTES.has(start[0]) ? 'yes' : 'no'),
  serve: serveClassic,
  send: sendClassic,
} as const satisfies Dialect;

/** The first packet of a transfer, which may be its last too, or END. Other bytes that a packet could have begin many a text. */
const FIRST_BYTES: ReadonlySet<number | undefined> = new Set([0x08, 0x0c, 0x10]);
