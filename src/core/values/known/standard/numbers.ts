import type { Value } from '../../value';
import type { Known } from '../known';
import {
  bytesOf,
  dictOf,
  expression,
  hasNoItems,
  isBare,
  itemsOf,
  nameOf,
  numberOf,
  shortName,
  textOf,
} from '../matching';
import { complexText, reprOf } from '../pythonText';
import type { Form, Forms } from '../registry';
import { sequence } from './collections';

function textual(type: string, text: string, source: Value, plain: Value = text): Known {
  return { library: 'Python', type, line: text, text, python: () => source, plain: () => plain };
}

/** A value whose `repr()` is a call. */
function called(type: string, text: string, source: Value): Known {
  return { ...textual(type, text, source), called: () => source };
}

const complexForm: Form = (call, [real, imaginary]) => {
  if (!isBare(call) || typeof real !== 'number' || typeof imaginary !== 'number') return undefined;
  const text = complexText(real, imaginary);
  return textual('complex', text, expression('complex', [real, imaginary]), text.replace(/^\((.*)\)$/, '$1'));
};

const NUMBER = /^[+-]?(?:\d+\.?\d*(?:E[+-]?\d+)?|\.\d+(?:E[+-]?\d+)?|Infinity|s?NaN\d*)$/i;

const decimalForm: Form = (call, args) => {
  const text = textOf(args[0]);
  if (!isBare(call) || args.length !== 1 || text === undefined || !NUMBER.test(text)) return undefined;
  return called('Decimal', text, expression('decimal.Decimal', [text]));
};

/** `Fraction('3/4')` until Python 3.9, `Fraction(3, 4)` since. */
const fractionForm: Form = (call, args) => {
  if (!isBare(call)) return undefined;
  const text = textOf(args[0]);
  const [above, below] =
    text === undefined
      ? args
      : (/^(-?\d{1,4000})(?:\/(\d{1,4000}))?$/.exec(text)?.slice(1, 3) ?? []).map((part) =>
          BigInt(part || 1),
        );
  if (typeof above !== 'bigint' || typeof below !== 'bigint') return undefined;
  return called(
    'Fraction',
    below === 1n ? String(above) : `${above}/${below}`,
    expression('fractions.Fraction', [above, below]),
  );
};

function rangeOrSlice(type: 'range' | 'slice'): Form {
  return (call, args) => {
    const isInteger = (value: Value): boolean => typeof value === 'bigint';
    if (!isBare(call) || args.length !== 3 || (type === 'range' && !args.every(isInteger))) return undefined;
    const shown = args[2] === 1n || args[2] === null ? args.slice(0, 2) : args;
    return textual(
      type,
      `${type}(${(type === 'range' ? shown : args).map(reprOf).join(', ')})`,
      expression(type, args),
    );
  };
}

const uuidForm: Form = (call, args) => {
  const state = dictOf(call.state);
  const number = state?.get('int');
  if (
    args.length !== 0 ||
    !hasNoItems(call) ||
    typeof number !== 'bigint' ||
    number < 0n ||
    number >> 128n !== 0n
  )
    return undefined;
  const digits = number.toString(16).padStart(32, '0');
  const text = digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return called('UUID', text, expression('uuid.UUID', [text]));
};

function addressForm(type: string): Form {
  return (call, args) => {
    const [given] = args;
    if (!isBare(call) || given === undefined || args.length !== 1) return undefined;
    const text = typeof given === 'bigint' ? addressText(given, type.includes('v4')) : textOf(given);
    return text === undefined ? undefined : called(type, text, expression(`ipaddress.${type}`, [text]));
  };
}

function addressText(number: bigint, isShort: boolean): string | undefined {
  const bits = isShort ? 32n : 128n;
  if (number < 0n || number >> bits !== 0n) return undefined;
  if (isShort) return [24n, 16n, 8n, 0n].map((shift) => String((number >> shift) & 255n)).join('.');
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((number >> BigInt(112 - 16 * i)) & 0xffffn).toString(16),
  ).join(':');
  // An IPv6 address replaces its longest run of zeros by `::`.
  const runs = [...groups.matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)]
    .map(([run]) => run)
    .sort((a, b) => b.length - a.length);
  if (runs[0] === undefined) return groups;
  const at = groups.indexOf(runs[0]);
  const before = groups.slice(0, at);
  const after = groups.slice(at + runs[0].length).replace(/^:/, '');
  return `${before}::${after}`;
}

/** Paths: a call with their parts until Python 3.12, with one text since then. */
const pathForm: Form = (call, args) => {
  const parts = args.map(textOf);
  if (!isBare(call) || !parts.every((part) => part !== undefined)) return undefined;
  const type = shortName(call.callable);
  const separator = type.includes('Windows') ? '\\' : '/';
  const [first = '', ...rest] = parts;
  // The root is a part of the first one, if there is any: `C:` is not `C:\`.
  const isOpen = rest.length === 0 || /[\\/]$|^\w:$/.test(first);
  const text = parts.length === 0 ? '.' : `${first}${isOpen ? '' : separator}${rest.join(separator)}`;
  return called(type, text, expression(`pathlib.${type}`, [text]));
};

