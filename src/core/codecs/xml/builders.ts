import { ByteArray, Dict, Tuple, ValueSet, type Value } from '../../values/value';
import type { XmlType } from './vocabulary';
import { isSpace, parseBytes, parseScalar } from './scalars';

/** Well-formed XML that contradicts its own types. The message is a reason, without a place. */
export class TypeMismatchError extends Error {}

export interface Attribute {
  readonly name: string;
  readonly value: string;
}

/** Makes the value of one element from what stands between its tags; unless derived classes allow more, that is nothing. */
export abstract class Builder {
  /** Under which the value goes into a dictionary. */
  key: Value = '';
  /** By which later elements refer to the value. */
  id: string | undefined;
  /** The value, where it exists before its parts do: they may refer to it. */
  readonly container: Value | undefined;

  /** Called when a child begins. @throws Misfit where it does not belong here */
  expectChild(name: string): void {
    throw new TypeMismatchError(`an element that cannot have children has a child <${name}>`);
  }

  /** Called when a child has ended. @throws UnhashableError */
  addChild(_key: Value, _value: Value): void {
    throw new TypeMismatchError('an element that cannot have children has one');
  }

  /** Called for each run of text; one text may come in several. @throws Misfit where there must be none */
  addText(text: string): void {
    if (!isSpace(text)) throw new TypeMismatchError('there is text where only elements belong');
  }

  /** Called when the element ends. @throws Misfit, LimitError */
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
      throw new TypeMismatchError(`an element of type ${this.type} holds something else`);
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
      throw new TypeMismatchError(`a sequence or set holds an element <${name}> instead of <item>`);
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
  /** Keys and values by turns. */
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
      throw new TypeMismatchError('a dict has the same key twice');
    return this.container;
  }
}

/** An entry whose key is an element too. Its own value is that of the entry. */
export class CompoundEntryBuilder extends Builder {
  private readonly parts: Value[] = [];

  override expectChild(name: string): void {
    const expected = ['key', 'value'][this.parts.length];
    if (name !== expected)
      throw new TypeMismatchError(`an entry must hold <key> and then <value>, but holds <${name}>`);
  }

  override addChild(_key: Value, value: Value): void {
    this.parts.push(value);
  }

  finish(): Value {
    const [key, value] = this.parts;
    if (key === undefined || value === undefined)
      throw new TypeMismatchError('an entry must hold <key> and then <value>');
    this.key = key;
    return value;
  }
}

/** A further place of what stands elsewhere. */
export class ReferenceBuilder extends Builder {
  constructor(private readonly target: Value) {
    super();
  }

  finish(): Value {
    return this.target;
  }
}

/** An element without a type: a str, or a dict where there are attributes or children. */
export class UntypedBuilder extends Builder {
  private text = '';
  /** Keys and values by turns; undefined for a str. */
  private parts: Value[] | undefined;

  /** @param attributes without a meaning in the dialect */
  constructor(
    private readonly isRoot: boolean,
    attributes: readonly Attribute[] = [],
  ) {
    super();
    if (attributes.length > 0) this.parts = attributes.flatMap(({ name, value }) => [`@${name}`, value]);
  }

  override expectChild(): void {
    this.parts ??= [];
  }

  override addChild(key: Value, value: Value): void {
    this.parts?.push(key, value);
  }

  override addText(text: string): void {
    this.text += text;
  }

  finish(): Value {
    const { parts, text } = this;
    if (parts === undefined) return this.isRoot && isSpace(text) ? new Dict() : text;
    if (!isSpace(text)) parts.push('#text', text);
    const dict = new Dict();
    dict.setAll(parts, 0, parts.length);
    return dict.size * 2 < parts.length ? collectEqualKeys(parts) : dict;
  }
}

/** A dict in which a key that comes several times has a list of its values. @param parts keys and values by turns */
function collectEqualKeys(parts: readonly Value[]): Dict {
  const dict = new Dict();
  const lists = new Set<Value>();
  for (let i = 0; i < parts.length; i += 2) {
    const key = parts[i] as Value;
    const value = parts[i + 1] as Value;
    const earlier = dict.get(key);
    if (earlier === undefined) dict.set(key, value);
    else if (Array.isArray(earlier) && lists.has(earlier)) earlier.push(value);
    else {
      const list = [earlier, value];
      lists.add(list);
      dict.set(key, list);
    }
  }
  return dict;
}
