import { ByteArray, Dict, hashKey, Tuple, ValueSet, type Value } from '../../values/value';
import { CHILDREN_KEY, TEXT_KEY, type XmlType } from './vocabulary';
import { isSpace, parseBytes, parseScalar } from './scalars';
import { say, inEnglish, type Words } from '../../text';

/** Thrown for well-formed XML that contradicts its own types. The message is the reason, without a position. */
export class TypeMismatchError extends Error {
  constructor(readonly words: Words) {
    super(inEnglish(words));
  }
}

export interface Attribute {
  readonly name: string;
  readonly value: string;
}

/** Makes the value of one element from the content between its tags. By default, no content is allowed; subclasses allow some. */
export abstract class Builder {
  /** The key of the value in a dictionary. */
  key: Value = '';
  /** The id by which later elements refer to the value. */
  id: string | undefined;
  /** The value, if it exists before its parts, so that they can refer to it. */
  readonly container: Value | undefined;

  /** Called when a child begins. @throws TypeMismatchError if the child is not allowed here */
  expectChild(name: string): void {
    throw new TypeMismatchError(say`an element that cannot have children has a child <${name}>`);
  }

  /** Called when a child has ended. @throws UnhashableError */
  addChild(_key: Value, _value: Value): void {
    throw new TypeMismatchError(say`an element that cannot have children has one`);
  }

  /** Called for each piece of text. A text may come in several pieces. @throws TypeMismatchError if text is not allowed here */
  addText(text: string): void {
    if (!isSpace(text)) throw new TypeMismatchError(say`there is text where only elements belong`);
  }

  /** Called when the element ends. @throws TypeMismatchError, LimitError */
  abstract finish(): Value;
}

export function typedBuilder(type: XmlType, isEscaped: boolean): Builder {
  switch (type) {
    case 'dict':
      return new DictBuilder();
    case 'list':
      return new ListBuilder();
    case 'tuple':
      return new TupleBuilder();
    case 'set':
    case 'frozenset':
      return new SetBuilder(type === 'frozenset');
    default:
      return new LeafBuilder(type, isEscaped);
  }
}

class LeafBuilder extends Builder {
  private text = '';

  constructor(
    private readonly type: XmlType,
    private readonly isEscaped: boolean,
  ) {
    super();
  }

  override addText(text: string): void {
    this.text += text;
  }

  finish(): Value {
    const value =
      this.type === 'bytearray'
        ? parseByteArray(this.text)
        : parseScalar(this.type, this.text, this.isEscaped);
    if (value === undefined)
      throw new TypeMismatchError(say`an element of type ${this.type} holds something else`);
    return value;
  }
}

function parseByteArray(text: string): ByteArray | undefined {
  const bytes = parseBytes(text);
  return bytes === undefined ? undefined : new ByteArray(bytes);
}

/** An element whose children are all `<item>`. */
abstract class ItemsBuilder extends Builder {
  override expectChild(name: string): void {
    if (name !== 'item')
      throw new TypeMismatchError(say`a sequence or set holds an element <${name}> instead of <item>`);
  }
}

class ListBuilder extends ItemsBuilder {
  override readonly container: Value[] = [];

  override addChild(_key: Value, value: Value): void {
    this.container.push(value);
  }

  finish(): Value {
    return this.container;
  }
}

class TupleBuilder extends ItemsBuilder {
  override readonly container = new Tuple([]);

  override addChild(_key: Value, value: Value): void {
    this.container.items.push(value);
  }

  finish(): Value {
    return this.container;
  }
}

class SetBuilder extends ItemsBuilder {
  override readonly container: ValueSet;

  constructor(isFrozen: boolean) {
    super();
    this.container = new ValueSet(isFrozen);
  }

  override addChild(_key: Value, value: Value): void {
    this.container.add(value);
  }

  finish(): Value {
    return this.container;
  }
}

class DictBuilder extends Builder {
  override readonly container = new Dict();
  /** Alternating keys and values. */
  private readonly parts: Value[] = [];

  override expectChild(): void {
    // Any name is a key.
  }

  override addChild(key: Value, value: Value): void {
    this.parts.push(key, value);
  }

  finish(): Value {
    this.container.setAll(this.parts, 0, this.parts.length);
    if (this.container.size * 2 < this.parts.length)
      throw new TypeMismatchError(say`a dict has the same key twice`);
    return this.container;
  }
}

