import type { FernetKey } from '../core/crypto/keys';
import { PicklepostError } from '../core/errors';
import type { Arrival, ItemStore, ItemWriter } from '../core/item/item';
import { changePieceWriter, type ItemOffer, type OfferAnswer } from '../core/item/transfer';

/** A store for one item: whatever else is to be stored is refused, as long as that one does not fail. */
export function withOnlyOne(store: ItemStore): ItemStore {
  return new OnlyOne(store);
}

class OnlyOne implements ItemStore {
  private isTaken = false;

  constructor(private readonly store: ItemStore) {}

  /** Only what arrives whole is taken: a Fernet token is an item until it has been opened, and its content another one. */
  async begin(arrival: Arrival): Promise<ItemWriter> {
    if (this.isTaken) throw onlyOneItem();
    const writer = await this.store.begin(arrival);
    return {
      write: (plain) => writer.write(plain),
      written: () => writer.written(),
      discard: () => writer.discard(),
      finish: async (content) => {
        if (!this.isTaken) return this.take(() => writer.finish(content));
        await writer.discard();
        throw onlyOneItem();
      },
    };
  }

  /** An item that was offered is taken until it turns out not to arrive. */
  async offer(arrival: Arrival, offer: ItemOffer, key: FernetKey | undefined): Promise<OfferAnswer> {
    if (this.isTaken) throw onlyOneItem();
    const answer = await this.take(() => this.store.offer(arrival, offer, key));
    if (answer.kind === 'have') return answer;
    const { writer } = answer;
    const giveBack = async (ended: Promise<void>): Promise<void> => {
      await ended;
      this.isTaken = false;
    };
    const suspend = (): Promise<void> => giveBack(writer.suspend());
    const discard = (): Promise<void> => giveBack(writer.discard());
    return { kind: 'accepted', writer: changePieceWriter(writer, { suspend, discard }) };
  }

  private async take<T>(work: () => Promise<T>): Promise<T> {
    this.isTaken = true;
    try {
      return await work();
    } catch (error) {
      this.isTaken = false;
      throw error;
    }
  }
}

function onlyOneItem(): PicklepostError {
  return new PicklepostError('refused', 'This receiver takes one item and ends. Send the others later.');
}
