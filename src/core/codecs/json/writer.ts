import { constants } from 'node:buffer';
import { EncodeError } from '../../errors';
import { nestedTooDeeply } from '../../values/nesting';
import type { PathStep } from '../../values/pathStep';
import { flatLiteral } from '../../render/flatLiteral';
import { formatFloat, formatInteger } from '../../numberText';
import { textTooLong, VIEW_DEPTH, type ViewOptions } from '../../render/view';
import { Dict, InertCall, InertName, Tuple, typeName, type Value } from '../../values/value';
import { TextBudget } from '../../values/textBudget';
import { formatPath } from '../../render/path';
import { TextSink } from '../textSink';
import { say, type Words } from '../../text';

/**
 * Writes the same text as Python's `json.dumps` by default. A shared container is written in each of its places.
 * @throws EncodeError for values that JSON cannot hold, LimitError
 */
export function encodeJson(value: Value, nestingDepth: number): Buffer {
  // JavaScript could not read a longer text.
  const sink = new TextSink(constants.MAX_STRING_LENGTH, (limit) => textTooLong(limit, SEND_PICKLE));
  new JsonWriter(sink, { ...WIRE, nestingDepth }).write(value);
  return sink.toBuffer();
}

/**
 * JSON for a person: indented, with all visible characters unescaped.
 * @throws EncodeError for values that JSON cannot hold, LimitError
 */
export function formatJson(value: Value, { indent, maxLength, place }: ViewOptions): string {
  const sink = new TextSink(maxLength, textTooLong);
  new JsonWriter(sink, { ...VIEW, indent: ' '.repeat(indent), nestingDepth: VIEW_DEPTH }, place).write(value);
  return sink.toString();
}

interface JsonStyle {
  readonly quote: (text: string) => string;
  /** The indentation of one level. Without it, the text is a single line. */
  readonly indent?: string;
  readonly nestingDepth: number;
  readonly advice: Words;
}

const SEND_PICKLE = say`Send it as pickle instead.`;
const WIRE = { quote: quoteAscii, advice: SEND_PICKLE };
const VIEW = { quote: quoteReadable, advice: say`Show it as a Python literal instead.` };

class JsonWriter {
  private readonly budget = new TextBudget();
  /** The containers that are being written. */
  private readonly open = new Set<Value>();
  /** Index or key at each level of {@link open}. */
  private readonly steps: (number | string)[] = [];
  private readonly separator: string;
  private lineStart = '\n';

  constructor(
    private readonly sink: TextSink,
    private readonly style: JsonStyle,
    private readonly place: readonly PathStep[] = [],
  ) {
    this.separator = style.indent === undefined ? ', ' : ',';
  }

  write(value: Value): void {
    switch (typeof value) {
      case 'string':
        this.sink.append(this.style.quote(value));
        break;
      case 'bigint':
        this.sink.append(formatInteger(value));
        break;
      case 'number':
        if (!Number.isFinite(value)) throw this.refuse(say`it is ${formatFloat(value)}`);
        this.sink.append(formatFloat(value));
        break;
      default:
        if (value instanceof Dict) this.writeDict(value);
        else if (Array.isArray(value)) this.writeList(value);
        else if (value === null) this.sink.append('null');
        else if (typeof value === 'boolean') this.sink.append(value ? 'true' : 'false');
        else if (isWrittenNumber(value)) this.sink.append(value.args.items[0]);
        else throw this.refuse(describe(value));
    }
  }

  private writeDict(dict: Dict): void {
    const { keys, values } = dict;
    this.writeContainer(dict, '{', '}', keys.length, (i, level) => {
      const key = keys[i] as Value;
      if (typeof key !== 'string') throw this.refuseKey(key);
      this.steps[level] = key;
      this.sink.append(`${this.style.quote(key)}: `);
      this.write(values[i] as Value);
    });
  }

  private writeList(list: Value[]): void {
    this.writeContainer(list, '[', ']', list.length, (i, level) => {
      this.steps[level] = i;
      this.write(list[i] as Value);
    });
  }

  private writeContainer(
    container: Dict | Value[],
    open: string,
    close: string,
    count: number,
    writePart: (i: number, level: number) => void,
  ): void {
    if (this.open.has(container)) throw this.refuse(say`it contains itself`);
    const level = this.open.size;
    if (level >= this.style.nestingDepth) throw nestedTooDeeply(this.style.nestingDepth);
    this.budget.count(container);
    this.open.add(container);
    const outer = this.lineStart;
    const hasLines = this.style.indent !== undefined && count > 0;
    this.lineStart += this.style.indent ?? '';
    this.sink.append(open);
    for (let i = 0; i < count; i++) {
      if (i > 0) this.sink.append(this.separator);
      if (hasLines) this.sink.append(this.lineStart);
      writePart(i, level);
    }
    this.lineStart = outer;
    this.sink.append(hasLines ? outer + close : close);
    this.open.delete(container);
  }

  private refuse(reason: Words): EncodeError {
    return new EncodeError(
      'JSON',
      formatPath([...this.place, ...this.path(this.open.size)]),
      reason,
      this.style.advice,
    );
  }

  private refuseKey(key: Value): EncodeError {
    const path = formatPath([...this.place, ...this.path(this.open.size - 1), { kind: 'key', key }]);
    return new EncodeError('JSON', path, say`its key is of type ${typeName(key)}`, this.style.advice);
  }

  private path(length: number): PathStep[] {
    return this.steps
      .slice(0, length)
      .map((step) =>
        typeof step === 'number' ? { kind: 'index', index: step } : { kind: 'key', key: step },
      );
  }
}

/** Whether a value is a number that no float can hold, which {@link readJson} reads as a `decimal.Decimal`. */
function isWrittenNumber(value: Value): value is InertCall & { args: { items: [string] } } {
  if (!(value instanceof InertCall && value.callable instanceof InertName && value.args instanceof Tuple))
    return false;
  const [text, ...others] = value.args.items;
  const isBare = value.state === undefined && value.kwargs === undefined && value.appended.length === 0;
  return (
    value.callable.qualifiedName === 'decimal.Decimal' &&
    isBare &&
    others.length === 0 &&
    typeof text === 'string' &&
    JSON_NUMBER.test(text)
  );
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?[eE][+-]?\d+$/;

function describe(value: Value): Words {
  const type = typeName(value);
  return type === 'object' ? say`it is an object, ${flatLiteral(value, 100)}` : say`it is of type ${type}`;
}

const PLAIN = /^[ !#-[\]-~]*$/;
const NOT_ASCII = /[^ -~]/g;
/** Invisible characters and direction marks; `JSON.stringify` escapes other control characters and lone surrogates. */
const UNREADABLE = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g;

function quoteAscii(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text).replace(NOT_ASCII, escapeUnit);
}

function quoteReadable(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text).replace(UNREADABLE, escapeUnit);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