/** An entry whose key is an element as well. Its value is that of the entry. */
export class CompoundEntryBuilder extends Builder {
  private readonly parts: Value[] = [];

  override expectChild(name: string): void {
    const expected = ['key', 'value'][this.parts.length];
    if (name !== expected)
      throw new TypeMismatchError(say`an entry must hold <key> and then <value>, but holds <${name}>`);
  }

  override addChild(_key: Value, value: Value): void {
    this.parts.push(value);
  }

  finish(): Value {
    const [key, value] = this.parts;
    if (key === undefined || value === undefined)
      throw new TypeMismatchError(say`an entry must hold <key> and then <value>`);
    this.key = key;
    return value;
  }
}

/** A reference to a value elsewhere. */
export class ReferenceBuilder extends Builder {
  constructor(private readonly target: Value) {
    super();
  }

  finish(): Value {
    return this.target;
  }
}

/**
 * An element without a type: a str, or a dict if it has attributes or children. If a dict cannot hold the children, because
 * there is text between them or children of the same name are not adjacent, they become a list in order.
 */
export class UntypedBuilder extends Builder {
  private text = '';
  /** Alternating names and values of the children; undefined if there are none. */
  private parts: Value[] | undefined;
  /** Children and the texts between them, in order; undefined while a dict can hold them. */
  private children: Value[] | undefined;
  private readonly attributes: readonly Value[];

  /** @param attributes those that have no meaning in the dialect */
  constructor(
    private readonly isRoot: boolean,
    attributes: readonly Attribute[] = [],
  ) {
    super();
    this.attributes = attributes.flatMap(({ name, value }) => [`@${name}`, value]);
  }

  override expectChild(): void {
    if (this.parts === undefined && !isSpace(this.text)) this.children = [this.takeText()];
    this.parts ??= [];
  }

  override addChild(key: Value, value: Value): void {
    this.parts?.push(key, value);
    if (this.children === undefined) this.text = '';
    else this.children.push(...(this.text === '' ? [] : [this.takeText()]), Dict.from([[key, value]]));
  }

  override addText(text: string): void {
    if (this.parts !== undefined && this.children === undefined && !isSpace(text))
      this.children = pairs(this.parts);
    this.text += text;
  }

  finish(): Value {
    const { parts, text, attributes } = this;
    if (parts === undefined && attributes.length === 0)
      return this.isRoot && isSpace(text) ? new Dict() : text;
    const dict = new Dict();
    const content = this.content();
    dict.setAll([...attributes, ...content], 0, attributes.length + content.length);
    return dict;
  }

  /** The content in addition to the attributes, as alternating keys and values. */
  private content(): readonly Value[] {
    const { parts, text } = this;
    if (parts === undefined) return isSpace(text) ? [] : [TEXT_KEY, text];
    if (this.children !== undefined)
      return [CHILDREN_KEY, [...this.children, ...(text === '' ? [] : [text])]];
    return collectEqualKeys(parts) ?? [CHILDREN_KEY, pairs(parts)];
  }

  private takeText(): string {
    const { text } = this;
    this.text = '';
    return text;
  }
}

/** @param parts alternating keys and values */
function pairs(parts: readonly Value[]): Dict[] {
  return Array.from({ length: parts.length / 2 }, (_, i) =>
    Dict.from([[parts[2 * i] as Value, parts[2 * i + 1] as Value]]),
  );
}

/**
 * Merges adjacent equal keys into one key with a list of the values. Undefined if equal keys are not adjacent.
 * @param parts alternating keys and values
 */
function collectEqualKeys(parts: readonly Value[]): Value[] | undefined {
  const found: Value[] = [];
  const keys = new Set<unknown>();
  let list: Value[] | undefined;
  for (let i = 0; i < parts.length; i += 2) {
    const key = parts[i] as Value;
    const value = parts[i + 1] as Value;
    const id = typeof key === 'object' ? key : hashKey(key);
    if (!keys.has(id)) {
      keys.add(id);
      found.push(key, value);
      list = undefined;
    } else if (found.at(-2) !== key) return undefined;
    else if (list !== undefined) list.push(value);
    else {
      list = [found.at(-1) as Value, value];
      found[found.length - 1] = list;
    }
  }
  return found;
}
