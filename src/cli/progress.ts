import { PIECE_SIZE } from '../core/crypto/tokenStream';
import type { ItemStore } from '../core/item/item';
import { changePieceWriter } from '../core/item/transfer';
import type { Output } from './output';

/** Milliseconds between two looks of a person at the line. */
const INTERVAL = 100;

/** A line of progress that is not written more often than it can be read. */
export class Progress {
  private last = 0;

  constructor(private readonly output: Output) {}

  /**
   * @param event for programs, where there is one
   * @param isLast whether it is told however often others were
   */
  update(text: () => string, event?: () => object, isLast = false): void {
    const now = performance.now();
    if (now - this.last < INTERVAL && !isLast) return;
    this.last = now;
    this.output.progress(text());
    if (event) this.output.event(event());
  }
}

/**
 * A store that tells how much of an item has arrived.
 * @param tell called with the address of the sender and the bytes of plain content so far
 */
export function withProgress(store: ItemStore, tell: (from: string, bytes: number) => void): ItemStore {
  return {
    async begin(arrival) {
      const writer = await store.begin(arrival);
      let size = 0;
      return {
        async write(plain) {
          await writer.write(plain);
          size += plain.length;
          tell(arrival.from, size);
        },
        written: () => writer.written(),
        finish: (content) => writer.finish(content),
        discard: () => writer.discard(),
      };
    },
    async offer(arrival, offer, key) {
      const answer = await store.offer(arrival, offer, key);
      if (answer.kind === 'have') return answer;
      const { writer } = answer;
      const andTell = async (appended: Promise<void>): Promise<void> => {
        await appended;
        tell(arrival.from, Math.min(writer.pieces * PIECE_SIZE, offer.size ?? Infinity));
      };
      return {
        kind: 'accepted',
        writer: changePieceWriter(writer, {
          appendToken: (token) => andTell(writer.appendToken(token)),
          appendPlain: (piece) => andTell(writer.appendPlain(piece)),
        }),
      };
    },
  };
}
