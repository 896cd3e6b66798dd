/** The largest total length of the names of open elements, in bytes: 16 for each that may be open. Any peer can make us keep them. */
const LONGEST_NAMES = 16 * 1024;
/** The longest name, in bytes. */
const LONGEST_NAME = 1000;

/** The names of the open elements, one after another in a single buffer. As strings, they would take many times the memory. */
export class OpenNames {
  private bytes = Buffer.alloc(0);
  private length = 0;
  /** Where each name begins. */
  private readonly starts: number[] = [];
  /** How many bytes of the closing tag's name have been compared. */
  private matched = 0;

  /** How many elements are open. */
  get count(): number {
    return this.starts.length;
  }

  /** Opens an element. Its name follows with {@link add}. */
  open(): void {
    this.starts.push(this.length);
  }

  /** Adds a byte to the name of the element that was opened last. @returns false if the name becomes too long */
  add(byte: number): boolean {
    if (this.length - this.start >= LONGEST_NAME || this.length >= LONGEST_NAMES) return false;
    if (this.length === this.bytes.length) this.grow();
    this.bytes[this.length++] = byte;
    return true;
  }

  /** Begins to close the element that was opened last. */
  beginClosing(): void {
    this.matched = 0;
  }

  /** Compares the next byte of the closing tag's name. @returns whether the name matches so far */
  match(byte: number): boolean {
    const at = this.start + this.matched++;
    return at < this.length && this.bytes[at] === byte;
  }

  /** Closes the element that was opened last. @returns whether its complete name has been matched */
  close(): boolean {
    const isWhole = this.start + this.matched === this.length;
    this.drop();
    return isWhole;
  }

  /** Closes the element that was opened last, without a closing tag. */
  drop(): void {
    this.length = this.starts.pop() ?? 0;
  }

  private get start(): number {
    return this.starts.at(-1) ?? 0;
  }

  private grow(): void {
    const grown = Buffer.alloc(Math.min(LONGEST_NAMES, Math.max(64, 2 * this.bytes.length)));
    this.bytes.copy(grown);
    this.bytes = grown;
  }
}
