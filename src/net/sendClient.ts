import type { FernetKey } from '../core/crypto/keys';
import { CancelledError, type PicklepostError } from '../core/errors';
import { findDialect, type DialectName } from '../core/wire/dialects';
import type { OutgoingItem, Receipt } from '../core/item/item';
import { openChannel, type ConnectOptions } from './connect';
import type { SocketChannel } from './socketChannel';

export interface SendOptions extends ConnectOptions {
  readonly dialect: DialectName;
  /** Encrypts every item. */
  readonly key?: FernetKey;
  /**
   * A secret of this installation, by which a receiver recognizes the files that it sends; it may be kept anywhere that others cannot
   * read. Without it, what was cut off is continued only as long as this process runs.
   */
  readonly identity?: Uint8Array;
  /** Plain bytes of an item that have gone out so far. */
  readonly onProgress?: (item: OutgoingItem, bytes: number) => void;
  /** Called after each item, so that those are known which had arrived before another failed. */
  readonly onSent?: (item: OutgoingItem, receipt: Receipt) => void;
  /** Called for each item that the receiver did not take, where the others go on all the same ({@link Dialect.isConcurrent}). */
  readonly onFailed?: (item: OutgoingItem, error: PicklepostError) => void;
}

/**
 * Sends the items in order, up to the first that fails; in a concurrent dialect all that the receiver takes. No socket is left when it
 * settles, whichever way.
 * @returns a receipt for each item
 * @throws PicklepostError: `cancelled`, `connection-failed`, `connection-lost`, `not-confirmed`, `port-taken`, `refused`, `timeout`,
 * `unsupported`; and what reading an item throws
 */
export async function sendItems(items: readonly OutgoingItem[], options: SendOptions): Promise<Receipt[]> {
  const { key, limits, identity, signal } = options;
  const channels = new Set<SocketChannel>();
  const receipts: Receipt[] = [];
  const originals = new Map(items.map((item) => [cancellable(item, signal), item]));
  const original = (item: OutgoingItem): OutgoingItem => originals.get(item) ?? item;
  const cancel = (): void => {
    for (const channel of channels) channel.cancel();
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
      onProgress: (item, bytes) => options.onProgress?.(original(item), bytes),
      onFailed: (item, error) => options.onFailed?.(original(item), error),
      onSent: (item, receipt) => {
        receipts.push(receipt);
        options.onSent?.(original(item), receipt);
      },
    });
    return receipts;
  } finally {
    signal?.removeEventListener('abort', cancel);
    await Promise.all([...channels].map((channel) => channel.close(LINGER_TIME)));
  }
}

/** The same item, whose content ends in CancelledError once the signal is given: reading alone may take long. */
function cancellable(item: OutgoingItem, signal: AbortSignal | undefined): OutgoingItem {
  return {
    ...item,
    open: async function* (atOnce, ring) {
      for await (const bytes of item.open(atOnce, ring)) {
        if (signal?.aborted) throw new CancelledError();
        yield bytes;
      }
    },
  };
}

/** Milliseconds that the receiver has to end its side too once everything has been settled. */
const LINGER_TIME = 500;
