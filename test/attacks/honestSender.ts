import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FernetKey } from '../../src/core/crypto/keys';
import { PicklepostError } from '../../src/core/errors';
import { DEFAULT_LIMITS } from '../../src/core/limits';
import type { DialectName } from '../../src/core/wire/dialects';
import { bytesItem } from '../../src/core/wire/outgoing';
import { sendItems } from '../../src/net/sendClient';

/** Bytes of what an honest sender sends. */
export const HONEST_SIZE = 100_000;

export interface HonestItem {
  readonly sha256: string;
  /** Until it was confirmed, where the dialect confirms. */
  readonly seconds: number;
  /** How often there was no place for it. */
  readonly refusals: number;
}

/** Sends a text that nobody has sent before, again and again until there is a place for it. @throws PicklepostError where it is lost */
export async function sendHonestItem(
  port: number,
  dialect: DialectName,
  key?: FernetKey,
  size = HONEST_SIZE,
): Promise<HonestItem> {
  const bytes = Buffer.from(randomBytes(Math.ceil(size / 2)).toString('hex'));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const start = performance.now();
  for (let refusals = 0; ; refusals++) {
    try {
      await sendItems([bytesItem({ kind: 'text', name: 'honest.txt', bytes })], {
        ...{ host: '127.0.0.1', port, localPort: 0, dialect, bufferSize: 65_536, limits: DEFAULT_LIMITS },
        ...(key && { key }),
      });
      return { sha256, refusals, seconds: (performance.now() - start) / 1000 };
    } catch (error) {
      if (!isRefused(error) || performance.now() - start > PATIENCE) throw error;
      await sleep(RETRY);
    }
  }
}

/** Whether somebody else had the place, which says nothing of the item. */
function isRefused(error: unknown): boolean {
  return error instanceof PicklepostError && ['connection-lost', 'refused'].includes(error.code);
}

/** Milliseconds after which it is given up. */
const PATIENCE = 60_000;
/** Milliseconds before it is tried again. */
const RETRY = 100;
