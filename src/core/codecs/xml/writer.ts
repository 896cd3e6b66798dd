import { constants } from 'node:buffer';
import { EncodeError } from '../../errors';
import { nestedTooDeeply } from '../../values/nesting';
import type { PathStep } from '../../values/pathStep';
import { flatLiteral } from '../../render/flatLiteral';
import { textTooLong, VIEW_DEPTH, type ViewOptions } from '../../render/view';
import { ByteArray, Dict, Tuple, typeName, ValueSet, type Value } from '../../values/value';
import { formatPath } from '../../render/path';
import { TextSink } from '../textSink';
import { formatForeign } from './foreignWriter';
import { attributeMarkup, COMPOUND_KEY, isElementName, ROOT_NAME, textMarkup } from './vocabulary';
import { formatBytes, formatScalar } from './scalars';
import { findShared } from './sharing';
import { say, type Words } from '../../text';

/**
 * Writes a value as XML in UTF-8, in a single line and without a declaration.
 * @throws EncodeError for an inert object, LimitError
 */
export function encodeXml(value: Value, nestingDepth: number): Buffer {
  // JavaScript could not read a longer text.
  const sink = new TextSink(constants.MAX_STRING_LENGTH, (limit) => textTooLong(limit, SEND_PICKLE));
  const foreign = formatForeign(value, nestingDepth);
  if (foreign !== undefined) sink.append(foreign);
  else new XmlWriter(sink, { nestingDepth, advice: SEND_PICKLE }).writeRoot(value);
  return sink.toBuffer();
}

/** The same as {@link encodeXml}, with each element on its own line. @throws EncodeError for an inert object, LimitError */
export function formatXml(value: Value, { indent, maxLength, place }: ViewOptions): string {
  const sink = new TextSink(maxLength, textTooLong);
  const foreign = formatForeign(value, VIEW_DEPTH);
  if (foreign !== undefined) {
    sink.append(foreign);
    return sink.toString();
  }
  const style = { nestingDepth: VIEW_DEPTH, indent: ' '.repeat(indent), advice: SHOW_PYTHON };
  new XmlWriter(sink, style, place).writeRoot(value);
  return sink.toString();
}

interface XmlStyle {
  readonly nestingDepth: number;
  /** The indentation of one level. Without it, the text is a single line. */
  readonly indent?: string;
  readonly advice: Words;
}

const SEND_PICKLE = say`Send it as pickle instead.`;
const SHOW_PYTHON = say`Show it as a Python literal instead.`;

class XmlWriter {
  private readonly steps: PathStep[];
  private shared: ReadonlySet<Value> = new Set();
  private readonly ids = new Map<Value, number>();
  /** The number of open elements. */
  private depth = 0;
  private lineStart: string;

  constructor(
    private readonly sink: TextSink,
    private readonly style: XmlStyle,
    place: readonly PathStep[] = [],
  ) {
    this.steps = [...place];
    this.lineStart = style.indent === undefined ? '' : '\n';
  }

  writeRoot(value: Value): void {
    this.shared = findShared(value, this.style.nestingDepth);
    const isPlainDict = value instanceof Dict && !this.shared.has(value);
    if (isPlainDict) this.writeParts(ROOT_NAME, '', value.size, (i) => this.writeEntry(value, i));
    else this.writeElement(ROOT_NAME, '', value, true);
  }

  /** @param isRoot whether it is the root, for which a str must have its type */
  private writeElement(name: string, attributes: string, value: Value, isRoot = false): void {
    const scalar = formatScalar(value);
    if (scalar === undefined) {
      this.writeObject(name, attributes, value);
      return;
    }
    const { type, text, escape } = scalar;
    const typed = type !== 'str' || isRoot || escape !== undefined ? ` type="${type}"` : '';
    const escaped = escape === undefined ? '' : ` escape="${escape}"`;
    this.writeLeaf(name, `${attributes}${typed}${escaped}`, textMarkup(text));
  }

  private writeObject(name: string, attributes: string, value: Value): void {
    const id = this.ids.get(value);
    if (id !== undefined) this.writeLeaf(name, `${attributes} ref="${id}"`, '');
    else {
      const typed = `${attributes} type="${typeName(value)}"${this.identify(value)}`;
      if (value instanceof ByteArray) this.writeLeaf(name, typed, formatBytes(value.bytes));
      else if (value instanceof Dict)
        this.writeParts(name, typed, value.size, (i) => this.writeEntry(value, i));
      else if (Array.isArray(value)) this.writeItems(name, typed, value, 'index');
      else if (value instanceof Tuple) this.writeItems(name, typed, value.items, 'index');
      else if (value instanceof ValueSet) this.writeItems(name, typed, value.members, 'member');
      else
        throw new EncodeError(
          'XML',
          formatPath(this.steps),
          say`it is an object, ${flatLiteral(value, 100)}`,
          this.style.advice,
        );
    }
  }

  /** The attribute `id` for a value to which others will refer. */
  private identify(value: Value): string {
    if (!this.shared.has(value)) return '';
    const id = this.ids.size + 1;
    this.ids.set(value, id);
    return ` id="${id}"`;
  }

  private writeItems(
    name: string,
    attributes: string,
    items: readonly Value[],
    kind: 'index' | 'member',
  ): void {
    this.writeParts(name, attributes, items.length, (index) => {
      this.steps.push({ kind, index });
      this.writeElement('item', '', items[index] as Value);
      this.steps.pop();
    });
  }

  private writeEntry({ keys, values }: Dict, index: number): void {
    const key = keys[index] as Value;
    const value = values[index] as Value;
    this.steps.push({ kind: 'key', key });
    const scalar = formatScalar(key);
    if (scalar === undefined) this.writeCompound(key, value, index);
    else if (scalar.type === 'str' && isElementName(scalar.text)) this.writeElement(scalar.text, '', value);
    else {
      const typed = scalar.type === 'str' ? '' : ` key-type="${scalar.type}"`;
      const escaped = scalar.escape === undefined ? '' : ` key-escape="${scalar.escape}"`;
      this.writeElement('entry', ` key="${attributeMarkup(scalar.text)}"${typed}${escaped}`, value);
    }
    this.steps.pop();
  }

  /** @param index of the entry; the current path already leads to it */
  private writeCompound(key: Value, value: Value, index: number): void {
    this.writeParts('entry', ` key-type="${COMPOUND_KEY}"`, 2, (part) => {
      if (part === 1) {
        this.writeElement('value', '', value);
        return;
      }
      const step = this.steps.pop() as PathStep;
      this.steps.push({ kind: 'member', index });
      this.writeElement('key', '', key);
      this.steps[this.steps.length - 1] = step;
    });
  }

  private writeLeaf(name: string, attributes: string, content: string): void {
    this.limitDepth();
    this.sink.append(
      content === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`,
    );
  }

  private writeParts(name: string, attributes: string, count: number, writePart: (i: number) => void): void {
    if (count === 0) {
      this.writeLeaf(name, attributes, '');
      return;
    }
    this.limitDepth();
    const outer = this.lineStart;
    this.sink.append(`<${name}${attributes}>`);
    this.depth++;
    this.lineStart += this.style.indent ?? '';
    for (let i = 0; i < count; i++) {
      this.sink.append(this.lineStart);
      writePart(i);
    }
    this.depth--;
    this.lineStart = outer;
    this.sink.append(`${outer}</${name}>`);
  }

  /** Values without parts are elements too, so elements have one level more than containers. */
  private limitDepth(): void {
    if (this.depth > this.style.nestingDepth) throw nestedTooDeeply(this.style.nestingDepth);
  }
}
