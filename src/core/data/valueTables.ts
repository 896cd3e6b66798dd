import { formatKey } from '../render/preview';
import { Dict, Tuple, typeName, type Value } from '../values/value';
import { cellOf, MISSING_CELL } from './cells';
import type { Cell, Column, Table } from '../arrays/table';

/** More columns are not made of rows that each have keys of their own. */
const MAX_COLUMNS = 10_000;
/** Number of first rows that must all be of one kind for a list to be a table of them. */
const LOOKED_AT = 1000;

/**
 * The table that a plain value is: a list of records (dictionaries), a dictionary of equally long columns, a list of equally long
 * rows, or a list of values that hold nothing; undefined for others.
 */
export function tableOfValue(value: Value): Table | undefined {
  if (value instanceof Dict) return tableOfColumns(value);
  const items = itemsOf(value);
  if (!items || items.length === 0) return undefined;
  return tableOfRecords(items) ?? tableOfRows(items) ?? tableOfScalars(items);
}

function itemsOf(value: Value | undefined): readonly Value[] | undefined {
  if (Array.isArray(value)) return value;
  return value instanceof Tuple ? value.items : undefined;
}

function tableOfColumns(dict: Dict): Table | undefined {
  const lists = dict.values.map(itemsOf);
  const rowCount = lists[0]?.length ?? 0;
  if (rowCount === 0 || lists.some((list) => list?.length !== rowCount)) return undefined;
  const columns = lists.map((list = [], place) => {
    return new ValueColumn(keyName(dict.keys[place] ?? null), rowCount, (row) => list[row]);
  });
  return { rowCount, columns, index: [] };
}

function tableOfRecords(items: readonly Value[]): Table | undefined {
  if (!items.slice(0, LOOKED_AT).every((item) => item instanceof Dict)) return undefined;
  const names = Dict.from([]);
  for (const item of items) {
    if (!(item instanceof Dict)) return undefined;
    for (const key of item.keys) if (!names.has(key)) names.set(key, null);
    if (names.size > MAX_COLUMNS) return undefined;
  }
  if (names.size === 0) return undefined;
  const columns = names.keys.map(
    (key) => new ValueColumn(keyName(key), items.length, (row) => (items[row] as Dict).get(key)),
  );
  return { rowCount: items.length, columns, index: [] };
}

function tableOfRows(items: readonly Value[]): Table | undefined {
  const width = itemsOf(items[0])?.length ?? 0;
  if (width === 0 || width > MAX_COLUMNS) return undefined;
  if (items.some((item) => itemsOf(item)?.length !== width)) return undefined;
  const columns = Array.from({ length: width }, (_, place) => {
    return new ValueColumn(String(place), items.length, (row) => itemsOf(items[row])?.[place]);
  });
  return { rowCount: items.length, columns, index: [] };
}

function tableOfScalars(items: readonly Value[]): Table | undefined {
  if (items.some((item) => typeof item === 'object' && item !== null)) return undefined;
  return {
    rowCount: items.length,
    columns: [new ValueColumn('0', items.length, (row) => items[row])],
    index: [],
  };
}

function keyName(key: Value): string {
  return typeof key === 'string' ? key : formatKey({ kind: 'key', key });
}

/** A column of values of any type. What it holds is looked at when its type is first asked for. */
class ValueColumn implements Column {
  private found: { type: string; kind: Column['kind'] } | undefined;

  constructor(
    readonly name: string,
    private readonly rowCount: number,
    private readonly at: (row: number) => Value | undefined,
  ) {}

  get type(): string {
    return this.look().type;
  }

  get kind(): Column['kind'] {
    return this.look().kind;
  }

  /** Not there for a column of text or of objects. */
  get number(): ((row: number) => number) | undefined {
    const { kind } = this.look();
    return kind === 'number' || kind === 'boolean' ? (row) => numberOf(this.at(row)) : undefined;
  }

  /** Only there for a column of integers. */
  get exact(): ((row: number) => bigint | undefined) | undefined {
    if (!/^(?:None \| )?int$/.test(this.look().type)) return undefined;
    return (row) => {
      const value = this.at(row);
      return typeof value === 'bigint' ? value : undefined;
    };
  }

  cell(row: number): Cell {
    const value = this.at(row);
    return value === undefined ? MISSING_CELL : cellOf(value);
  }

  value(row: number): Value {
    return this.at(row) ?? null;
  }

  private look(): { type: string; kind: Column['kind'] } {
    if (this.found) return this.found;
    const types = new Set<string>();
    for (let row = 0; row < this.rowCount; row++) {
      const value = this.at(row);
      types.add(value === undefined ? 'None' : typeName(value));
    }
    const held = [...types].filter((type) => type !== 'None');
    return (this.found = { type: [...types].sort().join(' | '), kind: kindOf(held) });
  }
}

function kindOf(types: readonly string[]): Column['kind'] {
  if (types.length === 0) return 'object';
  if (types.every((type) => type === 'int' || type === 'float')) return 'number';
  if (types.every((type) => type === 'bool')) return 'boolean';
  return types.every((type) => type === 'str') ? 'text' : 'object';
}

function numberOf(value: Value | undefined): number {
  if (typeof value === 'number') return value;
  return typeof value === 'bigint' || typeof value === 'boolean' ? Number(value) : NaN;
}
