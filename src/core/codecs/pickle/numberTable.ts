/** A power of two, as the number of slots always is. */
const FIRST_SLOTS = 1 << 12;
/** What has the same hash as so many others is not taken. */
const MAX_EQUAL = 8;
/** After so many slots that are taken, which chance does not bring about, the table takes nothing more. */
const MAX_PROBES = 128;

/**
 * Numbers of texts. It asks for no memory of its own for each, and a hash lies beside its place: a Map of hundreds of thousands costs several
 * times as much.
 */
export class NumberTable {
  /** By turns a hash and the place of what has it, counted from 1; 0 where a slot is free. */
  private slots = new Int32Array(2 * FIRST_SLOTS);
  private mask = FIRST_SLOTS - 1;
  private readonly texts: string[] = [];
  private readonly numbers: number[] = [];
  private takesMore = true;

  /**
   * Gives a number to a text that has none.
   * @param hash one that nobody can foresee
   * @returns `number`, or the one that the text has already; undefined for what the table does not take, then and later
   */
  add(text: string, hash: number, number: number): number | undefined {
    const { texts, mask, slots } = this;
    let slot = hash & mask;
    let probes = 0;
    let equal = 0;
    for (; slots[2 * slot + 1] !== 0; slot = (slot + 1) & mask) {
      probes++;
      if (slots[2 * slot] !== hash) continue;
      const place = (slots[2 * slot + 1] as number) - 1;
      if (texts[place] === text) return this.numbers[place];
      if (++equal === MAX_EQUAL) return undefined;
    }
    if (probes >= MAX_PROBES) this.takesMore = false;
    if (!this.takesMore) return undefined;
    this.fill(slot, hash, text, number);
    return number;
  }

  private fill(slot: number, hash: number, text: string, number: number): void {
    this.numbers.push(number);
    const count = this.texts.push(text);
    this.slots[2 * slot] = hash;
    this.slots[2 * slot + 1] = count;
    if (2 * count > this.mask) this.grow();
  }

  private grow(): void {
    const old = this.slots;
    const slots = new Int32Array(4 * old.length);
    const mask = slots.length / 2 - 1;
    for (let i = 0; i < old.length; i += 2) {
      if (old[i + 1] === 0) continue;
      let slot = (old[i] as number) & mask;
      while (slots[2 * slot + 1] !== 0) slot = (slot + 1) & mask;
      slots[2 * slot] = old[i] as number;
      slots[2 * slot + 1] = old[i + 1] as number;
    }
    this.slots = slots;
    this.mask = mask;
  }
}
