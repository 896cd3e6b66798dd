import { Dict, type Value } from '../../values/value';
import { isSpace } from './scalars';
import { findShared } from './sharing';
import {
  attributeMarkup,
  CHILDREN_KEY,
  needsEscape,
  ROOT_KEY,
  ROOT_NAME,
  TEXT_KEY,
  textMarkup,
} from './vocabulary';

/**
 * Writes a value that was read from foreign XML as it was: with the name of its root, its attributes, and its children in order.
 * The result is a single line, because white space might be significant.
 * @returns undefined if reading the result would not return the same value
 */
export function formatForeign(value: Value, nestingDepth: number): string | undefined {
  if (!(value instanceof Dict) || value.keys[0] !== ROOT_KEY) return undefined;
  const name = value.values[0];
  if (typeof name !== 'string' || name === ROOT_NAME || !NAME.test(name)) return undefined;
  // Foreign XML has no ids, so a shared value would be written repeatedly, and could become exponentially large.
  if (findShared(value, nestingDepth).size > 0) return undefined;
  const rest = Dict.from(
    value.keys.slice(1).map((key, i): [Value, Value] => [key, value.values[i + 1] as Value]),
  );
  return rest.size === 0 ? `<${name}/>` : formatElement(name, rest, nestingDepth, true);
}

/** A name in XML, possibly with a namespace. */
const NAME = /^[\p{L}_][\p{L}\p{N}_.-]*(?::[\p{L}_][\p{L}\p{N}_.-]*)?$/u;

function formatElement(name: string, value: Value, depth: number, isRoot = false): string | undefined {
  if (!NAME.test(name) || depth < 0) return undefined;
  if (typeof value === 'string') return isPlainText(value) ? wrap(name, '', textMarkup(value)) : undefined;
  if (!(value instanceof Dict) || value.size === 0) return undefined;
  let attributes = '';
  let content: string | undefined;
  const keys = [...value.keys];
  for (const [i, key] of keys.entries()) {
    if (typeof key !== 'string') return undefined;
    const part = value.values[i] as Value;
    if (key.startsWith('@')) {
      // Attributes such as `type` could be taken for those of the dialect.
      if (content !== undefined || typeof part !== 'string' || !isPlainText(part) || RESERVED.has(key))
        return undefined;
      if (!NAME.test(key.slice(1))) return undefined;
      attributes += ` ${key.slice(1)}="${attributeMarkup(part)}"`;
      continue;
    }
    const isOnly = content === undefined && i === keys.length - 1;
    const written = formatPart(key, part, depth, isOnly && (attributes !== '' || isRoot), isOnly);
    if (written === undefined) return undefined;
    content = (content ?? '') + written;
  }
  return wrap(name, attributes, content ?? '');
}

const RESERVED: ReadonlySet<string> = new Set(['@type', '@ref', '@id', '@key', '@key-type', '@escape']);

function formatPart(
  key: string,
  value: Value,
  depth: number,
  mayBeText: boolean,
  mayBeChildren: boolean,
): string | undefined {
  if (key === TEXT_KEY)
    return mayBeText && typeof value === 'string' && isPlainText(value) && !isSpace(value)
      ? textMarkup(value)
      : undefined;
  if (key === CHILDREN_KEY)
    return mayBeChildren && Array.isArray(value) ? formatChildren(value, depth) : undefined;
  if (!Array.isArray(value)) return formatElement(key, value, depth - 1);
  if (value.length < 2) return undefined;
  return joinAll(value.map((one) => (Array.isArray(one) ? undefined : formatElement(key, one, depth - 1))));
}

/** Writes texts, and elements, which are dicts with one entry. Undefined if reading them would return a dict instead of a list. */
function formatChildren(children: readonly Value[], depth: number): string | undefined {
  const names: string[] = [];
  // White space before the first text is ignored.
  const firstText = children.findIndex((child) => typeof child === 'string' && !isSpace(child));
  const hasText = firstText >= 0;
  const parts = children.map((child, i) => {
    if (typeof child === 'string') {
      return hasText &&
        i >= firstText &&
        child !== '' &&
        typeof children[i - 1] !== 'string' &&
        isPlainText(child)
        ? textMarkup(child)
        : undefined;
    }
    const [name] = child instanceof Dict && child.size === 1 ? child.keys : [];
    if (typeof name !== 'string') return undefined;
    names.push(name);
    return formatElement(name, (child as Dict).values[0] as Value, depth - 1);
  });
  const runs = names.filter((name, i) => names[i - 1] !== name);
  const isTorn = new Set(runs).size < runs.length;
  return names.length > 0 && (hasText || isTorn) ? joinAll(parts) : undefined;
}

function joinAll(parts: readonly (string | undefined)[]): string | undefined {
  return parts.includes(undefined) ? undefined : parts.join('');
}

function isPlainText(text: string): boolean {
  return !needsEscape(text);
}

function wrap(name: string, attributes: string, content: string): string {
  return content === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`;
}
