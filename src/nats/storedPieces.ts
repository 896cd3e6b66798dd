import type { JetStreamManager } from './library';
import { pieceSubject, streamName } from './names';
import type { Publisher } from './publisher';

/** Pieces on either side of the first missing one that may exist: they were in flight at the same time. */
const MARGIN = 16;

/** Which pieces of items a server has, as far as a sender may find out (docs/nats.md, "Resuming"). */
export class StoredPieces {
  /**
   * @param manager for a sender that may ask about the stream, which costs the server much less than questions about each
   * piece
   */
  constructor(
    private readonly publisher: Publisher,
    private readonly from: { readonly inbox: string; readonly sender: string },
    private readonly manager: JetStreamManager | undefined,
  ) {}

  /** Which pieces of an item are stored, from the first one on. It may have been interrupted before. */
  async findBegun(item: string, count: number): Promise<boolean[]> {
    const told = await this.askStream(item, count);
    if (told) return told;
    if (!(await this.isStored(item, 0))) return noneOf(count);
    // A complete item is sent again to repair it.
    if (await this.isStored(item, count - 1)) return this.findAll(item, count);
    return this.findPrefix(item, count);
  }

  /** Each one separately, as any may have been lost. */
  async findAll(item: string, count: number): Promise<boolean[]> {
    const told = await this.askStream(item, count);
    return (
      told ?? this.publisher.findStored(Array.from({ length: count }, (_, at) => this.subject(item, at)))
    );
  }

  /** @returns undefined if the sender may not ask, or gets no answer */
  private async askStream(item: string, count: number): Promise<boolean[] | undefined> {
    const { inbox, sender } = this.from;
    const query = { subjects_filter: pieceSubject(inbox, sender, item, '*') };
    const info = await this.manager?.streams.info(streamName(inbox), query).catch(() => undefined);
    if (!info) return undefined;
    const subjects = info.state.subjects ?? {};
    return Array.from({ length: count }, (_, at) => Object.hasOwn(subjects, this.subject(item, at)));
  }

  private async findPrefix(item: string, count: number): Promise<boolean[]> {
    let there = 0;
    let missing = count - 1;
    while (missing - there > 1) {
      const middle = Math.floor((there + missing) / 2);
      if (await this.isStored(item, middle)) there = middle;
      else missing = middle;
    }
    const first = Math.max(0, missing - MARGIN);
    const near = Array.from({ length: Math.min(count, missing + MARGIN) - first }, (_, at) => first + at);
    const found = await this.publisher.findStored(near.map((at) => this.subject(item, at)));
    return Array.from({ length: count }, (_, at) => found[at - first] ?? at < first);
  }

  private async isStored(item: string, index: number): Promise<boolean> {
    const [isStored] = await this.publisher.findStored([this.subject(item, index)]);
    return isStored ?? false;
  }

  private subject(item: string, index: number): string {
    return pieceSubject(this.from.inbox, this.from.sender, item, index);
  }
}

function noneOf(count: number): boolean[] {
  return Array.from({ length: count }, () => false);
}
