import type { Value } from '../../value';
import type { Known } from '../known';
import {
  argumentsOf,
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
import { contiguous } from '../numpy/numpy';
import { simpleType } from '../numpy/dtype';
import { knownArray } from '../numpy/knownArray';
import { complexText, reprOf } from '../pythonText';
import type { Form, Forms } from '../registry';

function textual(type: string, text: string, source: Value, plain: Value = text): Known {
  return { library: 'Python', type, line: text, text, python: () => source, plain: () => plain };
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
  return textual('Decimal', text, expression('decimal.Decimal', [text]));
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
  return textual(
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
  return textual('UUID', text, expression('uuid.UUID', [text]));
};

function addressForm(type: string): Form {
  return (call, args) => {
    const [given] = args;
    if (!isBare(call) || given === undefined || args.length !== 1) return undefined;
    const text = typeof given === 'bigint' ? addressText(given, type.includes('v4')) : textOf(given);
    return text === undefined ? undefined : textual(type, text, expression(`ipaddress.${type}`, [text]));
  };
}

function addressText(number: bigint, isShort: boolean): string | undefined {
  const bits = isShort ? 32n : 128n;
  if (number < 0n || number >> bits !== 0n) return undefined;
  if (isShort) return [24n, 16n, 8n, 0n].map((shift) => String((number >> shift) & 255n)).join('.');
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((number >> BigInt(112 - 16 * i)) & 0xffffn).toString(16),
  ).join(':');
  // The longest run of zeros is left out.
  const runs = [...groups.matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)]
    .map(([run]) => run)
    .sort((a, b) => b.length - a.length);
  if (runs[0] === undefined) return groups;
  const at = groups.indexOf(runs[0]);
  const before = groups.slice(0, at);
  const after = groups.slice(at + runs[0].length).replace(/^:/, '');
  return `${before}::${after}`;
}

/** Paths: the parts until Python 3.12, one text since. */
const pathForm: Form = (call, args) => {
  const parts = args.map(textOf);
  if (!isBare(call) || !parts.every((part) => part !== undefined)) return undefined;
  const type = shortName(call.callable);
  const separator = type.includes('Windows') ? '\\' : '/';
  const [first = '', ...rest] = parts;
  const text =
    parts.length === 0
      ? '.'
      : [first.replace(/[\\/]$/, rest.length > 0 ? '' : '$&'), ...rest].join(separator);
  return textual(type, text, expression(`pathlib.${type}`, [text]));
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
    `re.compile(${reprOf(pattern)})`,
    expression('re.compile', given === 0n ? [pattern] : [pattern, given]),
    typeof pattern === 'string' ? pattern : reprOf(pattern),
  );
};

const typeForm: Form = (call, args) => {
  if (!isBare(call) || args.length !== 1 || (args[0] !== null && nameOf(args[0]) === undefined))
    return undefined;
  const text = args[0] === null ? "<class 'NoneType'>" : `type(${shortName(args[0] as Value)})`;
  return textual('type', text, expression('type', args));
};

/** What an array of machine codes holds, by their number. CPython `Modules/arraymodule.c`. */
const MACHINE_CODES: Readonly<Record<number, readonly ['int' | 'uint' | 'float', number] | undefined>> = {
  0: ['uint', 1],
  1: ['int', 1],
  2: ['uint', 2],
  4: ['int', 2],
  6: ['uint', 4],
  8: ['int', 4],
  10: ['uint', 8],
  12: ['int', 8],
  14: ['float', 4],
  16: ['float', 8],
};

const arrayForm: Form = (call, [type, code, machine, data]) => {
  const number = numberOf(machine);
  const bytes = bytesOf(data);
  const letter = textOf(code);
  if (
    !isBare(call) ||
    nameOf(type) !== 'array.array' ||
    number === undefined ||
    bytes === undefined ||
    letter?.length !== 1
  )
    return undefined;
  const isBig = number < 18 && number > 1 && number % 2 === 1;
  const format = MACHINE_CODES[isBig ? number - 1 : number];
  if (format === undefined || bytes.length % format[1] !== 0) return undefined;
  const array = contiguous(bytes, simpleType(format[0], format[1], !isBig), [bytes.length / format[1]]);
  return (
    array &&
    knownArray(array, {
      library: 'Python',
      type: 'array',
      python: (elements) => expression('array.array', [letter, elements]),
    })
  );
};

const listArrayForm: Form = (call, [code, items]) => {
  const letter = textOf(code);
  if (!isBare(call) || letter?.length !== 1 || !Array.isArray(items)) return undefined;
  return {
    library: 'Python',
    type: 'array',
    children: {
      count: items.length,
      at: (index) => ({ step: { kind: 'index', index }, value: items[index] as Value }),
    },
    python: () => expression('array.array', [letter, items]),
    plain: () => items,
  };
};

/** Bytes and text in memory: `BytesIO() ⊕ (content, position, None)`, StringIO with the newline second. */
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

/** `builtins.iter([...]) ⊕ position`. */
const iteratorForm: Form = (call, [items]) => {
  if (
    !Array.isArray(items) ||
    !hasNoItems(call) ||
    (call.state !== undefined && typeof call.state !== 'bigint')
  )
    return undefined;
  return {
    library: 'Python',
    type: 'list_iterator',
    children: {
      count: items.length,
      at: (index) => ({ step: { kind: 'index', index }, value: items[index] as Value }),
    },
    python: () => expression('iter', [items]),
    plain: () => items,
  };
};

/** Members of an enumeration in Python 3.11: `getattr(Color, 'RED')`, of flags joined by `or_`. Only names of classes have them. */
const enumForm: Form = (call) => {
  const text = memberText(call, 0);
  return text === undefined
    ? undefined
    : { ...textual('enum', text, call), python: () => expression(text, []), library: '', isRecord: true };
};

function memberText(value: Value | undefined, depth: number): string | undefined {
  const member = argumentsOf(value, 'builtins.getattr');
  const [owner, name] = member ?? [];
  if (
    member?.length === 2 &&
    nameOf(owner) !== undefined &&
    typeof name === 'string' &&
    /^[A-Za-z]\w*$/.test(name)
  ) {
    const short = shortName(owner as Value);
    return /^[A-Z]/.test(short) ? `${short}.${name}` : undefined;
  }
  const both = argumentsOf(value, '_operator.or_', 'operator.or_');
  if (both?.length !== 2 || depth > 64) return undefined;
  const [left, right] = [memberText(both[0], depth + 1), memberText(both[1], depth + 1)];
  return left === undefined || right === undefined ? undefined : `${left} | ${right}`;
}

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
  'builtins.getattr': enumForm,
  '_operator.or_': enumForm,
  'operator.or_': enumForm,
  'decimal.Decimal': decimalForm,
  'fractions.Fraction': fractionForm,
  'uuid.UUID': uuidForm,
  're._compile': patternForm,
  'array._array_reconstructor': arrayForm,
  'array.array': listArrayForm,
  '_io.BytesIO': memoryFileForm,
  '_io.StringIO': memoryFileForm,
  ...each(
    PATHS.flatMap((name) => [`pathlib.${name}`, `pathlib._local.${name}`]),
    pathForm,
  ),
  ...Object.fromEntries(ADDRESSES.map((name) => [`ipaddress.${name}`, addressForm(name)])),
};
