import { PicklepostError } from '../core/errors';
import type { OutgoingItem } from '../core/item/item';
import { ContentError, notTaken } from '../core/wire/dialectErrors';

/**
 * Sends everything that can be sent, and reports at the end what could not.
 * @param failures errors that are known already; they are thrown in the end, all together
 * @throws AggregateError
 */
export async function sendAll<T extends SendReports>(
  items: readonly OutgoingItem[],
  failures: readonly PicklepostError[],
  send: (items: readonly OutgoingItem[], reports: T) => Promise<unknown>,
  reports: T,
): Promise<void> {
  let settled = 0;
  const errors: unknown[] = [...failures];
  const refusals: PicklepostError[] = [];
  const onSent: T['onSent'] = (item: OutgoingItem, receipt: never): void => {
    settled++;
    reports.onSent?.(item, receipt);
  };
  const onFailed = (item: OutgoingItem, error: PicklepostError): void => {
    settled++;
    if (error instanceof ContentError) {
      errors.push(error.cause);
      return;
    }
    refusals.push(error);
    reports.onFailed?.(item, error);
  };
  try {
    if (items.length > 0) await send(items, { ...reports, onSent, onFailed });
  } catch (error) {
    // Failed items have been reported already.
    if (settled < items.length) errors.push(error);
  }
  if (refusals.length > 0) errors.push(notTaken(refusals, items.length));
  if (settled > 0 && settled < items.length) errors.push(notSent(items.length - settled, items.length));
  if (errors.length > 0) throw new AggregateError(errors);
}

/** The reports of `sendItems`, `sendWhenPossible` and `sendToInbox`. */
interface SendReports {
  readonly onSent?: (item: OutgoingItem, receipt: never) => void;
  readonly onFailed?: (item: OutgoingItem, error: PicklepostError) => void;
}

function notSent(count: number, total: number): PicklepostError {
  const message = `${String(count)} of ${String(total)} items have not been sent. Send them again.`;
  return new PicklepostError('not-confirmed', message);
}
