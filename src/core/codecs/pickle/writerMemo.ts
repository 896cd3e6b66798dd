import { Noted } from '../../values/value';
import { NumberTable } from './numberTable';

/**
 * What has been written and can be referred to, by number: objects by identity, texts by value. Most of it is never written again, so
 * noting something has to cost next to nothing: dictionaries, tuples and sets keep the number themselves, texts have a table of their
 * own, and only the others are in a set, of which another table is made once something is found there.
 */
export class WriterMemo {
  /** The number that is given next. */
  size = 0;
  /** Is added to the numbers that objects keep, which tells those of this writer from others. Values are written one after another. */
  private readonly base = nextBase;

  private readonly texts = new NumberTable();

  private readonly seen = new Set<unknown>();
  /** Numbers of what is in {@link seen}, in its order. */
  private readonly seenNumbers: number[] = [];
  /** Goes through {@link seen}, and never to the end, so that it sees what is added later. */
  private readonly unnumbered = this.seen.values();
  /** Numbers of the first of them. */
  private readonly numbers = new Map<unknown, number>();

  /** Gives the next number. @returns the number that it has already; undefined if it had none */
  add(identity: unknown): number | undefined {
    if (identity instanceof Noted) {
      const known = identity.note(this.base, this.base + this.size);
      if (known !== undefined) return known - this.base;
      this.countOne();
      return undefined;
    }
    const { seen } = this;
    const { size } = seen;
    seen.add(identity);
    if (seen.size === size) return this.numberOf(identity);
    this.seenNumbers.push(this.countOne());
    return undefined;
  }

  /** As {@link add}, with a hash for {@link NumberTable.add}. */
  addText(text: string, hash: number): number | undefined {
    const { size } = this;
    const number = this.texts.add(text, hash, size);
    if (number === undefined) return this.add(text);
    if (number !== size) return number;
    this.countOne();
    return undefined;
  }

  /** Undefined for what has no number. */
  find(identity: unknown): number | undefined {
    if (identity instanceof Noted) {
      const known = identity.noted(this.base);
      return known === undefined ? undefined : known - this.base;
    }
    return this.seen.has(identity) ? this.numberOf(identity) : undefined;
  }

  private countOne(): number {
    nextBase = this.base + this.size + 1;
    return this.size++;
  }

  private numberOf(identity: unknown): number | undefined {
    const { numbers, seen, seenNumbers, unnumbered } = this;
    while (numbers.size < seen.size)
      numbers.set(unnumbered.next().value, seenNumbers[numbers.size] as number);
    return numbers.get(identity);
  }
}

/** Above all numbers that any writer has noted on an object. */
let nextBase = 1;
