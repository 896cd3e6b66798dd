import * as vscode from 'vscode';
import type { NodeInfo } from '../../core/inspection/inspection';
import type { Row, RowSource } from '../../webview/messages';
import type { LoadedPickleFile } from '../../worker/loadedValue';
import type { Range } from '../inspect/ranges';
import { rowsBelow, wayTo } from '../inspect/rows';
import { rangeWords, shownType, valueFacts } from '../inspect/rowWords';
import { shownPath, type StoredPlaces } from '../inspect/storedPlaces';

/** The rows at the top: the value of the file's pickle, or one for each pickle if there are several. */
export async function topRows(file: LoadedPickleFile, stored: StoredPlaces): Promise<Row[]> {
  const { root, decoded } = file;
  if (decoded.count !== 1) return childRows(file, { path: [], start: 0, count: decoded.count }, stored);
  const infos = await stored.turned([root], (path) => file.ask('node', path));
  return infos.map((info) => valueRow({ ...info, key: 'data' }));
}

/** The rows below a row: values, or if there are many, ranges of them. */
export async function childRows(
  file: LoadedPickleFile,
  source: RowSource,
  stored: StoredPlaces,
): Promise<Row[]> {
  const { path } = source;
  const arePickles = path.length === 0 && file.decoded.count !== 1;
  const rows = await rowsBelow(file, path, source, stored);
  return rows.map((row) => {
    if (row.kind === 'range') return rangeRow({ path, ...row.range });
    return valueRow(
      arePickles ? { ...row.info, key: vscode.l10n.t('Pickle {0}', row.ordinal + 1) } : row.info,
    );
  });
}

/** Ids of the rows that lead to a value, from the top to its own; if it lies too deep, to that of the nearest one above. */
export async function rowIdsTo(file: LoadedPickleFile, path: readonly number[]): Promise<string[]> {
  const below = (await wayTo(file, path)).flatMap(({ above, ranges, info }) => [
    ...ranges.map((range) => rangeId(above, range)),
    valueId(info.path),
  ]);
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
  const { path, key, childCount, expression, known } = info;
  const type = shownType(info);
  const text = valueFacts(info).join(' · ');
  return {
    id: valueId(path),
    key,
    type,
    text,
    label: [key, type, text].filter((word) => word !== '').join(', '),
    tooltip: expression,
    path,
    ...(known && { recognition: known.isStored ? 'stored' : 'known' }),
    ...(known && known.shows.length > 0 && { isData: true }),
    ...(childCount > 0 && { children: { path, start: 0, count: childCount } }),
  };
}

function rangeRow(source: RowSource): Row {
  const { title, spoken } = rangeWords(source);
  return {
    id: rangeId(source.path, source),
    key: title,
    type: '',
    text: '',
    label: spoken,
    tooltip: '',
    children: source,
  };
}
