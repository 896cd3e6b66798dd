/*
 * Honest senders in a process of their own: `honest.js PORT DIALECT KEY`, where KEY may be empty. One item after another until SIGTERM; an
 * {@link HonestReport} for each goes to the parent.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { FernetKey } from '../../src/core/crypto/keys';
import { messageOf } from '../../src/core/errors';
import { findDialect, type DialectName } from '../../src/core/wire/dialects';
import { sendHonestItem } from '../attacks/honestSender';

/** The outcome of one item. */
export interface HonestReport {
  /** Undefined where it could not be sent. */
  readonly sha256?: string;
  readonly seconds: number;
  readonly refusals: number;
  readonly error?: string;
}

/** Milliseconds between two items of a sender. */
const PAUSE = 400;

const [port, dialect, key = ''] = process.argv.slice(2);
let hasEnded = false;

void send();

async function send(): Promise<void> {
  process.once('SIGTERM', () => (hasEnded = true));
  process.once('disconnect', () => (hasEnded = true));
  while (!hasEnded) {
    report(await sendOne());
    await sleep(PAUSE);
  }
  process.exit();
}

async function sendOne(): Promise<HonestReport> {
  const start = performance.now();
  try {
    const ownKey = key === '' ? undefined : FernetKey.parse(key);
    return await sendHonestItem(Number(port), findDialect(dialect as DialectName).name, ownKey);
  } catch (error) {
    const seconds = (performance.now() - start) / 1000;
    return { seconds, refusals: 0, error: messageOf(error) };
  }
}

function report(item: HonestReport): void {
  process.send?.(item);
}
