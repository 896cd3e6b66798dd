import { isMissing } from './filter';
import { MISSING_CELL } from './cells';
import type { DifferenceSummary, Mark } from './questions';
import { STEP_ROWS, type Steps } from './steps';
import type { Cell, Column, Table } from '../arrays/table';
import type { Value } from '../values/value';
import { TextMap } from '../values/textMap';

/**
 * How far two numbers may be apart and still count as equal, as in `numpy.isclose`: `|a - b| <= absolute + relative * |b|`.
 */
export interface Tolerance {
  readonly absolute: number;
  readonly relative: number;
}

/** A table of two, cell by cell. */
export interface ComparedTable extends Table {
  readonly columns: readonly ComparedColumn[];
}

export interface ComparedColumn extends Column {
  /** Undefined for cells that are equal. */
  mark(row: number): Mark | undefined;
  /** The left value of a changed cell. */
  before(row: number): Cell | undefined;
}

export interface Comparison {
  readonly table: ComparedTable;
  readonly summary: DifferenceSummary;
  /** Rows of {@link table} in which something differs, besides columns that only one of the two has; ascending. */
  readonly differing: Uint32Array;
  /** The state of a row that only one of the two tables has. */
  readonly rowMark: (row: number) => Exclude<Mark, 'changed'> | undefined;
}

/** No row, no column. */
const NONE = -1;

interface Pairing {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly byLabel: boolean;
}

/**
 * Compares two tables in steps. Columns are matched by name, rows by the label of the index if each label of either table
 * occurs only once, otherwise by position.
 */
export function* compareTables(left: Table, right: Table, tolerance: Tolerance): Steps<Comparison> {
  const rows = (yield* pairByLabel(left, right)) ?? pairByPosition(left.rowCount, right.rowCount);
  const columns = pairColumns(left, right, rows, tolerance);
  const rowCount = rows.left.length;
  const { index, columns: shown } = columns;
  const differing: number[] = [];
  let [cells, changedRows, addedRows, removedRows] = [0, 0, 0, 0];
  for (let row = 0, looked = 0; row < rowCount; row++) {
    looked += shown.length + 1;
    if (looked > STEP_ROWS) {
      looked = 0;
      yield;
    }
    const isAdded = rows.left[row] === NONE;
    const isRemoved = rows.right[row] === NONE;
    let changed = 0;
    if (!isAdded && !isRemoved) for (const column of shown) if (column.mark(row) === 'changed') changed++;
    addedRows += Number(isAdded);
    removedRows += Number(isRemoved);
    changedRows += Number(changed > 0);
    cells += changed;
    if (isAdded || isRemoved || changed > 0) differing.push(row);
  }
  const summary = { cells, changedRows, addedRows, removedRows, ...columns.summary, byLabel: rows.byLabel };
  return {
    table: { rowCount, columns: shown, index },
    summary,
    differing: Uint32Array.from(differing),
    rowMark: (row) => (rows.left[row] === NONE ? 'added' : rows.right[row] === NONE ? 'removed' : undefined),
  };
}

function pairByPosition(left: number, right: number): Pairing {
  const count = Math.max(left, right);
  return {
    left: Int32Array.from({ length: count }, (_, row) => (row < left ? row : NONE)),
    right: Int32Array.from({ length: count }, (_, row) => (row < right ? row : NONE)),
    byLabel: false,
  };
}

/**
 * Undefined if labels do not identify rows. Rows keep the order of the left table, and added ones follow the row before
 * them.
 */
function* pairByLabel(left: Table, right: Table): Steps<Pairing | undefined> {
  if (left.index.length === 0 || left.index.length !== right.index.length) return undefined;
  if (yield* haveSameLabels(left, right))
    return { ...pairByPosition(left.rowCount, right.rowCount), byLabel: true };
  const leftRows = yield* labelsOf(left);
  const rightRows = leftRows && (yield* labelsOf(right));
  if (!leftRows || !rightRows) return undefined;
  const pairs: [number, number][] = [];
  const added = new Map<number, number[]>();
  let after = NONE;
  for (const [label, row] of rightRows) {
    const found = leftRows.get(label);
    if (found !== undefined) after = found;
    else if (!added.get(after)?.push(row)) added.set(after, [row]);
  }
  for (const row of added.get(NONE) ?? []) pairs.push([NONE, row]);
  for (const [label, row] of leftRows) {
    pairs.push([row, rightRows.get(label) ?? NONE]);
    for (const more of added.get(row) ?? []) pairs.push([NONE, more]);
  }
  return {
    left: Int32Array.from(pairs, ([row]) => row),
    right: Int32Array.from(pairs, ([, row]) => row),
    byLabel: true,
  };
}

/** Whether each row has the same label in both, which is so for most, and takes no memory to find out. */
function* haveSameLabels(left: Table, right: Table): Steps<boolean> {
  if (left.rowCount !== right.rowCount) return false;
  for (let row = 0; row < left.rowCount; row++) {
    if (row % STEP_ROWS === STEP_ROWS - 1) yield;
    const isSame = left.index.every((level, i) => level.cell(row).text === right.index[i]?.cell(row).text);
    if (!isSame) return false;
  }
  return true;
}

