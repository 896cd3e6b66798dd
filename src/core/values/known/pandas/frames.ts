import { countOf } from '../../../amounts';
import { say } from '../../../text';
import type { Column, Table } from '../../../arrays/table';
import type { Child } from '../../children';
import { Dict, InertCall, InertName, Tuple, type Value } from '../../value';
import type { Known } from '../known';
import { dictOf, hasNoItems, itemsOf, nameOf } from '../matching';
import { textOfValue } from '../pythonText';
import { type Form, recognise, remember } from '../registry';
import { arrayText, indexText } from '../print/indexText';
import { printFrame, printSeries } from '../print/pandasText';
import type { Block } from './arrays';
import { arrayExpression, frameExpression, indexExpression, seriesExpression } from './expressions';
import { asTyped, type Index, labelAt, labelText, vectorOf } from './indexes';
import { type Frame, managerFrame, managerParts, MAX_COLUMNS } from './managers';
import { listed, listValues, objectCell, type Vector } from './vector';

export const frameForm: Form = (call) => {
  const state = dictOf(call.state);
  if (state === undefined || !hasNoItems(call) || itemsOf(call.args)?.length !== 0) return undefined;
  const frame = managerFrame(state.get('_mgr') ?? state.get('_data'));
  const name = nameOf(call.callable);
  return (
    frame && knownFrame({ ...frame, vectors: frame.vectors.map((vector) => asTyped(vector, name) as Vector) })
  );
};

export const seriesForm: Form = (call) => {
  const state = dictOf(call.state);
  if (state === undefined || !hasNoItems(call) || itemsOf(call.args)?.length !== 0) return undefined;
  const manager = state.get('_mgr') ?? state.get('_data');
  const parts = manager instanceof InertCall ? managerParts(manager) : undefined;
  const [index] = parts?.axes ?? [];
  const [block] = parts?.blocks ?? [];
  if (index === undefined || parts?.axes.length !== 1 || parts.blocks.length !== 1) return undefined;
  const vector = block && asTyped(vectorOf(block.values), nameOf(call.callable));
  if (vector?.length !== index.length) return undefined;
  return knownSeries({ name: state.get('_name') ?? state.get('name') ?? null, index, vector });
};

/** How a frame is shown. */
export function knownFrame(frame: Frame, names = PANDAS): Known {
  const { index, vectors } = frame;
  const rows = index.length;
  return {
    library: names.library,
    type: names.type,
    line: say`${names.type} ${countOf(rows, 'row')} × ${countOf(vectors.length, 'column')}`,
    children: {
      count: vectors.length + 1,
      at: (i) => (i < vectors.length ? columnChild(frame, i) : indexChild(index)),
    },
    python: (limit) =>
      rows * vectors.length > limit ? undefined : frameExpression(frame.columns, frame.index, vectors),
    plain: () => plainFrame(frame),
    table: () => tableOfFrame(frame),
    repr: () => printFrame(tableOfFrame(frame)),
  };
}

const PANDAS = { library: 'pandas', type: 'DataFrame' };

function columnChild({ columns, index, vectors }: Frame, i: number): Child {
  const name = labelAt(columns, i);
  const vector = vectors[i] as Vector;
  const call = new InertCall(new InertName('pandas', 'Series'), new Tuple([]));
  return {
    step: { kind: 'key', key: name },
    value: made(call, () => listValues(vector), knownSeries({ name, index, vector })),
  };
}

/** Gives a call that is made for showing its recognized value. Its arguments are computed only if a pickle of it is written. */
function made(call: InertCall, values: () => Value, known: Known): InertCall {
  Object.defineProperty(call, 'args', { enumerable: true, get: () => new Tuple([values()]) });
  return remember(call, known);
}

function indexChild(index: Index): Child {
  const call = new InertCall(new InertName('pandas', 'Index'), new Tuple([]));
  const values = (): Value => Array.from({ length: listed(index.length) }, (_, i) => labelAt(index, i));
  return { step: { kind: 'part', name: 'index' }, value: made(call, values, knownIndex(index)) };
}

interface Series {
  readonly name: Value;
  readonly index: Index;
  readonly vector: Vector;
}

export function knownSeries(series: Series): Known {
  const { name, index, vector } = series;
  const title = name === null ? '' : ` "${textOfValue(name)}"`;
  const table = (): Table => ({
    rowCount: vector.length,
    columns: [{ ...columnOf(name === null ? '0' : textOfValue(name), vector), ...partsOf(name) }],
    index: indexColumns(index),
    ...(name instanceof Tuple && { levelNames: name.items.map(() => '') }),
  });
  return {
    library: 'pandas',
    type: 'Series',
    line: say`${`Series${title} ${vector.type}`} ${countOf(vector.length, 'row')}`,
    children: {
      count: vector.length,
      at: (i) => ({ step: { kind: 'key', key: labelAt(index, i) }, value: vector.value(i) }),
    },
    python: (limit) => (vector.length > limit ? undefined : seriesExpression(name, index, vector)),
    plain: () =>
      Dict.from([
        ['name', name],
        ['index', plainLabels(index)],
        ['data', listValues(vector).map(plainValue)],
      ]),
    table,
    repr: () => printSeries(table(), name !== null),
  };
}

