import type { FernetKey } from '../core/crypto/keys';
import { CancelledError, PicklepostError } from '../core/errors';
import type { SendReports } from '../core/wire/dialect';
import { BusyError, ContentError, notTaken } from '../core/wire/dialectErrors';
import { findDialect, type DialectName } from '../core/wire/dialects';
import type { OutgoingItem, Receipt } from '../core/item/item';
import { openChannel, type ConnectOptions } from './connect';
import type { SocketChannel } from './socketChannel';

export interface SendOptions extends ConnectOptions {
  readonly dialect: DialectName;
  /** Encrypts every item. */
  readonly key?: FernetKey;
  /**
   * A secret of this installation, by which a receiver recognizes the files that it sends; keep it where others cannot read
   * it. Without it, interrupted items resume only while this process runs.
   */
  readonly identity?: Uint8Array;
  /**
   * Whether the connection is cut when the signal is aborted, so that the receiver keeps the data as after a lost
   * connection, and a later call resumes. Otherwise the receiver is told that the items are given up, and keeps nothing of
   * them.
   */
  readonly staysResumable?: boolean;
}

/**
 * Sends the items, in order if the dialect sends one at a time. An item that fails for a reason of its own does not stop the
 * others; its error is thrown at the end. No socket is left when this settles, in whatever way.
 * @returns a receipt for each item
 * @throws PicklepostError: `cancelled`, `connection-failed`, `connection-lost`, `not-confirmed`, `port-taken`, `refused`,
 * `timeout`, `unsupported`; and what reading an item throws
 */
export async function sendItems(
  items: readonly OutgoingItem[],
  options: SendOptions,
  reports: Partial<SendReports> = {},
): Promise<Receipt[]> {
  const left = new Set(items);
  const receipts: Receipt[] = [];
  const failures: PicklepostError[] = [];
  const onSent = (item: OutgoingItem, receipt: Receipt): void => {
    left.delete(item);
    receipts.push(receipt);
    reports.onSent?.(item, receipt);
  };
  const onFailed = (item: OutgoingItem, error: PicklepostError): void => {
    left.delete(item);
    failures.push(error);
    reports.onFailed?.(item, error);
  };
  while (left.size > 0) {
    try {
      await sendOnce([...left], options, { ...reports, onSent, onFailed });
      break;
    } catch (error) {
      if (left.size === 0) break;
      const failed = findFailed(error, left, options.dialect);
      if (!failed) throw error;
      onFailed(failed, error as PicklepostError);
    }
  }
  if (failures.length > 0) throw notTaken(failures, items.length);
  return receipts;
}

/** The item that an error concerns, if it concerns one and not the connection, in a dialect that stops there. */
function findFailed(
  error: unknown,
  left: ReadonlySet<OutgoingItem>,
  dialect: DialectName,
): OutgoingItem | undefined {
  if (findDialect(dialect).isConcurrent || error instanceof BusyError) return undefined;
  if (error instanceof ContentError) return error.item;
  const isOwn =
    error instanceof PicklepostError && (error.code === 'refused' || error.code === 'unsupported');
  const [first] = left;
  return isOwn ? first : undefined;
}

/** Sends up to the first item that fails; in a concurrent dialect, all that the receiver accepts. */
async function sendOnce(
  items: readonly OutgoingItem[],
  options: SendOptions,
  reports: Partial<SendReports> & Pick<SendReports, 'onSent' | 'onFailed'>,
): Promise<void> {
  const { key, limits, identity, signal } = options;
  const channels = new Set<SocketChannel>();
  const originals = new Map(items.map((item) => [cancellable(item, signal), item]));
  const original = (item: OutgoingItem): OutgoingItem => originals.get(item) ?? item;
  const cancel = (): void => {
    for (const channel of channels) {
      if (options.staysResumable) channel.breakOff();
      else channel.cancel();
    }
  };
  signal?.addEventListener('abort', cancel);
  try {
    await findDialect(options.dialect).send([...originals.keys()], {
      connect: async () => {
        const channel = await openChannel(options);
        channels.add(channel);
        return channel;
      },
      ...(key && { key }),
      limits,
      ...(identity && { identity }),
      reports: {
        onProgress: (item, bytes) => reports.onProgress?.(original(item), bytes),
        onAsked: (item) => reports.onAsked?.(original(item)),
        onFailed: (item, error) => reports.onFailed(original(item), error),
        onSent: (item, receipt) => reports.onSent(original(item), receipt),
      },
    });
  } catch (error) {
    throw signal?.aborted ? new CancelledError() : error;
  } finally {
    signal?.removeEventListener('abort', cancel);
    await Promise.all([...channels].map((channel) => channel.close(LINGER_TIME)));
  }
}

/**
 * The same item, whose content ends in CancelledError once the signal is aborted, and in ContentError if it cannot be read.
 */
function cancellable(item: OutgoingItem, signal: AbortSignal | undefined): OutgoingItem {
  return {
    ...item,
    open: async function* (atOnce, ring) {
      const content = item.open(atOnce, ring)[Symbol.asyncIterator]();
      try {
        for (;;) {
          const next = await content.next().catch((error: unknown) => {
            throw error instanceof CancelledError ? error : new ContentError(item, error);
          });
          if (next.done) return;
          // Reading alone may take long.
          if (signal?.aborted) throw new CancelledError();
          yield next.value;
        }
      } finally {
        await content.return?.();
      }
    },
  };
}

/** Milliseconds that the receiver has to end its side too after all items have been settled. */
const LINGER_TIME = 500;
