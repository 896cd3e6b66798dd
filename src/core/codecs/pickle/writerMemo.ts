import { randomBytes } from 'node:crypto';
import { Noted, NotedList, type Value } from '../../values/value';

/** The longest text in the table of texts. Longer ones are rarely repeated, and take more time to look up. */
const LONGEST = 64;
/** Must be a power of two. */
const FIRST_SLOTS = 1 << 12;
/** If a text finds this many slots occupied, which does not happen by chance, it goes into the set of other values. */
const MAX_PROBES = 128;
/** Part of the hash, so that nobody can choose texts with the same hash. */
const SECRET = randomBytes(4).readInt32LE() | 1;

/**
 * The memo of a pickle that is written: numbers of objects by identity, and of texts by value. Most values are never referred
 * to, so adding one must be cheap. Lists, dictionaries, tuples and sets store their number themselves. Texts are in a hash table
 * of integers, which allocates nothing for each text. Other values are in a set, and get a table of numbers only when one of
 * them is found again.
 */
export class WriterMemo {
  /** The number of the next value. */
  size = 0;
  /** Added to the numbers that objects store, to tell them from those of earlier writers. Only one writer may run at a time. */
  private readonly base = nextBase;

  private slots = new Int32Array(FIRST_SLOTS);
  private readonly texts: string[] = [];
  private readonly hashes: number[] = [];
  private readonly textNumbers: number[] = [];

  private readonly seen = new Set<unknown>();
  /** Numbers of the values in {@link seen}, in its order. */
  private readonly seenNumbers: number[] = [];
  /** Iterates over {@link seen}. It never reaches the end, so it continues with later additions. */
  private readonly unnumbered = this.seen.values();
  /** Numbers by value, for the part of {@link seen} that {@link unnumbered} has passed. */
  private readonly numbers = new Map<unknown, number>();

  /** Gives a value the next number. @returns the number that it has already; undefined if it had none */
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

  /** As {@link add}. */
  addText(text: string): number | undefined {
    const { length } = text;
    if (length > LONGEST) return this.add(text);
    let hash = length;
    for (let i = 0; i < length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), SECRET);
    hash ^= hash >>> 15;
    const mask = this.slots.length - 1;
    for (let probe = 0, slot = hash & mask; probe < MAX_PROBES; probe++, slot = (slot + 1) & mask) {
      const ordinal = (this.slots[slot] as number) - 1;
      if (ordinal < 0) {
        this.noteText(text, hash, slot);
        return undefined;
      }
      if (this.hashes[ordinal] === hash && this.texts[ordinal] === text) return this.textNumbers[ordinal];
    }
    return this.add(text);
  }

  /** As {@link add}. */
  addList(list: Value[]): number | undefined {
    const known = NotedList.note(list, this.base, this.base + this.size);
    if (known !== undefined) return known - this.base;
    this.countOne();
    return undefined;
  }

  /** The number of a value; undefined if it has none. */
  find(identity: unknown): number | undefined {
    if (identity instanceof Noted) {
      const known = identity.noted(this.base);
      return known === undefined ? undefined : known - this.base;
    }
    return this.seen.has(identity) ? this.numberOf(identity) : undefined;
  }

  private noteText(text: string, hash: number, slot: number): void {
    this.textNumbers.push(this.countOne());
    this.texts.push(text);
    this.hashes.push(hash);
    this.slots[slot] = this.texts.length;
    if (2 * this.texts.length > this.slots.length) this.growSlots();
  }

  private growSlots(): void {
    const { hashes } = this;
    const slots = new Int32Array(4 * this.slots.length);
    const mask = slots.length - 1;
    for (let ordinal = 0; ordinal < hashes.length; ordinal++) {
      let slot = (hashes[ordinal] as number) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = ordinal + 1;
    }
    this.slots = slots;
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

/** Greater than all numbers that writers have noted on objects. */
let nextBase = 1;