function* labelsOf(table: Table): Steps<TextMap<number> | undefined> {
  const rows = new TextMap<number>();
  for (let row = 0; row < table.rowCount; row++) {
    if (row % STEP_ROWS === STEP_ROWS - 1) yield;
    const label = table.index.map((level) => level.cell(row).text).join('\0');
    if (rows.has(label)) return undefined;
    rows.set(label, row);
  }
  return rows;
}

function pairColumns(left: Table, right: Table, rows: Pairing, tolerance: Tolerance) {
  const rest = new TextMap<Column[]>();
  for (const column of right.columns)
    if (!rest.get(column.name)?.push(column)) rest.set(column.name, [column]);
  const removed: string[] = [];
  const types: { column: string; left: string; right: string }[] = [];
  const paired = left.columns.map((column) => {
    const other = rest.get(column.name)?.shift();
    if (!other) removed.push(column.name);
    else if (other.type !== column.type)
      types.push({ column: column.name, left: column.type, right: other.type });
    return new PairedColumn(column, other, rows, tolerance);
  });
  const leftover = [...rest].flatMap(([, columns]) => columns);
  const added = leftover.map((column) => new PairedColumn(undefined, column, rows, tolerance));
  const levels = rows.byLabel || left.rowCount >= right.rowCount ? left.index : right.index;
  const index = levels.map(
    (level, place) => new PairedColumn(left.index[place], right.index[place] ?? level, rows, tolerance),
  );
  return {
    columns: [...paired, ...added],
    index,
    summary: { addedColumns: leftover.map(({ name }) => name), removedColumns: removed, types },
  };
}

/** A column of one table or both. Its cells are those on the right, if there are any. */
class PairedColumn implements ComparedColumn {
  readonly name: string;
  readonly type: string;
  readonly kind: Column['kind'];
  private readonly isOfNumbers: boolean;

  constructor(
    private readonly left: Column | undefined,
    private readonly right: Column | undefined,
    private readonly rows: Pairing,
    private readonly tolerance: Tolerance,
  ) {
    const types = [left?.type, right?.type].filter((type) => type !== undefined);
    this.name = left?.name ?? right?.name ?? '';
    this.type = [...new Set(types)].join(' → ');
    this.isOfNumbers = [left, right].every(
      (column) => column?.kind === 'number' || column?.kind === 'boolean',
    );
    this.kind = left && right && left.kind !== right.kind ? 'object' : ((right ?? left)?.kind ?? 'object');
  }

  get number(): ((row: number) => number) | undefined {
    if (!this.left?.number && !this.right?.number) return undefined;
    return (row) => {
      const [column, place] = this.shown(row);
      return column?.number?.(place) ?? NaN;
    };
  }

  get exact(): ((row: number) => bigint | undefined) | undefined {
    const areExact = [this.left, this.right].every((column) => !column || column.exact !== undefined);
    if (!areExact) return undefined;
    return (row) => {
      const [column, place] = this.shown(row);
      return column?.exact?.(place);
    };
  }

  cell(row: number): Cell {
    const [column, place] = this.shown(row);
    return column?.cell(place) ?? MISSING_CELL;
  }

  value(row: number): Value {
    const [column, place] = this.shown(row);
    return column?.value(place) ?? null;
  }

  mark(row: number): Mark | undefined {
    const [left, right] = [this.leftPlace(row), this.rightPlace(row)];
    if (left === NONE) return right === NONE ? undefined : 'added';
    if (right === NONE) return 'removed';
    return this.areEqual(left, right) ? undefined : 'changed';
  }

  before(row: number): Cell | undefined {
    return this.mark(row) === 'changed' ? this.left?.cell(this.leftPlace(row)) : undefined;
  }

  private leftPlace(row: number): number {
    return this.left ? (this.rows.left[row] ?? NONE) : NONE;
  }

  private rightPlace(row: number): number {
    return this.right ? (this.rows.right[row] ?? NONE) : NONE;
  }

  private shown(row: number): [Column | undefined, number] {
    const place = this.rightPlace(row);
    if (place !== NONE) return [this.right, place];
    const left = this.leftPlace(row);
    return left === NONE ? [undefined, NONE] : [this.left, left];
  }

  private areEqual(left: number, right: number): boolean {
    const a = this.left?.number?.(left) ?? NaN;
    const b = this.right?.number?.(right) ?? NaN;
    // Most cells are equal numbers, and their texts take much longer to write.
    if (this.isOfNumbers && this.areClose(a, b)) return true;
    const [one, other] = [this.left?.cell(left), this.right?.cell(right)];
    if (!one || !other) return false;
    if (isMissing(one) || isMissing(other)) return one.kind === other.kind;
    if (one.text === other.text && one.kind === other.kind) return true;
    // Times count milliseconds, which does not tell all of them apart.
    if (one.kind !== other.kind || one.kind === 'boolean') return false;
    return one.kind === 'time' && this.isExact ? false : this.areClose(a, b);
  }

  private areClose(a: number, b: number): boolean {
    // Beyond 2^53 numbers may be one here and two there.
    if (this.isExact) return a === b && Math.abs(a) <= Number.MAX_SAFE_INTEGER;
    return a === b || Math.abs(a - b) <= this.tolerance.absolute + this.tolerance.relative * Math.abs(b);
  }

  private get isExact(): boolean {
    return this.tolerance.absolute === 0 && this.tolerance.relative === 0;
  }
}