const patternForm: Form = (call, [pattern, flags]) => {
  const number = numberOf(flags);
  if (
    !isBare(call) ||
    pattern === undefined ||
    number === undefined ||
    (typeof pattern !== 'string' && bytesOf(pattern) === undefined)
  )
    return undefined;
  const given = BigInt(number & ~32);
  return textual(
    'Pattern',
    `re.compile(${[reprOf(pattern), ...flagsText(number, typeof pattern === 'string')].join(', ')})`,
    expression('re.compile', given === 0n ? [pattern] : [pattern, given]),
    typeof pattern === 'string' ? pattern : reprOf(pattern),
  );
};

/** Types with a single value, by that value. */
const SINGLE_TYPES: Readonly<Record<string, string | undefined>> = {
  'builtins.Ellipsis': 'ellipsis',
  'builtins.NotImplemented': 'NotImplementedType',
};

/** Flags from the lowest bit to the highest. CPython `Lib/re/_constants.py`. */
const FLAGS = 'TEMPLATE IGNORECASE LOCALE MULTILINE DOTALL UNICODE VERBOSE DEBUG ASCII'.split(' ');

/** The flags as Python prints them, without UNICODE, which every text pattern has. */
function flagsText(flags: number, isText: boolean): string[] {
  const names = FLAGS.filter((name, bit) => (flags >> bit) & 1 && !(isText && name === 'UNICODE'));
  return names.length === 0 ? [] : [names.map((name) => `re.${name}`).join('|')];
}

const typeForm: Form = (call, args) => {
  if (!isBare(call) || args.length !== 1 || (args[0] !== null && nameOf(args[0]) === undefined))
    return undefined;
  const name = args[0] === null ? 'NoneType' : SINGLE_TYPES[nameOf(args[0]) ?? ''];
  const text = name === undefined ? `type(${shortName(args[0] as Value)})` : `<class '${name}'>`;
  return textual('type', text, expression('type', args));
};

/** Files in memory: `BytesIO() ⊕ (content, position, None)`, `StringIO() ⊕ (content, newline, position, None)`. */
const memoryFileForm: Form = (call, args) => {
  const [content] = itemsOf(call.state) ?? [];
  const isText = typeof content === 'string';
  if (
    args.length !== 0 ||
    !hasNoItems(call) ||
    content === undefined ||
    (!isText && bytesOf(content) === undefined)
  )
    return undefined;
  const type = shortName(call.callable);
  if ((type === 'StringIO') !== isText) return undefined;
  return {
    library: 'Python',
    type,
    children: { count: 1, at: () => ({ step: { kind: 'part', name: 'getvalue()' }, value: content }) },
    python: () => expression(`io.${type}`, [content]),
    plain: () => content,
  };
};

/** `builtins.iter([...]) ⊕ position`: an iterator over the items from that position. */
const iteratorForm: Form = (call, [items, ...others]) => {
  const { state = 0n } = call;
  const position = numberOf(state);
  if (!Array.isArray(items) || !hasNoItems(call) || others.length > 0 || typeof state !== 'bigint')
    return undefined;
  if (position === undefined || position < 0) return undefined;
  const rest = items.slice(position);
  return sequence('list_iterator', rest, () => expression('iter', [rest]));
};

function each(names: readonly string[], form: Form): Forms {
  return Object.fromEntries(names.map((name) => [name, form]));
}

const PATHS = ['PosixPath', 'WindowsPath', 'PurePosixPath', 'PureWindowsPath', 'Path', 'PurePath'];
const ADDRESSES = [
  'IPv4Address',
  'IPv6Address',
  'IPv4Network',
  'IPv6Network',
  'IPv4Interface',
  'IPv6Interface',
];

export const numberForms: Forms = {
  'builtins.complex': complexForm,
  'builtins.range': rangeOrSlice('range'),
  'builtins.slice': rangeOrSlice('slice'),
  'builtins.type': typeForm,
  'builtins.iter': iteratorForm,
  'decimal.Decimal': decimalForm,
  'fractions.Fraction': fractionForm,
  'uuid.UUID': uuidForm,
  're._compile': patternForm,
  '_io.BytesIO': memoryFileForm,
  '_io.StringIO': memoryFileForm,
  ...each(
    PATHS.flatMap((name) => [`pathlib.${name}`, `pathlib._local.${name}`]),
    pathForm,
  ),
  ...Object.fromEntries(ADDRESSES.map((name) => [`ipaddress.${name}`, addressForm(name)])),
};
