import { setTimeout } from 'node:timers/promises';
import type { ByteReader } from './byteReader';
import type { Channel } from './channel';

/** Milliseconds that writing may take before this side looks whether the other has answered instead of reading. */
const PATIENCE = 250;

/**
 * Writes to a peer that may have refused already, and reads no more. As long as it takes nothing, what it says is read.
 * @param isRefused looks at what has come
 * @returns false if the peer has refused; then not all has gone out
 * @throws what the channel throws
 */
export async function writeUnlessRefused(
  channel: Channel,
  reader: ByteReader,
  bytes: Uint8Array,
  isRefused: () => boolean,
): Promise<boolean> {
  const writing = channel.write(bytes).then(() => true);
  // Where the peer has refused, it does not matter what becomes of the rest.
  writing.catch(() => undefined);
  for (;;) {
    const waiting = new AbortController();
    const pause = setTimeout(PATIENCE, false, { signal: waiting.signal }).catch(() => false);
    try {
      if (await Promise.race([writing, pause])) return true;
    } finally {
      waiting.abort();
    }
    await reader.fill(0).catch(() => 'end');
    if (isRefused()) return false;
  }
}
