import type { Value } from '../../values/value';
import type { Attribute, Builder } from './builders';
import {
  CompoundEntryBuilder,
  TypeMismatchError,
  ReferenceBuilder,
  typedBuilder,
  UntypedBuilder,
} from './builders';
import { BACKSLASH_ESCAPE, COMPOUND_KEY, XML_TYPES, type XmlType } from './vocabulary';
import { parseScalar } from './scalars';
import { say } from '../../text';
import type { TextMap } from '../../values/textMap';

/**
 * Chooses the builder of an element by its name and attributes.
 * @param ids values of earlier elements, to which this one can refer
 * @throws TypeMismatchError for a key that does not match its type, and for a repeated id
 */
export function interpretElement(
  name: string,
  attributes: readonly Attribute[],
  isRoot: boolean,
  ids: TextMap<Value>,
): Builder {
  const entry = name === 'entry' && !isRoot ? interpretEntry(attributes, ids) : undefined;
  if (entry !== undefined) return entry;
  const builder = interpretValue(attributes, ids) ?? new UntypedBuilder(isRoot, attributes);
  builder.key = name;
  return builder;
}

const KEY_ATTRIBUTES = ['key', 'key-type', 'key-escape'];

/** Undefined for an element that is named like an entry, but does not have its attributes. */
function interpretEntry(attributes: readonly Attribute[], ids: TextMap<Value>): Builder | undefined {
  if (attributes.length === 1 && valueOf(attributes, 'key-type') === COMPOUND_KEY)
    return new CompoundEntryBuilder();
  const key = valueOf(attributes, 'key');
  if (key === undefined) return undefined;
  const others = attributes.filter(({ name }) => !KEY_ATTRIBUTES.includes(name));
  const builder = others.length === 0 ? new UntypedBuilder(false) : interpretValue(others, ids);
  if (builder !== undefined) builder.key = parseKey(key, attributes);
  return builder;
}

const KEY_TYPES: readonly string[] = ['int', 'float', 'bool', 'null', 'str', 'bytes'];

function parseKey(text: string, attributes: readonly Attribute[]): Value {
  const type = valueOf(attributes, 'key-type') ?? 'str';
  const escape = valueOf(attributes, 'key-escape');
  const isEscaped = type === 'str' && escape === BACKSLASH_ESCAPE;
  const isKnown = KEY_TYPES.includes(type) && (escape === undefined || isEscaped);
  const key = isKnown ? parseScalar(type as XmlType, text, isEscaped) : undefined;
  if (key === undefined) throw new TypeMismatchError(say`a key does not match its type`);
  return key;
}

/** Undefined if there are no attributes, or foreign ones. */
function interpretValue(attributes: readonly Attribute[], ids: TextMap<Value>): Builder | undefined {
  const [first] = attributes;
  if (first === undefined || attributes.length > 2) return undefined;
  if (attributes.length === 1 && first.name === 'ref') {
    const target = ids.get(first.value);
    return target === undefined ? undefined : new ReferenceBuilder(target);
  }
  const type = valueOf(attributes, 'type');
  if (!isXmlType(type)) return undefined;
  const second = attributes.find(({ name }) => name !== 'type');
  if (second === undefined) return typedBuilder(type, false);
  if (second.name !== SECOND_ATTRIBUTE[type]) return undefined;
  if (second.name === 'escape')
    return second.value === BACKSLASH_ESCAPE ? typedBuilder(type, true) : undefined;
  if (ids.has(second.value)) throw new TypeMismatchError(say`two elements have the same id`);
  const builder = typedBuilder(type, false);
  builder.id = second.value;
  return builder;
}

/** The attribute that an element may have in addition to its type. */
const SECOND_ATTRIBUTE: Readonly<Record<XmlType, 'id' | 'escape' | undefined>> = {
  int: undefined,
  float: undefined,
  bool: undefined,
  null: undefined,
  str: 'escape',
  bytes: undefined,
  bytearray: 'id',
  list: 'id',
  tuple: 'id',
  set: 'id',
  frozenset: 'id',
  dict: 'id',
};

function isXmlType(type: string | undefined): type is XmlType {
  return (XML_TYPES as readonly (string | undefined)[]).includes(type);
}

function valueOf(attributes: readonly Attribute[], name: string): string | undefined {
  return attributes.find((attribute) => attribute.name === name)?.value;
}
