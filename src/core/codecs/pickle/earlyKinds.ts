/** The kinds of values on the stack that are told apart in order to distinguish a pickle from text. */
export type Kind = (typeof KINDS)[number];

const KINDS = ['mark', 'list', 'dict', 'tuple', 'other'] as const;

/** The largest length of a list. Content that needs more does not count as a pickle. */
const MOST = 1024 * 1024;
/** How far an index may lie above those in use. Python's picklers count from 0 or 1. */
const MAX_GAP = 16;

/** A list of kinds that takes one byte for each. */
export class KindList {
  length = 0;
  /** Numbers of kinds, from 1; 0 means that none is set. */
  private bytes = new Uint8Array(64);

  at(index: number): Kind | undefined {
    const number = index < this.length ? this.bytes[index] : undefined;
    return number === undefined ? undefined : KINDS[number - 1];
  }

  /** @returns false if the index is too large */
  set(index: number, kind: Kind): boolean {
    if (index >= MOST || index > this.length + MAX_GAP) return false;
    if (index >= this.bytes.length) {
      const longer = new Uint8Array(2 * this.bytes.length + MAX_GAP);
      longer.set(this.bytes);
      this.bytes = longer;
    }
    this.bytes[index] = KINDS.indexOf(kind) + 1;
    this.length = Math.max(this.length, index + 1);
    return true;
  }

  pop(): Kind | undefined {
    const kind = this.at(this.length - 1);
    this.length = Math.max(0, this.length - 1);
    return kind;
  }
}
