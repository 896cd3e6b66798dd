import { nestedTooDeeply } from '../../values/nesting';
import { Dict, type Value } from '../../values/value';
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  isDigit,
  MINUS,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
} from '../characterCodes';
import { JsonScanner } from './scanner';

export interface JsonReading {
  /** Whether comments, and commas after the last item, are allowed, as in the settings files of editors. */
  readonly comments: boolean;
  readonly nestingDepth: number;
}

/**
 * Reads JSON (RFC 8259) and what Python's `json` adds to it: `NaN`, `Infinity`, `-Infinity`. A number with a point or an exponent
 * is a float, any other an integer of any size. Of equal keys the last one counts. Escaped lone surrogates survive.
 * @throws DecodeError with line and column, LimitError
 */
export function parseJson(text: string, options: JsonReading): Value {
  return new JsonParser(text, options).parse();
}

class JsonParser extends JsonScanner {
  private depth = 0;
  /** The parts of open containers, in a stack that never shrinks: so each container is made once, in its final size. */
  private readonly parts: Value[] = [];
  private count = 0;

  constructor(
    text: string,
    private readonly options: JsonReading,
  ) {
    super(text, options.comments);
  }

  parse(): Value {
    const value = this.parseValue(this.skipSpace());
    this.skipSpace();
    if (this.at < this.text.length) throw this.expected('the end after the value');
    return value;
  }

  /** @param code the character at the current position */
  private parseValue(code: number): Value {
    switch (code) {
      case QUOTE:
        return this.parseString();
      case OPEN_BRACE:
        return this.parseDict();
      case OPEN_BRACKET:
        return this.parseList();
      default:
        return isDigit(code) || code === MINUS ? this.parseNumber(code) : this.parseWord();
    }
  }

  private parseList(): Value[] {
    const start = this.count;
    let code = this.open();
    while (code !== CLOSE_BRACKET) {
      const value = this.parseValue(code);
      this.parts[this.count++] = value;
      code = this.nextPart(CLOSE_BRACKET);
    }
    const list = this.parts.slice(start, this.count);
    this.close(start);
    return list;
  }

  private parseDict(): Dict {
    const start = this.count;
    let code = this.open();
    while (code !== CLOSE_BRACE) {
      if (code !== QUOTE) throw this.expected('a key in double quotes');
      const key = this.parseKey();
      this.parts[this.count++] = key;
      if (this.skipSpace() !== COLON) throw this.expected('":"');
      this.at++;
      const value = this.parseValue(this.skipSpace());
      this.parts[this.count++] = value;
      code = this.nextPart(CLOSE_BRACE);
    }
    const dict = new Dict();
    dict.setAll(this.parts, start, this.count);
    this.close(start);
    return dict;
  }

  /** Steps over an opening bracket. @returns the character of the first part, or the closing bracket */
  private open(): number {
    if (++this.depth > this.options.nestingDepth) throw nestedTooDeeply(this.options.nestingDepth);
    this.at++;
    return this.skipSpace();
  }

  /** Steps over a closing bracket. @param start of its container's parts, which are no longer needed */
  private close(start: number): void {
    this.count = start;
    this.depth--;
    this.at++;
  }

  /** Steps over a comma. @returns the character of the next part, or the closing bracket */
  private nextPart(close: number): number {
    const code = this.skipSpace();
    if (code === close) return code;
    if (code !== COMMA) throw this.expected(`"," or "${String.fromCharCode(close)}"`);
    this.at++;
    const next = this.skipSpace();
    if (next === close && !this.options.comments) throw this.expected('something after the comma');
    return next;
  }
}
