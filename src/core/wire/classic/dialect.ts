import type { Dialect } from '../dialect';
import { END as FAREWELL } from './packets';
import { serveClassic } from './receive';
import { sendClassic } from './send';
import { say } from '../../text';

/** The framed protocol of the Python original, byte for byte. docs/protocol.md, "Classic". */
export const classic = {
  name: 'classic',
  title: say`The Python original`,
  detail: say`Texts and dictionaries; each is confirmed by the receiver.`,
  resumes: false,
  verifies: false,
  confirms: true,
  carriesMessages: false,
  carriesPaths: false,
  isConcurrent: false,
  protection: 'parts',
  farewell: FAREWELL,
  instead: ['native', 'raw'],
  recognizes,
  serve: serveClassic,
  send: sendClassic,
} as const satisfies Dialect;

/**
 * The first packet of a transfer, which may also be its last, or END. Many texts begin with other bytes that a packet could
 * have.
 */
const FIRST_BYTES: ReadonlySet<number | undefined> = new Set([0x08, 0x0c, 0x10]);
const END = 0x10;

/**
 * A value with its length in four or eight bytes in front, little endian, may begin with the same byte. As a packet, it
 * would have an empty chunk, followed by bytes that no peer sends.
 */
function recognizes(start: Uint8Array, isAll: boolean): 'yes' | 'no' | 'needs-more' {
  const [op, , high = 0, low = 0, next] = start;
  if (!FIRST_BYTES.has(op)) return 'no';
  if (high !== 0 || low !== 0) return 'yes';
  if (next === undefined) return isAll ? 'yes' : 'needs-more';
  if (next !== 0) return next <= END ? 'yes' : 'no';
  const isLong = start.length >= 8;
  return start.subarray(4, 8).some((byte) => byte !== 0)
    ? 'yes'
    : isLong
      ? 'no'
      : isAll
        ? 'yes'
        : 'needs-more';
}
