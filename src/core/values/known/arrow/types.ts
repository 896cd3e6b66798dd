import { InertCall, Tuple, type Value } from '../../value';
import { argumentsOf, expression, numberOf, textOf } from '../matching';

/** A type of pyarrow. */
export interface ArrowType {
  /** As pyarrow prints it: `int64`, `timestamp[us, tz=UTC]`, `list<item: int64>`. */
  readonly name: string;
  /** Its Python expression. */
  readonly source: Value;
}

/** Levels of nested types that are read. */
const MAX_DEPTH = 20;
/** Fields of a structure that are read. */
const MAX_FIELDS = 1_000;

const memo = new WeakMap<InertCall, ArrowType | null>();

/** The type that a call of pyarrow makes; undefined if it is not a known one. */
export function arrowTypeOf(type: Value | undefined, depth = 0): ArrowType | undefined {
  if (depth > MAX_DEPTH || !(type instanceof InertCall)) return undefined;
  const remembered = memo.get(type);
  if (remembered !== undefined) return remembered ?? undefined;
  memo.set(type, null);
  const found = match(type, depth);
  memo.set(type, found ?? null);
  return found;
}

function match(type: InertCall, depth: number): ArrowType | undefined {
  return simple(type) ?? timestamp(type) ?? decimal(type) ?? binary(type) ?? nested(type, depth + 1);
}

/** Functions whose names differ from those of the types that they make. */
const FUNCTIONS: Readonly<Record<string, string | undefined>> = {
  bool: 'bool_',
  double: 'float64',
  float: 'float32',
  halffloat: 'float16',
  utf8: 'string',
  large_utf8: 'large_string',
};

function simple(type: Value | undefined): ArrowType | undefined {
  const alias = textOf(argumentsOf(type, 'pyarrow.lib.type_for_alias')?.[0]);
  const [, base, unit] = /^(\w{1,30})(?:\[(\w{1,5})\])?$/.exec(alias ?? '') ?? [];
  if (alias === undefined || base === undefined) return timeOfUnit(type);
  const isDate = base.startsWith('date');
  const args = unit === undefined || isDate ? [] : [unit];
  return { name: alias, source: expression(`pa.${FUNCTIONS[base] ?? base}`, args) };
}

/** Types of times, as old versions of pyarrow write them. */
function timeOfUnit(type: Value | undefined): ArrowType | undefined {
  for (const name of ['duration', 'time32', 'time64']) {
    const unit = textOf(argumentsOf(type, `pyarrow.lib.${name}`)?.[0]);
    if (unit !== undefined) return { name: `${name}[${unit}]`, source: expression(`pa.${name}`, [unit]) };
  }
  return undefined;
}

function timestamp(type: Value | undefined): ArrowType | undefined {
  const args = argumentsOf(type, 'pyarrow.lib.timestamp');
  const [unit, zone] = [textOf(args?.[0]), textOf(args?.[1])];
  if (unit === undefined) return undefined;
  const name = `timestamp[${unit}${zone === undefined ? '' : `, tz=${zone}`}]`;
  return { name, source: expression('pa.timestamp', [unit], { tz: zone }) };
}

function decimal(type: Value | undefined): ArrowType | undefined {
  for (const bits of [128, 256, 64, 32]) {
    const args = argumentsOf(type, `pyarrow.lib.decimal${String(bits)}`);
    const [precision, scale] = [numberOf(args?.[0]), numberOf(args?.[1])];
    if (precision === undefined || scale === undefined) continue;
    return {
      name: `decimal${String(bits)}(${String(precision)}, ${String(scale)})`,
      source: expression(`pa.decimal${String(bits)}`, [BigInt(precision), BigInt(scale)]),
    };
  }
  return undefined;
}

function binary(type: Value | undefined): ArrowType | undefined {
  const size = numberOf(argumentsOf(type, 'pyarrow.lib.binary')?.[0]);
  if (size === undefined || size < 0) return undefined;
  return { name: `fixed_size_binary[${String(size)}]`, source: expression('pa.binary', [BigInt(size)]) };
}

function nested(type: Value | undefined, depth: number): ArrowType | undefined {
  return dictionary(type, depth) ?? list(type, depth) ?? struct(type, depth);
}

function dictionary(type: Value | undefined, depth: number): ArrowType | undefined {
  const args = argumentsOf(type, 'pyarrow.lib.dictionary');
  const [codes, values] = [arrowTypeOf(args?.[0], depth), arrowTypeOf(args?.[1], depth)];
  if (codes === undefined || values === undefined) return undefined;
  const isOrdered = args?.[2] === true;
  return {
    name: `dictionary<values=${values.name}, indices=${codes.name}, ordered=${isOrdered ? '1' : '0'}>`,
    source: expression('pa.dictionary', [codes.source, values.source, ...(isOrdered ? [true] : [])]),
  };
}

/** A field by its name and type; a list may hold a type alone. */
export function fieldOf(value: Value | undefined, depth = 0): (ArrowType & { field: string }) | undefined {
  const args = argumentsOf(value, 'pyarrow.lib.field');
  const type = arrowTypeOf(args === undefined ? value : args[1], depth);
  const field = args === undefined ? 'item' : textOf(args[0]);
  if (type === undefined || field === undefined) return undefined;
  const isRequired = args?.[2] === false;
  return { ...type, name: isRequired ? `${type.name} not null` : type.name, field };
}

function list(type: Value | undefined, depth: number): ArrowType | undefined {
  for (const kind of ['list', 'large_list']) {
    const callee = kind === 'list' ? 'list_' : kind;
    const args = argumentsOf(type, `pyarrow.lib.${callee}`);
    const item = fieldOf(args?.[0], depth);
    if (item === undefined) continue;
    const size = numberOf(args?.[1]);
    const head = size === undefined || size < 0 ? kind : 'fixed_size_list';
    return {
      name: `${head}<${item.field}: ${item.name}>${head === kind ? '' : `[${String(size)}]`}`,
      source: expression(`pa.${callee}`, [item.source, ...(head === kind ? [] : [BigInt(size ?? 0)])]),
    };
  }
  return undefined;
}

function struct(type: Value | undefined, depth: number): ArrowType | undefined {
  const given = argumentsOf(type, 'pyarrow.lib.struct')?.[0];
  if (!Array.isArray(given) || given.length > MAX_FIELDS) return undefined;
  const fields = given.map((field) => fieldOf(field, depth));
  if (!fields.every((field) => field !== undefined)) return undefined;
  return {
    name: `struct<${fields.map(({ field, name }) => `${field}: ${name}`).join(', ')}>`,
    source: expression('pa.struct', [fields.map(({ field, source }) => new Tuple([field, source]))]),
  };
}
