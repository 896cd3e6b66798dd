import { randomBytes } from 'node:crypto';
import { Noted, NotedList, type Value } from '../../values/value';

/** Longer texts are seldom repeated, and cost more to look up; and of these nobody can choose many that collide. */
const LONGEST = 64;
/** A power of two. */
const FIRST_SLOTS = 1 << 12;
/** Beyond so many slots that are taken by others, which chance does not bring about, a text goes into a table of JavaScript's own. */
const MAX_PROBES = 128;
/** Unknown to whoever chooses texts. */
const SECRET = randomBytes(4).readInt32LE() | 1;

/**
 * What has been written and can be referred to, by number: objects by identity, texts by value. Most of it is never written again, so
 * noting something has to cost next to nothing: lists, dictionaries, tuples and sets keep the number themselves, texts have a table of numbers that
 * asks for no memory of its own for each, and only the others are in a set, of which another table is made once something is found there.
 */
export class WriterMemo {
  /** The number that is given next. */
  size = 0;
  /** Is added to the numbers that objects keep, which tells those of this writer from others. Values are written one after another. */
  private readonly base = nextBase;

  private slots = new Int32Array(FIRST_SLOTS);
  private readonly texts: string[] = [];
  private readonly hashes: number[] = [];
  private readonly textNumbers: number[] = [];

  private readonly seen = new Set<unknown>();
  /** Numbers of the values in {@link seen}, in its order. */
  private readonly seenNumbers: number[] = [];
  /** Iterates over {@link seen}, never to its end, so that it sees later additions. */
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

  /** Undefined for a value without a number. */
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

/** Above all numbers that any writer has noted on an object. */
let nextBase = 1;
