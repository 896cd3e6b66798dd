import { PicklepostError } from '../core/errors';
import type { OutgoingItem, Receipt } from '../core/item/item';
import { notTaken } from '../core/wire/dialectErrors';
import { findDialect, type DialectName } from '../core/wire/dialects';
import { UnreadableError } from '../net/fileItem';
import type { PersistentSendOptions } from '../net/persistentSend';

/**
 * Sends what can be sent. An item that cannot be read, or that the receiver refuses, does not keep the others.
 * @param failures errors that are known already; they are thrown in the end, all together
 * @throws AggregateError
 */
export async function sendAll(
  items: readonly OutgoingItem[],
  failures: readonly PicklepostError[],
  send: Send,
  options: PersistentSendOptions,
): Promise<void> {
  const left = new Set(items);
  const errors: unknown[] = [...failures];
  const refusals: PicklepostError[] = [];
  const onSent = (item: OutgoingItem, receipt: Receipt): void => {
    left.delete(item);
    options.onSent?.(item, receipt);
  };
  const onFailed = (item: OutgoingItem, error: PicklepostError): void => {
    left.delete(item);
    refusals.push(error);
    options.onFailed?.(item, error);
  };
  while (left.size > 0) {
    try {
      await send([...left], { ...options, onSent, onFailed });
      break;
    } catch (error) {
      // Items that were not taken have been told of already.
      if (left.size === 0) break;
      const culprit = findCulprit(error, [...left], options.dialect);
      if (culprit && !(error instanceof UnreadableError)) onFailed(culprit, error as PicklepostError);
      else errors.push(error);
      if (!culprit) break;
      left.delete(culprit);
    }
  }
  if (refusals.length > 0) errors.push(notTaken(refusals, items.length));
  if (left.size > 0 && left.size < items.length) errors.push(notSent(left.size, items.length));
  if (errors.length > 0) throw new AggregateError(errors);
}

/** `sendItems`, or `sendWhenPossible`. */
type Send = (items: readonly OutgoingItem[], options: PersistentSendOptions) => Promise<unknown>;

/** The item that is to blame for an error, where it is one and not the connection. */
function findCulprit(
  error: unknown,
  left: readonly OutgoingItem[],
  dialect: DialectName,
): OutgoingItem | undefined {
  if (error instanceof UnreadableError) return left.find(({ source }) => source === error.file);
  const isOwn =
    error instanceof PicklepostError && (error.code === 'refused' || error.code === 'unsupported');
  return isOwn && !findDialect(dialect).isConcurrent ? left[0] : undefined;
}

function notSent(count: number, total: number): PicklepostError {
  const message = `${String(count)} of ${String(total)} items have not been sent. Send them again.`;
  return new PicklepostError('not-confirmed', message);
}
