import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CancelledError, PicklepostError } from '../core/errors';
import type { OutgoingItem, Receipt } from '../core/item/item';
import type { SendReports } from '../core/wire/dialect';
import { BusyError, notTaken } from '../core/wire/dialectErrors';
import { findDialect, type DialectName } from '../core/wire/dialects';
import { sendItems, type SendOptions } from './sendClient';

/** Milliseconds before the second attempt; each further wait is twice as long, up to the longest. */
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 60_000;

/** Why an attempt failed, and the milliseconds until the next one. */
export interface Waiting {
  readonly error: PicklepostError;
  readonly milliseconds: number;
}

export interface WaitingReports extends Partial<SendReports> {
  /** Called before each wait. */
  onWaiting(waiting: Waiting): void;
}

/**
 * Sends the items as {@link sendItems} does. If the server cannot be reached, waits for it and tries again. Items that have
 * arrived are not sent again. In dialects that do not resume, only a failure to connect is tried again.
 * @param waits milliseconds of the first wait, and of the longest
 * @returns a receipt for each item
 * @throws PicklepostError if waiting does not help: all errors of sendItems except `connection-failed`, and in dialects that
 * resume except `connection-lost` and `timeout`
 */
export async function sendWhenPossible(
  items: readonly OutgoingItem[],
  options: SendOptions,
  reports: WaitingReports,
  { first, longest } = { first: FIRST_WAIT, longest: LONGEST_WAIT },
): Promise<Receipt[]> {
  const left = new Map(items.map((item) => [recognizable(item), item]));
  const receipts: Receipt[] = [];
  let wait = 0;
  const onSent = (item: OutgoingItem, receipt: Receipt): void => {
    const original = left.get(item) ?? item;
    left.delete(item);
    receipts.push(receipt);
    wait = 0;
    reports.onSent?.(original, receipt);
  };
  const failures: PicklepostError[] = [];
  const onFailed = (item: OutgoingItem, error: PicklepostError): void => {
    const original = left.get(item) ?? item;
    left.delete(item);
    failures.push(error);
    reports.onFailed?.(original, error);
  };
  const onProgress = (item: OutgoingItem, bytes: number): void => {
    reports.onProgress?.(left.get(item) ?? item, bytes);
  };
  const onAsked = (item: OutgoingItem): void => reports.onAsked?.(left.get(item) ?? item);
  for (;;) {
    try {
      await sendItems([...left.keys()], options, { onSent, onFailed, onProgress, onAsked });
      if (failures.length === 0) return receipts;
      throw notTaken(failures, items.length);
    } catch (error) {
      if (failures.length > 0 && left.size === 0) throw notTaken(failures, items.length);
      if (!isTemporary(error, options.dialect)) throw error;
      wait = Math.min(longest, Math.max(first, 2 * wait));
      const milliseconds = Math.round(wait * (0.75 + Math.random() / 2));
      reports.onWaiting({ error, milliseconds });
      await pause(milliseconds, options.signal);
    }
  }
}

/** An item that a receiver recognizes when it is offered again, in case it arrived but its confirmation was lost. */
function recognizable(item: OutgoingItem): OutgoingItem {
  return item.source === undefined ? { ...item, source: `once ${randomUUID()}` } : item;
}

/** Whether trying again later may help, and does not send anything twice. */
export function isTemporary(error: unknown, dialect: DialectName): error is PicklepostError {
  if (!(error instanceof PicklepostError)) return false;
  if (error.code === 'connection-failed') return true;
  if (!findDialect(dialect).resumes) return false;
  return error instanceof BusyError || error.code === 'connection-lost' || error.code === 'timeout';
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(milliseconds, undefined, signal && { signal });
  } catch {
    throw new CancelledError();
  }
}
