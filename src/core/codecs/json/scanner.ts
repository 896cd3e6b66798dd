import { DecodeError } from '../../errors';
import { parseInteger } from '../../numberText';
import type { Value } from '../../values/value';
import {
  BACKSLASH,
  CARRIAGE_RETURN,
  isDigit,
  LINE_FEED,
  MINUS,
  PLUS,
  POINT,
  QUOTE,
  SLASH,
  SMALL_E,
  SPACE,
  STAR,
  TAB,
  ZERO,
} from '../characterCodes';
import { say, type Words } from '../../text';

const WORDS: readonly (readonly [word: string, value: Value])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
];
/** Beginnings of values in Python's `repr` that JSON does not have. */
const PYTHON_ONLY = /^(?:'|None|True|False|[(bru]['"])/;
const PYTHON_HINT = say` (this is how Python's repr writes; json.dumps writes JSON)`;
const LINE_END = /\r\n|\n|\r/g;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;

/** Small integers are frequent, so they share one bigint each, which saves memory. */
const SMALL_INTEGERS = Array.from({ length: 1024 }, (_, value) => BigInt(value));
/** Matches numbers whose only digit before the exponent is 0. */
const IS_ZERO = /^-?[0.]+(?:e|$)/i;
/** Any integer with this many digits is exact in floating point. */
const EXACT_DIGITS = 15;

/** Must be a power of two. */
const KEY_CACHE_SIZE = 1024;
const LONGEST_CACHED_KEY = 32;

/** Reads JSON's strings, numbers and literals, and the white space and comments between them. */
export class JsonScanner {
  protected at = 0;
  /** Recent keys by hash. Dictionaries with the same keys share the strings, which saves memory and makes comparing them cheap. */
  private readonly keyCache = new Array<string>(KEY_CACHE_SIZE).fill('');

  /** @param comments whether they count as white space */
  constructor(
    protected readonly text: string,
    private readonly comments: boolean,
  ) {}

  protected parseString(): string {
    const { text } = this;
    const start = ++this.at;
    for (let i = start; ; i++) {
      const code = text.charCodeAt(i);
      if (code === QUOTE) {
        this.at = i + 1;
        return text.slice(start, i);
      }
      if (code === BACKSLASH || !(code >= SPACE)) return this.parseEscaped(start, i);
    }
  }

  /** The same as {@link parseString}, with the cache. */
  protected parseKey(): string {
    const { text } = this;
    const start = ++this.at;
    let hash = 0;
    let i = start;
    for (let code = text.charCodeAt(i); code !== QUOTE; code = text.charCodeAt(++i)) {
      if (code === BACKSLASH || !(code >= SPACE)) return this.parseEscaped(start, i);
      hash = (hash * 31 + code) | 0;
    }
    this.at = i + 1;
    const slot = hash & (KEY_CACHE_SIZE - 1);
    const cached = this.keyCache[slot] as string;
    if (cached.length === i - start && text.startsWith(cached, start)) return cached;
    const key = text.slice(start, i);
    if (key.length <= LONGEST_CACHED_KEY) this.keyCache[slot] = key;
    return key;
  }

  /** Reads a string from its first escape or error on. */
  protected parseEscaped(start: number, firstEscape: number): string {
    const { text } = this;
    let i = firstEscape;
    for (let code = text.charCodeAt(i); code !== QUOTE; code = text.charCodeAt(++i)) {
      if (code === BACKSLASH) i++;
      else if (Number.isNaN(code)) throw this.fail(say`a string has no end`, start - 1);
      else if (code < SPACE) throw this.fail(say`a string holds a control character that is not escaped`, i);
    }
    this.at = i + 1;
    try {
      return JSON.parse(text.slice(start - 1, this.at)) as string;
    } catch {
      throw this.fail(say`a string holds an invalid escape`, this.findBadEscape(firstEscape));
    }
  }

  private findBadEscape(start: number): number {
    for (let at = start; ; at = this.text.indexOf('\\', ESCAPE.lastIndex)) {
      ESCAPE.lastIndex = at;
      if (!ESCAPE.test(this.text)) return at;
    }
  }

  protected parseNumber(first: number): Value {
    const { text } = this;
    const start = this.at;
    const digits = first === MINUS ? start + 1 : start;
    let magnitude = 0;
    let end = digits;
    let code = text.charCodeAt(end);
    for (; isDigit(code); code = text.charCodeAt(++end)) magnitude = magnitude * 10 + code - ZERO;
    if (end === digits) return this.parseWord();
    if (end > digits + 1 && text.charCodeAt(digits) === ZERO)
      throw this.fail(say`a number begins with 0`, start);
    if (code === POINT || (code | 0x20) === SMALL_E) return this.parseFloat(start, end);
    this.at = end;
    if (end - digits > EXACT_DIGITS) return parseInteger(text.slice(start, end));
    return digits > start ? BigInt(-magnitude) : (SMALL_INTEGERS[magnitude] ?? BigInt(magnitude));
  }

  /** @param end where the digits before the point or exponent end */
  protected parseFloat(start: number, end: number): Value {
    const { text } = this;
    if (text.charCodeAt(end) === POINT) end = this.skipDigits(end + 1);
    if ((text.charCodeAt(end) | 0x20) === SMALL_E) {
      const sign = text.charCodeAt(end + 1);
      end = this.skipDigits(sign === PLUS || sign === MINUS ? end + 2 : end + 1);
    }
    this.at = end;
    const written = text.slice(start, end);
    const value = Number(written);
    const isExact = value === 0 ? IS_ZERO.test(written) : Number.isFinite(value);
    return isExact ? value : this.beyondFloat(written, value);
  }

  /** The value of a number that is too large or too small for a float. @param float infinity or 0 */
  protected beyondFloat(_written: string, float: number): Value {
    return float;
  }

  private skipDigits(start: number): number {
    let end = start;
    while (isDigit(this.text.charCodeAt(end))) end++;
    if (end === start) throw this.fail(say`a digit is missing in a number`, start);
    return end;
  }

  protected parseWord(): Value {
    for (const [word, value] of WORDS) {
      if (!this.text.startsWith(word, this.at)) continue;
      this.at += word.length;
      return value;
    }
    throw this.expected('a value');
  }

  /** Skips white space, and comments if they are allowed. @returns the next character, NaN at the end */
  protected skipSpace(): number {
    const { text } = this;
    for (let i = this.at; ; i++) {
      const code = text.charCodeAt(i);
      if (code === SPACE || code === LINE_FEED || code === CARRIAGE_RETURN || code === TAB) continue;
      this.at = i;
      if (code !== SLASH || !this.comments) return code;
      i = this.endOfComment() - 1;
    }
  }

  private endOfComment(): number {
    const { text, at } = this;
    const kind = text.charCodeAt(at + 1);
    if (kind === SLASH) {
      LINE_END.lastIndex = at;
      return LINE_END.test(text) ? LINE_END.lastIndex : text.length;
    }
    if (kind !== STAR) throw this.fail(say`a "/" does not begin a comment`, at);
    const end = text.indexOf('*/', at + 2);
    if (end < 0) throw this.fail(say`a comment has no end`, at);
    return end + 2;
  }

  protected expected(what: Words): DecodeError {
    const found = this.text.codePointAt(this.at);
    const actual =
      found === undefined ? say`the text ends` : say`found ${JSON.stringify(String.fromCodePoint(found))}`;
    const hint = PYTHON_ONLY.test(this.text.slice(this.at, this.at + 5)) ? PYTHON_HINT : '';
    return this.fail(say`expected ${what}, but ${actual}${hint}`, this.at);
  }

  private fail(reason: Words, offset: number): DecodeError {
    const lines = this.text.slice(0, offset).split(/\r\n|\n|\r/);
    const column = (lines.at(-1) as string).length + 1;
    return new DecodeError('JSON', say`${reason}, in line ${lines.length}, column ${column}`, offset);
  }
}
