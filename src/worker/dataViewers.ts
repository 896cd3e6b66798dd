import { DataViewer } from '../core/data/dataViewer';
import { compareTables, type Tolerance } from '../core/data/difference';
import { comparableTable, dataOf, type ShownData } from '../core/data/shownData';
import type { Steps } from '../core/data/steps';
import type { Table } from '../core/arrays/table';
import { PicklepostError } from '../core/errors';
import { recognise } from '../core/values/known/recognise';
import type { Value } from '../core/values/value';
import { say } from '../core/text';

/** Caches what is computed for tables, arrays and pictures for as long as their values exist. */
export class DataViewers {
  private readonly data = new WeakMap<object, ShownData>();
  private readonly viewers = new WeakMap<object, DataViewer>();
  /** Comparisons by the left value, the right value and the tolerance. */
  private readonly comparisons = new WeakMap<
    object,
    { right: Value; tolerance: string; viewer: DataViewer }
  >();

  /** @throws PicklepostError `unsupported` if the value is neither a table nor an array */
  of(value: Value): DataViewer {
    const known = isObject(value) ? this.viewers.get(value) : undefined;
    if (known) return known;
    const viewer = new DataViewer(this.dataOf(value));
    if (isObject(value)) this.viewers.set(value, viewer);
    return viewer;
  }

  /** @throws PicklepostError `unsupported` if one of them is not a table */
  *compare(left: Value, right: Value, tolerance: Tolerance): Steps<DataViewer> {
    const key = JSON.stringify(tolerance);
    const known = isObject(left) ? this.comparisons.get(left) : undefined;
    if (known?.right === right && known.tolerance === key) return known.viewer;
    const [from, to] = [this.comparable(left), this.comparable(right)];
    const comparison = yield* compareTables(from, to, tolerance);
    const viewer = new DataViewer({ table: comparison.table }, comparison);
    if (isObject(left)) this.comparisons.set(left, { right, tolerance: key, viewer });
    return viewer;
  }

  /**
   * @throws PicklepostError `unsupported`, also for a plain list of numbers or texts: comparing it row by row is useless, as an
   * inserted element moves all later ones
   */
  private comparable(value: Value): Table {
    const table = comparableTable(this.dataOf(value));
    const isList = recognise(value) === undefined && table?.columns.length === 1;
    if (table && !isList) return table;
    throw new PicklepostError('unsupported', say`Only tables and arrays can be compared cell by cell.`);
  }

  private dataOf(value: Value): ShownData {
    const known = isObject(value) ? this.data.get(value) : undefined;
    const data = known ?? dataOf(value);
    if (!data.table && !data.array)
      throw new PicklepostError(
        'unsupported',
        say`This value is not a table or an array. A table is a list of records, or a dictionary of equally long columns.`,
      );
    if (isObject(value)) this.data.set(value, data);
    return data;
  }
}

function isObject(value: Value): value is Value & object {
  return typeof value === 'object' && value !== null;
}
