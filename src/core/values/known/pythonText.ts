import { formatFloat, formatInteger } from '../../numberText';
import { ByteArray, Dict, InertCall, InertName, Tuple, ValueSet, type Value } from '../value';
import { isContainer } from '../children';
import { textOfKnown } from './known';
import { knownRepr } from './knownRepr';
import { recognise } from './registry';

/** The text of a cell is cut at this depth of containers and this number of characters. */
const MAX_DEPTH = 20;
const MAX_LENGTH = 100_000;

/** A value as Python's `str()` returns it, which is the text of a cell in a table. */
export function textOfValue(value: Value): string {
  if (typeof value === 'string') return value;
  const known = isContainer(value) ? recognise(value) : undefined;
  return (known && textOfKnown(known)) ?? reprOf(value);
}

/** A value as Python's `repr()` returns it, in single quotes if possible. */
export function reprOf(value: Value): string {
  return write(value, MAX_DEPTH, { room: MAX_LENGTH });
}

function write(value: Value, depth: number, budget: { room: number }): string {
  const text = isContainer(value) ? writeContainer(value, depth, budget) : atomText(value);
  budget.room -= text.length;
  return text;
}

function atomText(value: Value): string {
  switch (typeof value) {
    case 'string':
      return stringRepr(value);
    case 'bigint':
      return formatInteger(value);
    case 'number':
      return formatFloat(value);
    case 'boolean':
      return value ? 'True' : 'False';
    default:
      if (value === null) return 'None';
      if (value instanceof Uint8Array) return bytesRepr(value);
      if (value instanceof ByteArray) return `bytearray(${bytesRepr(value.bytes)})`;
      return (
        recognise(value)?.text ?? (value instanceof InertName ? `<class '${value.qualifiedName}'>` : '…')
      );
  }
}

function writeContainer(value: Value, depth: number, budget: { room: number }): string {
  const known = recognise(value);
  if (depth === 0 || budget.room <= 0) return known === undefined ? '...' : known.type;
  if (known !== undefined) return knownRepr(known, (part) => write(part, depth - 1, budget));
  const parts = (values: readonly Value[]): string[] => {
    const texts: string[] = [];
    for (const one of values) if (budget.room > 0) texts.push(write(one, depth - 1, budget));
    return texts;
  };
  if (Array.isArray(value)) return `[${parts(value).join(', ')}]`;
  if (value instanceof Tuple) {
    const [first, ...rest] = parts(value.items);
    return rest.length === 0 && first !== undefined
      ? `(${first},)`
      : `(${[first ?? '', ...rest].join(', ')})`;
  }
  if (value instanceof ValueSet) {
    if (value.size === 0) return value.frozen ? 'frozenset()' : 'set()';
    const members = `{${parts(value.members).join(', ')}}`;
    return value.frozen ? `frozenset(${members})` : members;
  }
  if (value instanceof Dict) {
    const keys = parts(value.keys);
    const values = parts(value.values);
    return `{${values.map((text, i) => `${keys[i] ?? '...'}: ${text}`).join(', ')}}`;
  }
  if (value instanceof InertCall) {
    const { callable, args } = value;
    const name = callable instanceof InertName ? callable.qualifiedName : write(callable, depth - 1, budget);
    return `${name}(${parts(args instanceof Tuple ? args.items : [args]).join(', ')})`;
  }
  return '<object>';
}

/** A text in quotes, as Python writes it: double quotes only if it holds single quotes and no double quotes. */
export function stringRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(SPECIAL, escape).replaceAll(quote, quote === "'" ? "\\'" : quote);
  return `${quote}${escaped}${quote}`;
}

/** A backslash, and characters for which Python's `str.isprintable` is false. */
const SPECIAL = /\\|(?! )[\p{C}\p{Z}]/gu;

export function bytesRepr(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, MAX_LENGTH)).toString(
    'latin1',
  );
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(/\\|[^ -~]/g, escape).replaceAll(quote, quote === "'" ? "\\'" : quote);
  return `b${quote}${escaped}${quote}`;
}

const SHORT: Readonly<Record<string, string | undefined>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function escape(character: string): string {
  const short = SHORT[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) as number;
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** As Python prints a complex number: `(1+2j)`, `2j`. */
export function complexText(real: number, imaginary: number): string {
  const part = (number: number): string => formatFloat(number).replace(/\.0$/, '');
  if (Object.is(real, 0)) return `${part(imaginary)}j`;
  const sign = imaginary < 0 || Object.is(imaginary, -0) ? '' : '+';
  return `(${part(real)}${sign}${part(imaginary)}j)`;
}
