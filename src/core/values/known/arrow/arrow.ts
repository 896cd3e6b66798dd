import { Dict, type InertCall, Tuple, type Value } from '../../value';
import { argumentsOf, bytesOf, itemsOf, numberOf, textOf } from '../matching';
import { codedVector, maskedVector, missingCell, type Vector } from '../pandas/vector';
import {
  boolVector,
  computedVector,
  invalidRows,
  isAscending,
  type Layout,
  numberVector,
  offsetReader,
  type Parts,
  sizedVector,
  spansVector,
  textVector,
  viewVector,
} from './plainVectors';
import { arrowTypeOf, fieldOf } from './types';

/** Levels of nested lists and structures that are read. */
const MAX_DEPTH = 20;

/** The array, or chunked array, of pyarrow that a value represents; undefined if its lengths do not fit its buffers. */
export function arrowVector(value: Value | undefined): Vector | undefined {
  const restored = argumentsOf(value, 'pyarrow.lib._restore_array');
  if (restored !== undefined) return restoredArray(itemsOf(restored[0]), 0);
  const chunked = argumentsOf(value, 'pyarrow.lib.chunked_array');
  if (chunked === undefined || !Array.isArray(chunked[0])) return undefined;
  const chunks = chunked[0].map(arrowVector);
  if (!chunks.every((chunk) => chunk !== undefined)) return undefined;
  return concatenate(chunks, arrowTypeOf(chunked[1])?.name ?? 'null');
}

function concatenate(chunks: readonly Vector[], type: string): Vector {
  // An empty one does not tell what the others hold.
  const first = chunks.find(({ length }) => length > 0) ?? chunks[0];
  if (chunks.length === 1 && first !== undefined) return first;
  const starts: number[] = [];
  let length = 0;
  for (const chunk of chunks) {
    starts.push(length);
    length += chunk.length;
  }
  const locate = (row: number): [Vector, number] => {
    let at = starts.length - 1;
    while (at > 0 && (starts[at] as number) > row) at--;
    return [chunks[at] as Vector, row - (starts[at] as number)];
  };
  return {
    length,
    type: first?.type ?? type,
    kind: first?.kind ?? 'object',
    cell: (row) => {
      const [chunk, at] = locate(row);
      return chunk.cell(at);
    },
    ...(first?.number && {
      number: (row: number) => {
        const [chunk, at] = locate(row);
        return chunk.number?.(at) ?? NaN;
      },
    }),
    ...(first?.exact && {
      exact: (row: number) => {
        const [chunk, at] = locate(row);
        return chunk.exact?.(at);
      },
    }),
    value: (row) => {
      const [chunk, at] = locate(row);
      return chunk.value(at);
    },
  };
}

function restoredArray(parts: Parts | undefined, depth: number): Vector | undefined {
  if (parts?.length !== 7 || depth > MAX_DEPTH) return undefined;
  const [given, lengthValue, , offsetValue, bufferList, , dictionary] = parts;
  const [length, offset] = [numberOf(lengthValue), numberOf(offsetValue)];
  const storage = arrowTypeOf(given)?.storage;
  const type = storage ?? given;
  const name = arrowTypeOf(type)?.name;
  if (length === undefined || offset === undefined || length < 0 || offset < 0 || name === undefined)
    return undefined;
  if (!Array.isArray(bufferList) || !Number.isSafeInteger(length + offset)) return undefined;
  const buffers = bufferList.map(bufferOf);
  const validity = buffers[0] ?? undefined;
  if (validity !== undefined && validity.length * 8 < length + offset) return undefined;
  const data = dataVector({ type: type as Value, name, length, offset, buffers, parts, depth, dictionary });
  if (length > MAX_EMPTY && buffers.every((buffer) => buffer === undefined) && !hasChildren(parts))
    return undefined;
  if (data === undefined) return undefined;
  const shown = storage === undefined ? data.type : (arrowTypeOf(given)?.name ?? data.type);
  return validity === undefined
    ? { ...data, type: shown }
    : maskedVector(data, invalidRows(validity, offset, length), shown);
}

/** The largest number of elements without bytes. A few bytes of a pickle could claim any number of them. */
const MAX_EMPTY = 1_000_000;

function hasChildren(parts: Parts): boolean {
  return Array.isArray(parts[5]) && parts[5].length > 0;
}

function bufferOf(value: Value): Uint8Array | undefined {
  return bytesOf(argumentsOf(value, 'pyarrow.lib.py_buffer')?.[0]);
}

function dataVector(layout: Layout): Vector | undefined {
  const { name, length } = layout;
  switch (name) {
    case 'null':
      return { length, type: 'null', kind: 'object', cell: () => missingCell('None'), value: () => null };
    case 'bool':
      return boolVector(layout);
    case 'string':
    case 'large_string':
    case 'binary':
    case 'large_binary':
      return textVector(layout, name.startsWith('large') ? 8 : 4);
    case 'string_view':
    case 'binary_view':
      return viewVector(layout);
    case 'month_day_nano_interval':
      return spansVector(layout);
    default:
      return nestedVector(layout) ?? sizedVector(layout) ?? numberVector(layout);
  }
}

