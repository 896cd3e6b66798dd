import path from 'node:path';
import { finishWhile, type LoadedValue } from '../../worker/loadedValue';
import { targetLabel, targetName, type CommandTarget } from '../items/commandTarget';
import type { ReceivedItems } from '../items/receivedItems';
import { ValueCache } from '../../worker/valueCache';
import type { DataSource } from './dataPanels';

/** A received item, or a value in it. */
export function receivedSource({ values }: ReceivedItems, target: CommandTarget): DataSource {
  const { item, info } = target;
  return valueSource(values, item.id, info?.path ?? [], {
    title: targetLabel(target),
    fileName: path.parse(targetName(target)).name,
  });
}

/** A value of a file, by its key in the cache. */
export function valueSource<Loaded extends LoadedValue>(
  values: ValueCache<Loaded>,
  address: string,
  place: readonly number[],
  names: Pick<DataSource, 'title' | 'fileName'>,
): DataSource {
  return {
    ...names,
    look: (question, isWanted) =>
      values.use(address, (value) => finishWhile(value.steps('look', place, question), isWanted)),
  };
}

/** One of two tables or arrays: how to decode it, and its path in the result. */
export interface ComparedValue {
  load(): Promise<LoadedValue>;
  readonly path: readonly number[];
}

/** Two tables or arrays, side by side. @param compareAsText opens them in the diff editor */
export function comparisonSource(
  left: ComparedValue,
  right: ComparedValue,
  title: string,
  compareAsText: () => Promise<void>,
): DataSource {
  const values = new ValueCache((side) => (side === 'left' ? left : right).load());
  return {
    title,
    fileName: 'comparison',
    look: (question, isWanted, tolerance) =>
      values.use('left', (one) =>
        values.use('right', ({ handle }) => {
          const other = { handle, path: right.path, tolerance };
          return finishWhile(one.steps('look', left.path, question, other), isWanted);
        }),
      ),
    compareAsText,
    dispose: () => values.dispose(),
  };
}
