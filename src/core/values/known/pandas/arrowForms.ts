import { Dict, type Value } from '../../value';
import { arrowColumns, arrowVector } from '../arrow/arrow';
import { arrowTypeOf } from '../arrow/types';
import type { Known } from '../known';
import { argumentsOf, expression, isBare, itemsOf, nameOf, numberOf } from '../matching';
import { textOfValue } from '../pythonText';
import type { Form } from '../registry';
import { knownFrame, knownVector } from './frames';
import type { Index } from './indexes';
import { listValues, rangeVector } from './vector';

export const arrowForm: Form = (call, args) => {
  const vector = arrowVector(call);
  if (vector === undefined) return undefined;
  const isChunked = nameOf(call.callable)?.endsWith('chunked_array') === true;
  const known = knownVector(isChunked ? 'ChunkedArray' : 'Array', vector);
  const type = arrowTypeOf(isChunked ? args[1] : itemsOf(args[0])?.[0])?.source;
  const python = (limit: number): Value | undefined => {
    if (vector.length > limit) return undefined;
    const values = listValues(vector);
    return isChunked
      ? expression('pa.chunked_array', [[values]], { type })
      : expression('pa.array', [values], { type });
  };
  return { ...known, library: 'pyarrow', python };
};

export const tableForm: Form = (call) => {
  const columns = arrowColumns(call);
  const length = columns?.[0]?.vector.length ?? 0;
  if (columns === undefined || columns.some(({ vector }) => vector.length !== length)) return undefined;
  const names = columns.map(({ name }): Value => name);
  const labels = {
    length: names.length,
    type: 'object',
    kind: 'text' as const,
    cell: (i: number) => ({ kind: 'text' as const, text: names[i] as string }),
    value: (i: number) => names[i] as Value,
  };
  const isBatch = nameOf(call.callable)?.endsWith('record_batch') === true;
  const known = knownFrame(
    {
      columns: { type: 'Index', length: names.length, levels: [labels], names: [null], isDefault: false },
      index: countingIndex(length),
      vectors: columns.map(({ vector }) => vector),
    },
    { library: 'pyarrow', type: isBatch ? 'RecordBatch' : 'Table' },
  );
  const python = (limit: number): Value | undefined => {
    if (length * columns.length > limit) return undefined;
    const typed = columns.map(({ name, vector, type }): [Value, Value] => [
      name,
      expression('pa.array', [listValues(vector)], { type }),
    ]);
    return expression(isBatch ? 'pa.record_batch' : 'pa.table', [Dict.from(typed)]);
  };
  return { ...known, python };
};

function countingIndex(length: number): Index {
  return {
    type: 'RangeIndex',
    length,
    levels: [rangeVector(0n, 1n, length)],
    range: [0n, BigInt(length), 1n],
    names: [null],
    isDefault: true,
  };
}

/** `scalar(value, type)`. */
export const arrowScalarForm: Form = (call, [value, type, ...more]) =>
  isBare(call) && value !== undefined && more.length === 0 ? knownScalar(value, type) : undefined;

/** `DictionaryScalar._reconstruct(type, is_valid, index, dictionary)`. */
export const dictionaryScalarForm: Form = (call, [type, isValid, index, dictionary, ...more]) => {
  const row = numberOf(argumentsOf(index, 'pyarrow.lib.scalar')?.[0]);
  const values = arrowVector(dictionary);
  if (!isBare(call) || values === undefined || more.length > 0) return undefined;
  if (isValid !== true) return knownScalar(null, type);
  return row !== undefined && row >= 0 && row < values.length
    ? knownScalar(values.value(row), type)
    : undefined;
};

function knownScalar(value: Value, given: Value | undefined): Known | undefined {
  const type = arrowTypeOf(given);
  if (type === undefined) return undefined;
  return {
    library: 'pyarrow',
    type: 'Scalar',
    line: `Scalar ${type.name} ${textOfValue(value)}`,
    text: textOfValue(value),
    python: () => expression('pa.scalar', [value], { type: type.source }),
    plain: () => value,
  };
}
