import { isSpace } from '../characterCodes';
import type { Recognition, Recognizer } from '../format';

/**
 * Decides while a stream arrives whether it is a single JSON value. It checks JSON's grammar, except inside numbers and
 * escapes, and accepts `NaN` and infinities, as Python writes them. It keeps only the open brackets.
 */
export class JsonRecognizer implements Recognizer {
  private expects: Expectation = 'value';
  private isKey = false;
  private word = '';
  isContainer = false;
  /** The expected closing brackets. */
  private readonly closers: number[] = [];

  /** @param depth the nesting that the readers of this program accept; deeper content does not count as JSON */
  constructor(private readonly depth: number) {}

  get state(): Recognition {
    if (this.expects === 'nothing') return 'not';
    return this.expects === 'separator' && this.closers.length === 0 ? 'whole' : 'open';
  }

  update(bytes: Uint8Array): number {
    for (let at = 0; at < bytes.length && this.expects !== 'nothing'; at++) {
      if (this.expects === 'string') at = endOfPlain(bytes, at);
      if (at < bytes.length) this.expects = this.next(bytes[at] as number);
    }
    return bytes.length;
  }

  private next(byte: number): Expectation {
    switch (this.expects) {
      case 'string':
        return this.nextInString(byte);
      case 'escape':
        return byte < SPACE ? 'nothing' : 'string';
      case 'number':
        if (byte === CAPITAL_I) return this.beginWord(byte);
        return isNumeric(byte) ? 'number' : this.nextOutside('separator', byte);
      case 'word':
        if (isLetter(byte)) return this.continueWord(byte);
        return WORDS.has(this.word) ? this.nextOutside('separator', byte) : 'nothing';
      default:
        return this.nextOutside(this.expects, byte);
    }
  }

  private nextInString(byte: number): Expectation {
    if (byte === QUOTE) return this.isKey ? 'colon' : 'separator';
    if (byte === BACKSLASH) return 'escape';
    return byte < SPACE ? 'nothing' : 'string';
  }

  private nextOutside(expects: Expectation, byte: number): Expectation {
    if (isSpace(byte)) return expects;
    switch (expects) {
      case 'firstKey':
        return byte === CLOSE_BRACE ? this.close(byte) : this.beginKey(byte);
      case 'key':
        return this.beginKey(byte);
      case 'colon':
        return byte === COLON ? 'value' : 'nothing';
      case 'firstValue':
        return byte === CLOSE_BRACKET ? this.close(byte) : this.beginValue(byte);
      case 'separator':
        return byte === COMMA ? this.continueContainer() : this.close(byte);
      default:
        return this.beginValue(byte);
    }
  }

  private beginKey(byte: number): Expectation {
    this.isKey = true;
    return byte === QUOTE ? 'string' : 'nothing';
  }

  private beginValue(byte: number): Expectation {
    this.isKey = false;
    if (byte === QUOTE) return 'string';
    if (byte === OPEN_BRACE) return this.open(CLOSE_BRACE, 'firstKey');
    if (byte === OPEN_BRACKET) return this.open(CLOSE_BRACKET, 'firstValue');
    if (byte === MINUS || isDigit(byte)) return 'number';
    return isLetter(byte) ? this.beginWord(byte) : 'nothing';
  }

  private beginWord(byte: number): Expectation {
    this.word = String.fromCharCode(byte);
    return 'word';
  }

  private continueWord(byte: number): Expectation {
    this.word += String.fromCharCode(byte);
    return this.word.length > LONGEST_WORD ? 'nothing' : 'word';
  }

  private open(closer: number, expects: Expectation): Expectation {
    this.isContainer = true;
    return this.closers.push(closer) > this.depth ? 'nothing' : expects;
  }

  private close(byte: number): Expectation {
    return this.closers.pop() === byte ? 'separator' : 'nothing';
  }

  private continueContainer(): Expectation {
    const closer = this.closers.at(-1);
    if (closer === undefined) return 'nothing';
    return closer === CLOSE_BRACE ? 'key' : 'value';
  }
}

type Expectation =
  | 'value'
  /** A value, or the end of the array. */
  | 'firstValue'
  | 'key'
  /** A key, or the end of the object. */
  | 'firstKey'
  | 'colon'
  /** A comma, or the end of the open container. */
  | 'separator'
  | 'string'
  | 'escape'
  | 'number'
  | 'word'
  | 'nothing';

const WORDS: ReadonlySet<string> = new Set(['true', 'false', 'null', 'NaN', 'Infinity']);
const LONGEST_WORD = 'Infinity'.length;

const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const COLON = 0x3a;
const CAPITAL_I = 0x49;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** The position of the next quote, backslash or control character in a string. */
function endOfPlain(bytes: Uint8Array, start: number): number {
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE || byte === BACKSLASH || byte < SPACE) return at;
  }
  return bytes.length;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isLetter(byte: number): boolean {
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

/** Digits, `+ - . e E`. */
function isNumeric(byte: number): boolean {
  return isDigit(byte) || byte === 0x2b || byte === MINUS || byte === 0x2e || (byte | 0x20) === 0x65;
}
