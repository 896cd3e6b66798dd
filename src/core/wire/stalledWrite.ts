import { setTimeout } from 'node:timers/promises';
import type { ByteReader } from './byteReader';
import type { Channel } from './channel';

/** Milliseconds that a write may take before this side checks whether the peer has answered instead of reading. */
const PATIENCE = 250;

/**
 * Writes to a peer that may already have refused, and no longer reads. While it accepts no data, its messages are read.
 * @param isRefused checks the received bytes
 * @returns false if the peer has refused; then not everything was sent
 * @throws what the channel throws
 */
export async function writeUnlessRefused(
  channel: Channel,
  reader: ByteReader,
  bytes: Uint8Array,
  isRefused: () => boolean,
): Promise<boolean> {
  const writing = channel.write(bytes).then(() => true);
  // If the peer has refused, the fate of the rest does not matter.
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
