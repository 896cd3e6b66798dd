import * as vscode from 'vscode';
import type { NodeInfo } from '../../core/inspection/inspection';
import type { Row, RowSource } from '../../webview/messages';
import type { LoadedPickleFile } from '../../worker/loadedValue';
import { RANGE_SIZE, rangesAround, SHOWN_DEPTH, splitIntoRanges, type Range } from '../inspect/ranges';
import { shownPath, type StoredPlaces } from '../inspect/storedPlaces';

/** The rows at the top: the value of the file's pickle, or one for each pickle where there are several. */
export async function topRows(file: LoadedPickleFile, stored: StoredPlaces): Promise<Row[]> {
  const { root, decoded } = file;
  if (decoded.count !== 1) return childRows(file, { path: [], start: 0, count: decoded.count }, stored);
  const infos = await stored.turned([root], (path) => file.ask('node', path));
  return infos.map((info) => valueRow({ ...info, key: 'data' }));
}

/** What a row expands to: values, or where there are many, ranges of them. */
export async function childRows(
  file: LoadedPickleFile,
  source: RowSource,
  stored: StoredPlaces,
): Promise<Row[]> {
  const { path, start, count } = source;
  const ranges = splitIntoRanges(source);
  if (ranges.length > 0) return ranges.map((range) => rangeRow({ path, ...range }));
  const children = await file.ask('children', path, start, Math.min(count, RANGE_SIZE));
  const arePickles = path.length === 0 && file.decoded.count !== 1;
  const infos = await stored.turned(children, (place) => file.ask('node', place));
  return infos.map((info, index) =>
    valueRow(arePickles ? { ...info, key: vscode.l10n.t('Pickle {0}', start + index + 1) } : info),
  );
}

/** Ids of the rows that lead to a value, from the top to its own; where it lies too deep, to that of the nearest one above. */
export async function rowIdsTo(file: LoadedPickleFile, path: readonly number[]): Promise<string[]> {
  const shown = path.slice(0, SHOWN_DEPTH);
  const nodes = await file.ask('nodesAlong', shown);
  const below = shown.flatMap((ordinal, depth) => {
    const above = shown.slice(0, depth);
    const ranges = rangesAround(ordinal, nodes[depth]?.childCount ?? 0);
    return [...ranges.map((range) => rangeId(above, range)), valueId(shown.slice(0, depth + 1))];
  });
  return file.decoded.count === 1 ? [valueId([]), ...below] : below;
}

/** The same for a value and its stored call, whose row takes its place. */
function valueId(path: readonly number[]): string {
  return shownPath(path).join('/');
}

function rangeId(path: readonly number[], { start, count }: Range): string {
  return `${path.join('/')} ${String(start)}+${String(count)}`;
}

function valueRow(info: NodeInfo): Row {
  const { path, key, type, childCount, expression, known } = info;
  const same = info.refersTo ?? info.sharedWith;
  const text = [
    ...(same === undefined ? [] : [vscode.l10n.t('same as {0}', same)]),
    ...(info.refersTo === undefined ? [info.preview] : []),
  ].join(' · ');
  return {
    id: valueId(path),
    key,
    type,
    text,
    label: [key, type, text].join(', '),
    tooltip: expression,
    path,
    ...(known && { recognition: known.isStored ? 'stored' : 'known' }),
    ...(childCount > 0 && { children: { path, start: 0, count: childCount } }),
  };
}

function rangeRow(source: RowSource): Row {
  const { path, start, count } = source;
  const last = start + count - 1;
  return {
    id: rangeId(path, source),
    key: `[${String(start)} … ${String(last)}]`,
    type: '',
    text: '',
    label: vscode.l10n.t('entries {0} to {1}', start, last),
    tooltip: '',
    children: source,
  };
}