export function knownIndex(index: Index): Known {
  const { type, length, levels } = index;
  const types = levels.map((level) => level.type).join(', ');
  return {
    library: 'pandas',
    type,
    line: say`${`${type} ${types}`} ${countOf(length, 'label')}`,
    children: { count: length, at: (i) => ({ step: { kind: 'index', index: i }, value: labelAt(index, i) }) },
    python: (limit) => (length > limit ? undefined : indexExpression(index)),
    plain: () => plainLabels(index),
    table: () => ({ rowCount: length, columns: indexColumns(index), index: [] }),
    repr: () => indexText({ ...index, levels: indexColumns(index) }),
  };
}

/** How an array of pandas outside of a frame is shown. */
export function knownVector(type: string, vector: Vector): Known {
  return {
    library: 'pandas',
    type,
    line: say`${`${type} ${vector.type}`} ${countOf(vector.length, 'value')}`,
    children: {
      count: vector.length,
      at: (i) => ({ step: { kind: 'index', index: i }, value: vector.value(i) }),
    },
    python: (limit) => (vector.length > limit ? undefined : arrayExpression(vector)),
    plain: () => listValues(vector).map(plainValue),
    table: () => ({ rowCount: vector.length, columns: [columnOf('0', vector)], index: [] }),
    repr: () => arrayText(type, vector.length, columnOf('0', vector)),
  };
}

/** How an array of two dimensions in a block of a frame is shown: each row is a column of the frame. */
export function knownBlock(call: InertCall, type: string, block: Block): Known | undefined {
  const { width, length } = block;
  if (width > MAX_COLUMNS) return undefined;
  const vectors = Array.from({ length: width }, (_, i) => block.vector(i));
  if (!vectors.every((vector) => vector !== undefined)) return undefined;
  const shape = `(${width}, ${length})`;
  return {
    library: 'pandas',
    type,
    line: [type, ...(vectors[0] === undefined ? [] : [vectors[0].type]), shape].join(' '),
    children: { count: width, at: (i) => blockChild(type, vectors[i] as Vector, i) },
    // pandas has no expression for an array of two dimensions.
    python: () => call,
    plain: () => vectors.map((vector) => listValues(vector).map(plainValue)),
  };
}

function blockChild(type: string, vector: Vector, index: number): Child {
  const call = new InertCall(new InertName('pandas', 'array'), new Tuple([]));
  return {
    step: { kind: 'index', index },
    value: made(call, () => listValues(vector), knownVector(type, vector)),
  };
}

function columnOf(name: string, vector: Vector): Column {
  const { type, kind, number, exact, categories, frequency } = vector;
  return {
    name,
    type,
    kind,
    ...(frequency !== undefined && { frequency }),
    ...(categories && { choices: { ...categories, count: categories.values.length } }),
    cell: (row) => vector.cell(row),
    ...(number && { number: (row: number) => number(row) }),
    ...(exact && { exact: (row: number) => exact(row) }),
    value: (row) => vector.value(row),
  };
}

function indexColumns({ type, levels, names }: Index): Column[] {
  return levels.map((level, i) => ({
    ...(type === 'RangeIndex' && { isRange: true as const }),
    ...columnOf(nameText(names[i]), level),
    ...partsOf(names[i]),
    ...(isFalsy(names[i]) && { isNameless: true as const }),
  }));
}

/** The parts of a name that is a tuple, or the only one of a name that pandas takes for a missing value. */
function partsOf(name: Value | undefined): Pick<Column, 'labels'> {
  if (!(name instanceof Tuple)) {
    const cell = objectCell(name ?? null);
    return name !== null && /^(?:missing|nan)$/.test(cell.kind) ? { labels: [cell] } : {};
  }
  return { labels: name.items.map((item) => ({ kind: 'text', text: textOfValue(item) })) };
}

/** Whether Python's `bool()` is false for a name. */
function isFalsy(name: Value | undefined): boolean {
  return name === undefined || name === null || name === '' || name === false || name === 0n || name === 0;
}

function nameText(name: Value | undefined): string {
  return name === null || name === undefined ? '' : textOfValue(name);
}

function tableOfFrame({ columns, index, vectors }: Frame): Table {
  return {
    rowCount: index.length,
    columns: vectors.map((vector, i) => ({
      ...columnOf(labelText(columns, i), vector),
      ...labelsOf(columns, i),
    })),
    index: indexColumns(index),
    labels: indexColumns(columns),
    ...(columns.type === 'MultiIndex' && { hasLevels: true as const }),
    ...((columns.levels.length > 1 || nameText(columns.names[0]) !== '') && {
      levelNames: columns.names.map(nameText),
    }),
  };
}

function labelsOf({ levels }: Index, position: number): Pick<Column, 'labels' | 'tuple'> {
  const labels = levels.map((level) => level.cell(position));
  const isPlain = labels.length === 1 && labels[0]?.kind !== 'missing' && labels[0]?.kind !== 'nan';
  if (!isPlain) return { labels };
  const label = levels[0]?.value(position);
  return label instanceof Tuple ? { tuple: label } : {};
}

function plainValue(value: Value): Value {
  return recognise(value)?.plain() ?? value;
}

function plainLabels(index: Index): Value {
  return Array.from({ length: listed(index.length) }, (_, i) => plainLabel(labelAt(index, i)));
}

function plainLabel(label: Value): Value {
  return label instanceof Tuple ? label.items.map(plainValue) : plainValue(label);
}

function plainFrame({ columns, index, vectors }: Frame): Value {
  listed(index.length * Math.max(1, vectors.length));
  const row = (i: number): Value => vectors.map((vector) => plainValue(vector.value(i)));
  return Dict.from([
    ['columns', plainLabels(columns)],
    ['index', plainLabels(index)],
    ['data', Array.from({ length: index.length }, (_, i) => row(i))],
  ]);
}
