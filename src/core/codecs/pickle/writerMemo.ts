/** A power of two. */
const REPEATED = 1024;
/** Longer texts are seldom repeated, and cost more to compare. */
const LONGEST_REPEATED = 64;

/**
 * What has been written and can be referred to, by number: objects by identity, texts by value. Most of it is never written again, so
 * noting something takes one access to a table; only what is found there again makes another table necessary, of numbers. Texts that
 * come again and again, such as keys, are found without either.
 */
export class WriterMemo {
  private readonly seen = new Set<unknown>();
  /** Goes through {@link seen} in the order of its numbers, and never to the end, so that it sees what is added later. */
  private readonly unnumbered = this.seen.values();
  /** Of the first of them. */
  private readonly numbers = new Map<unknown, number>();
  private readonly repeatedTexts = new Array<string>(REPEATED).fill('');
  private readonly repeatedNumbers = new Array<number>(REPEATED).fill(0);

  /** Gives the next number. @returns the number that it has already; undefined if it had none */
  add(identity: unknown): number | undefined {
    const { seen } = this;
    const { size } = seen;
    seen.add(identity);
    if (seen.size === size) return this.numberOf(identity);
    return undefined;
  }

  /** As {@link add}. */
  addText(text: string): number | undefined {
    const { length } = text;
    if (length === 0 || length > LONGEST_REPEATED) return this.add(text);
    const [first, middle, last] = [0, length >> 1, length - 1];
    const slot =
      (length + 31 * text.charCodeAt(first) + 217 * text.charCodeAt(middle) + 961 * text.charCodeAt(last)) &
      (REPEATED - 1);
    if (this.repeatedTexts[slot] === text) return this.repeatedNumbers[slot];
    const found = this.add(text);
    // Texts that come only once, such as names, would displace the others.
    if (found === undefined) return undefined;
    this.repeatedTexts[slot] = text;
    this.repeatedNumbers[slot] = found;
    return found;
  }

  /** Undefined for what has no number. */
  find(identity: unknown): number | undefined {
    return this.seen.has(identity) ? this.numberOf(identity) : undefined;
  }

  private numberOf(identity: unknown): number | undefined {
    const { numbers, seen, unnumbered } = this;
    while (numbers.size < seen.size) numbers.set(unnumbered.next().value, numbers.size);
    return numbers.get(identity);
  }
}