function nestedVector(layout: Layout): Vector | undefined {
  const { name, type, parts, depth, dictionary } = layout;
  if (/^(?:(?:large_|fixed_size_)?list(?:_view)?|map)</.test(name)) return listVector(layout);
  if (name.startsWith('struct<')) return structVector(layout);
  if (!name.startsWith('dictionary<')) return undefined;
  const index = argumentsOf(type, 'pyarrow.lib.dictionary')?.[0];
  const codes = restoredArray([index ?? null, ...parts.slice(1, 6), null], depth + 1);
  const values = restoredArray(itemsOf(dictionary), depth + 1);
  return codes && values && codedVector(codes, values, name);
}

/** Lists, and maps, which are lists of pairs. */
function listVector(layout: Layout): Vector | undefined {
  const { name, length, parts, depth } = layout;
  const [child] = childrenOf(parts, depth) ?? [];
  const range = child && rangesOf(layout, child.length);
  if (child === undefined || range === undefined) return undefined;
  const isMap = name.startsWith('map<');
  const value = (at: number): Value => {
    const one = child.value(at);
    return isMap && one instanceof Dict ? new Tuple([...one.values]) : one;
  };
  return computedVector(length, name, (row) => {
    const [start, count] = range(row);
    return Array.from({ length: count }, (_, i) => value(start + i));
  });
}

/** Where the elements of each list begin, and how many they are. */
function rangesOf(
  { name, length, offset, buffers: [, bytes, sizes] }: Layout,
  end: number,
): ((row: number) => [start: number, count: number]) | undefined {
  const fixed = /^fixed_size_list<.*\[(\d+)\]$/s.exec(name);
  if (fixed) {
    const count = Number(fixed[1]);
    if ((length + offset) * count > end || (count === 0 && length > MAX_EMPTY)) return undefined;
    return (row) => [(row + offset) * count, count];
  }
  const size = name.startsWith('large_') ? 8 : 4;
  const isView = /^(?:large_)?list_view</.test(name);
  if (bytes === undefined || bytes.length < (length + offset + (isView ? 0 : 1)) * size) return undefined;
  const starts = offsetReader(bytes, size, offset);
  if (!isView)
    return isAscending(starts, length, end)
      ? (row) => [starts(row), starts(row + 1) - starts(row)]
      : undefined;
  if (sizes === undefined || sizes.length < (length + offset) * size) return undefined;
  const counts = offsetReader(sizes, size, offset);
  for (let row = 0; row < length; row++)
    if (!(starts(row) >= 0 && counts(row) >= 0 && starts(row) + counts(row) <= end)) return undefined;
  return (row) => [starts(row), counts(row)];
}

function structVector({ name, length, offset, parts, depth, type }: Layout): Vector | undefined {
  const children = childrenOf(parts, depth);
  const fields = argumentsOf(type, 'pyarrow.lib.struct')?.[0];
  if (children === undefined || !Array.isArray(fields)) return undefined;
  const names = fields.map((field) => textOf(argumentsOf(field, 'pyarrow.lib.field')?.[0]));
  if (names.length !== children.length || children.some((child) => child.length < length + offset))
    return undefined;
  return computedVector(length, name, (row) =>
    Dict.from(children.map((child, i) => [names[i] ?? '', child.value(row + offset)])),
  );
}

function childrenOf(parts: Parts, depth: number): Vector[] | undefined {
  const list = parts[5];
  if (!Array.isArray(list)) return undefined;
  const children = list.map((child) => restoredArray(itemsOf(child), depth + 1));
  return children.every((child) => child !== undefined) ? children : undefined;
}

interface ArrowColumn {
  readonly name: string;
  readonly vector: Vector;
  /** The Python source of its type. */
  readonly type: Value;
}

/** The columns of a table or a record batch of pyarrow by name. */
export function arrowColumns(call: InertCall): ArrowColumn[] | undefined {
  const args = argumentsOf(call, 'pyarrow.lib._reconstruct_table', 'pyarrow.lib._reconstruct_record_batch');
  const fields = argumentsOf(args?.[1], 'pyarrow.lib.schema')?.[0];
  if (!args || !Array.isArray(args[0]) || !Array.isArray(fields) || fields.length !== args[0].length)
    return undefined;
  const columns: ArrowColumn[] = [];
  for (const [i, column] of args[0].entries()) {
    const field = fieldOf(fields[i]);
    const vector = arrowVector(column);
    if (field === undefined || vector === undefined) return undefined;
    columns.push({ name: field.field, vector, type: field.source });
  }
  return columns;
}
