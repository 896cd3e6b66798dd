import { DecodeError } from '../errors';
import { Dict, Tuple, type Value } from '../values/value';
import { say, type Words } from '../text';

/** The largest number of digits of an integer. */
const MAX_DIGITS = 20;
/** The deepest nesting of tuples and lists. */
const MAX_DEPTH = 32;

const ESCAPES: Readonly<Record<string, string | undefined>> = { n: '\n', t: '\t', r: '\r' };
const WORDS: readonly (readonly [string, Value])[] = [
  ['True', true],
  ['False', false],
  ['None', null],
];

/**
 * Reads the Python literal in the header of a `.npy` file. It may only contain dictionaries, lists, tuples, strings, integers,
 * True, False and None.
 * @throws DecodeError `.npy`
 */
export function parsePythonHeader(text: string): Value {
  return new HeaderParser(text).parse();
}

class HeaderParser {
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  parse(): Value {
    const value = this.value();
    this.space();
    if (this.at < this.text.length) throw this.error(say`data follows its end`);
    return value;
  }

  private value(): Value {
    if (++this.depth > MAX_DEPTH) throw this.error(say`it is nested too deeply`);
    this.space();
    const character = this.text.charAt(this.at);
    const value = this.container(character) ?? this.atom(character);
    this.depth--;
    return value;
  }

  private container(character: string): Value | undefined {
    if (character === '{') return this.dict();
    if (character === '[') return this.items(']').items;
    return character === '(' ? this.tupleOrGroup() : undefined;
  }

  private atom(character: string): Value {
    if (character === "'" || character === '"') return this.string(character);
    for (const [word, value] of WORDS) if (this.take(word)) return value;
    // Python 2 wrote strings with a prefix, and integers with a suffix.
    if (/[ub]/.test(character) && /['"]/.test(this.text.charAt(this.at + 1)))
      return this.string(this.text.charAt(++this.at));
    const digits = /^-?\d+/.exec(this.text.slice(this.at, this.at + MAX_DIGITS + 1))?.[0];
    if (digits === undefined || digits.length > MAX_DIGITS) throw this.error(say`there is no value`);
    this.at += digits.length;
    this.take('L');
    return BigInt(digits);
  }

  private dict(): Dict {
    const dict = new Dict();
    this.at++;
    while (!this.takeAfterSpace('}')) {
      const key = this.value();
      if (typeof key !== 'string') throw this.error(say`a key is not a text`);
      if (!this.takeAfterSpace(':')) throw this.error(say`a colon is missing`);
      dict.set(key, this.value());
      if (!this.takeAfterSpace(',') && !this.isNext('}')) throw this.error(say`a comma is missing`);
    }
    return dict;
  }

  private tupleOrGroup(): Value {
    const { items, hasComma } = this.items(')');
    const [only] = items;
    return only !== undefined && items.length === 1 && !hasComma ? only : new Tuple(items);
  }

  private items(end: string): { items: Value[]; hasComma: boolean } {
    const items: Value[] = [];
    let hasComma = false;
    this.at++;
    while (!this.takeAfterSpace(end)) {
      items.push(this.value());
      const isSeparated = this.takeAfterSpace(',');
      hasComma ||= isSeparated;
      if (!isSeparated && !this.isNext(end)) throw this.error(say`a comma is missing`);
    }
    return { items, hasComma };
  }

  private string(quote: string): string {
    let text = '';
    for (this.at++; this.at < this.text.length; this.at++) {
      const character = this.text.charAt(this.at);
      if (character === quote) {
        this.at++;
        return text;
      }
      text += character === '\\' ? this.escape() : character;
    }
    throw this.error(say`a text has no end`);
  }

  private escape(): string {
    const character = this.text.charAt(++this.at);
    const size = { x: 2, u: 4, U: 8 }[character];
    if (size === undefined) return ESCAPES[character] ?? character;
    const digits = this.text.slice(this.at + 1, this.at + 1 + size);
    const code = /^[\da-f]+$/i.test(digits) ? Number.parseInt(digits, 16) : Infinity;
    if (digits.length !== size || code > 0x10ffff) throw this.error(say`an escape is malformed`);
    this.at += size;
    return String.fromCodePoint(code);
  }

  private space(): void {
    while (/[ \t\r\n]/.test(this.text.charAt(this.at))) this.at++;
  }

  private isNext(text: string): boolean {
    this.space();
    return this.text.startsWith(text, this.at);
  }

  private takeAfterSpace(text: string): boolean {
    this.space();
    return this.take(text);
  }

  private take(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  private error(reason: Words): DecodeError {
    return new DecodeError('.npy', say`in its header, ${reason}`, this.at);
  }
}
