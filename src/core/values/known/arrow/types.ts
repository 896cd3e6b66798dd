import { InertCall, InertName, Tuple, type Value } from '../../value';
import {
  argumentsOf,
  callableKey,
  expression,
  isBare,
  itemsOf,
  numberOf,
  numbersOf,
  shortName,
  textOf,
} from '../matching';

/** A type of pyarrow. */
export interface ArrowType {
  /** As pyarrow prints it: `int64`, `timestamp[us, tz=UTC]`, `list<item: int64>`. */
  readonly name: string;
  /** Its Python expression. */
  readonly source: Value;
  /** For an extension type, the type in which its values are stored. */
  readonly storage?: Value;
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
  const key = callableKey(type.callable) ?? '';
  const args = isBare(type) ? itemsOf(type.args) : undefined;
  if (args === undefined) return undefined;
  const [, added] = ADDED.exec(key) ?? [];
  if (added !== undefined) return extension(`pandas.${added.toLowerCase()}`, type, args[0], depth);
  return key.startsWith(LIBRARY) ? made(type, key.slice(LIBRARY.length), args, depth + 1) : undefined;
}

const LIBRARY = 'pyarrow.lib.';
/** How the extension types that pandas adds to pyarrow are made, from the type of their values. */
const ADDED = /^getattr:pandas\.core\.arrays\..*\.Arrow(Period|Interval)Type\.__arrow_ext_deserialize__$/;

/** Functions whose names differ from those of the types that they make. */
const FUNCTIONS: Readonly<Record<string, string | undefined>> = {
  bool: 'bool_',
  double: 'float64',
  float: 'float32',
  halffloat: 'float16',
  utf8: 'string',
  large_utf8: 'large_string',
};

/** The type that a function makes. */
function made(type: InertCall, called: string, args: readonly Value[], depth: number): ArrowType | undefined {
  const [first, second] = args;
  const [unit, size] = [textOf(first), numberOf(first)];
  const source = (...given: Value[]): Value => expression(`pa.${called}`, given);
  switch (called) {
    case 'type_for_alias':
      return simple(unit);
    case 'duration':
    case 'time32':
    case 'time64':
      return unit === undefined ? undefined : { name: `${called}[${unit}]`, source: source(unit) };
    case 'timestamp': {
      const tz = textOf(second);
      const name = `timestamp[${unit ?? ''}${tz === undefined ? '' : `, tz=${tz}`}]`;
      return unit === undefined ? undefined : { name, source: expression('pa.timestamp', [unit], { tz }) };
    }
    case 'binary':
      return size !== undefined && size >= 0
        ? { name: `fixed_size_binary[${String(size)}]`, source: source(BigInt(size)) }
        : undefined;
    case 'dictionary':
    case 'map_':
      return pair(called, args, depth);
    case 'struct':
      return struct(first, depth);
    case 'uuid':
      return extension('arrow.uuid', type, libraryCall('binary', [16n]), depth);
    case 'bool8':
      return extension('arrow.bool8', type, libraryCall('type_for_alias', ['int8']), depth);
    case 'json_':
      return extension('arrow.json', type, first, depth);
    case 'fixed_shape_tensor': {
      const sides = Array.isArray(second) ? numbersOf(second) : undefined;
      const count = BigInt(sides?.reduce((product, side) => product * side, 1) ?? -1);
      return extension('arrow.fixed_shape_tensor', type, libraryCall('list_', [first ?? null, count]), depth);
    }
    default:
      return decimal(called, args) ?? list(called, args, depth);
  }
}

function simple(alias: string | undefined): ArrowType | undefined {
  const [, base = '', unit] = /^(\w{1,30})(?:\[(\w{1,5})\])?$/.exec(alias ?? '') ?? [];
  if (alias === undefined || base === '') return undefined;
  const args = unit === undefined || base.startsWith('date') ? [] : [unit];
  return { name: alias, source: expression(`pa.${FUNCTIONS[base] ?? base}`, args) };
}

function libraryCall(name: string, args: readonly Value[]): InertCall {
  return new InertCall(new InertName('pyarrow.lib', name), new Tuple([...args]));
}

/** A type whose values are stored as another type. */
function extension(
  name: string,
  type: InertCall,
  storage: Value | undefined,
  depth: number,
): ArrowType | undefined {
  if (storage === undefined || arrowTypeOf(storage, depth) === undefined) return undefined;
  const args = itemsOf(type.args)?.map((arg) => arrowTypeOf(arg, depth)?.source ?? arg) ?? [];
  const source = name.startsWith('pandas') ? type : expression(`pa.${shortName(type.callable)}`, args);
  return { name: `extension<${name}>`, source, storage };
}

function decimal(called: string, args: readonly Value[]): ArrowType | undefined {
  const [precision, scale] = [numberOf(args[0]), numberOf(args[1])];
  if (!/^decimal(?:32|64|128|256)$/.test(called) || precision === undefined || scale === undefined)
    return undefined;
  return {
    name: `${called}(${String(precision)}, ${String(scale)})`,
    source: expression(`pa.${called}`, [BigInt(precision), BigInt(scale)]),
  };
}

/** A dictionary, or a map from keys to values. */
function pair(called: string, args: readonly Value[], depth: number): ArrowType | undefined {
  const [one, other] = [fieldOf(args[0], depth), fieldOf(args[1], depth)];
  if (one === undefined || other === undefined) return undefined;
  const isMap = called === 'map_';
  const flag = args[2] === true;
  return {
    name: isMap
      ? `map<${one.name.replace(/ not null$/, '')}, ${other.name}${flag ? ', keys_sorted' : ''}>`
      : `dictionary<values=${other.name}, indices=${one.name}, ordered=${flag ? '1' : '0'}>`,
    source: expression(`pa.${called}`, [one.source, other.source, ...(flag ? [true] : [])]),
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

function list(called: string, args: readonly Value[], depth: number): ArrowType | undefined {
  const item = /^(?:large_)?list(?:_|_view)?$/.test(called) ? fieldOf(args[0], depth) : undefined;
  if (item === undefined) return undefined;
  const size = numberOf(args[1]) ?? -1;
  const isFixed = size >= 0;
  const head = isFixed ? 'fixed_size_list' : called.replace(/_$/, '');
  return {
    name: `${head}<${item.field}: ${item.name}>${isFixed ? `[${String(size)}]` : ''}`,
    source: expression(`pa.${called}`, [item.source, ...(isFixed ? [BigInt(size)] : [])]),
  };
}

function struct(given: Value | undefined, depth: number): ArrowType | undefined {
  if (!Array.isArray(given) || given.length > MAX_FIELDS) return undefined;
  const fields = given.map((field) => fieldOf(field, depth));
  if (!fields.every((field) => field !== undefined)) return undefined;
  return {
    name: `struct<${fields.map(({ field, name }) => `${field}: ${name}`).join(', ')}>`,
    source: expression('pa.struct', [fields.map(({ field, source }) => new Tuple([field, source]))]),
  };
}
