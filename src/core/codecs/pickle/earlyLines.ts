/** The content of a line of protocol 0. */
export type LineKind = 'integer' | 'float' | 'index' | 'name' | 'quoted' | 'any';

const CHARACTERS: Readonly<Record<Exclude<LineKind, 'any' | 'quoted'>, RegExp>> = {
  integer: /[-\dL]/,
  float: /[-+\d.einfa]/,
  index: /\d/,
  name: /[\w.\x80-\xff]/,
};

const TABLES = Object.fromEntries(
  Object.entries(CHARACTERS).map(([kind, allowed]) => [
    kind,
    Array.from({ length: 256 }, (_, byte) => allowed.test(String.fromCharCode(byte))),
  ]),
) as Record<keyof typeof CHARACTERS, boolean[]>;

const [NEWLINE, QUOTE, DOUBLE_QUOTE] = [0x0a, 0x27, 0x22];

/** Checks a line byte by byte, without keeping it. */
export class LineCheck {
  private kind: LineKind = 'any';
  private length = 0;
  private first = 0;
  private last = 0;
  /** The number in a line of kind `index`. */
  index = 0;

  begin(kind: LineKind): void {
    this.kind = kind;
    this.length = 0;
    this.index = 0;
  }

  /** @returns whether the line continues, ends with this byte, or is not of its kind */
  take(byte: number): 'open' | 'end' | 'wrong' {
    if (byte === NEWLINE) return this.isWhole ? 'end' : 'wrong';
    if (this.length++ === 0) this.first = byte;
    this.last = byte;
    if (this.kind === 'index') this.index = 10 * this.index + (byte - 0x30);
    return this.allows(byte) ? 'open' : 'wrong';
  }

  private allows(byte: number): boolean {
    if (this.kind === 'any') return true;
    if (this.kind === 'quoted') return this.first === QUOTE || this.first === DOUBLE_QUOTE;
    return TABLES[this.kind][byte] === true && this.index <= Number.MAX_SAFE_INTEGER;
  }

  private get isWhole(): boolean {
    if (this.kind === 'quoted') return this.length > 1 && this.first === this.last;
    return this.kind === 'any' || this.length > 0;
  }
}
