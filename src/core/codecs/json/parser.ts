import { keepHiddenClasses } from '../../hiddenClasses';
import { nestedTooDeeply } from '../../values/nesting';
import { Dict, InertCall, InertName, Tuple, type Value } from '../../values/value';
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
import { say, type Words } from '../../text';

export interface JsonReading {
  /** Whether comments, and commas after the last item, are allowed, as in the settings files of editors. */
  readonly comments: boolean;
  readonly nestingDepth: number;
}

/**
 * Reads JSON (RFC 8259) with the extensions of Python's `json`: `NaN`, `Infinity`, `-Infinity`. A number with a point or an
 * exponent is a float, any other an integer of any size. For equal keys, the last one counts. Escaped lone surrogates
 * survive.
 * @throws DecodeError with line and column, LimitError
 */
export function parseJson(text: string, options: JsonReading): Value {
  return new JsonParser(text, options).parse();
}

/**
 * Reads JSON without losing anything, and accepts unambiguous extensions: comments, trailing commas, and one value per line
 * (JSON Lines), which becomes a list. A repeated key of an object gets a list of its values. A number that no float can hold
 * becomes a `decimal.Decimal` of its text.
 * @param repeated how to read a repeated key; with `last`, its last value counts, as in most programs
 * @returns the value, and sentences that say which extensions were used
 * @throws as {@link parseJson}
 */
export function readJson(
  text: string,
  nestingDepth: number,
  repeated: 'list' | 'last' = 'list',
): { value: Value; notices: Words[] } {
  const parser = new LosslessParser(text, { comments: true, nestingDepth }, repeated);
  return { value: parser.parseLines(), notices: parser.notices };
}

class JsonParser extends JsonScanner {
  private depth = 0;
  /** A stack of the parts of open containers. Each container is made from them once, in its final size. It never shrinks. */
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
    if (this.at < this.text.length) throw this.expected(say`the end after the value`);
    return value;
  }

  /** @param code the character at the current position */
  protected parseValue(code: number): Value {
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
      if (code !== QUOTE) throw this.expected(say`a key in double quotes`);
      const key = this.parseKey();
      this.parts[this.count++] = key;
      if (this.skipSpace() !== COLON) throw this.expected(say`":"`);
      this.at++;
      const value = this.parseValue(this.skipSpace());
      this.parts[this.count++] = value;
      code = this.nextPart(CLOSE_BRACE);
    }
    const dict = this.makeDict(this.parts, start, this.count);
    this.close(start);
    return dict;
  }

  /** @param parts alternating keys and values, from `start` to `end` */
  protected makeDict(parts: Value[], start: number, end: number): Dict {
    const dict = new Dict();
    dict.setAll(parts, start, end);
    return dict;
  }

  /** Skips an opening bracket. @returns the first character of the first part, or the closing bracket */
  private open(): number {
    if (++this.depth > this.options.nestingDepth) throw nestedTooDeeply(this.options.nestingDepth);
    this.at++;
    return this.skipSpace();
  }

  /** Skips a closing bracket. @param start of the container's parts in the stack, which are dropped */
  private close(start: number): void {
    this.count = start;
    this.depth--;
    this.at++;
  }

  /** Skips a comma. @returns the first character of the next part, or the closing bracket */
  private nextPart(close: number): number {
    const code = this.skipSpace();
    if (code === close) return code;
    if (code !== COMMA) throw this.expected(`"," or "${String.fromCharCode(close)}"`);
    this.at++;
    const next = this.skipSpace();
    if (next === close && !this.options.comments) throw this.expected(say`something after the comma`);
    return next;
  }
}

class LosslessParser extends JsonParser {
  private readonly repeatedKeys = new Set<Value>();
  private lines = 1;
  private longNumbers = 0;

  constructor(
    text: string,
    options: JsonReading,
    private readonly repeated: 'list' | 'last',
  ) {
    super(text, options);
  }

  parseLines(): Value {
    const values = [this.parseValue(this.skipSpace())];
    for (let end = this.at; this.hasMore(); end = this.at) {
      if (!LINE_BREAK.test(this.text.slice(end, this.at))) throw this.expected(say`the end after the value`);
      values.push(this.parseValue(this.skipSpace()));
    }
    this.lines = values.length;
    return this.lines === 1 ? (values[0] as Value) : values;
  }

  get notices(): Words[] {
    const keys = [...this.repeatedKeys].slice(0, MAX_NAMED).map((key) => JSON.stringify(key));
    const more = this.repeatedKeys.size > MAX_NAMED ? say` and others` : '';
    const use =
      this.repeated === 'last'
        ? say`Only its last value is used`
        : say`Its values are shown as a list, in order; most programs use only the last one`;
    return [
      ...(this.lines > 1 ? [say`JSON Lines: ${this.lines} values, read as a list.`] : []),
      ...(keys.length > 0
        ? [say`A dictionary has the same key several times: ${keys.join(', ')}${more}. ${use}.`]
        : []),
      ...(this.longNumbers > 0
        ? [say`Numbers that are too large or too small for a float stay as they were written.`]
        : []),
    ];
  }

  protected override makeDict(parts: Value[], start: number, end: number): Dict {
    const dict = super.makeDict(parts, start, end);
    if (dict.size * 2 === end - start) return dict;
    const values = new Dict();
    for (let i = start; i < end; i += 2) {
      const key = parts[i] as Value;
      const others = values.get(key) as Value[] | undefined;
      if (others === undefined) values.set(key, [parts[i + 1] as Value]);
      else {
        others.push(parts[i + 1] as Value);
        if (this.repeatedKeys.size <= MAX_NAMED) this.repeatedKeys.add(key);
      }
    }
    if (this.repeated === 'last') return dict;
    return Dict.from(
      [...values].map(([key, all]): [Value, Value] => {
        const [first, ...others] = all as Value[];
        return [key, others.length === 0 ? (first as Value) : all];
      }),
    );
  }

  protected override beyondFloat(written: string): Value {
    this.longNumbers++;
    return new InertCall(new InertName('decimal', 'Decimal'), new Tuple([written]));
  }

  private hasMore(): boolean {
    this.skipSpace();
    return this.at < this.text.length;
  }
}

keepHiddenClasses(new LosslessParser('', { comments: true, nestingDepth: 1 }, 'list'));

const LINE_BREAK = /[\r\n]/;
const MAX_NAMED = 5;
