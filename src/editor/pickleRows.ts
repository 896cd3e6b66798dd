import * as vscode from 'vscode';
import type { NodeInfo } from '../core/inspection';
import type { Row, RowSource } from '../webview/messages';
import type { LoadedPickleFile } from '../worker/valueWorker';
import { RANGE_SIZE, splitIntoRanges } from './ranges';

/** The rows at the top: the value of the file's pickle, or one for each pickle where there are several. */
export async function topRows(file: LoadedPickleFile): Promise<Row[]> {
  const { root, decoded } = file;
  if (decoded.count === 1) return [valueRow({ ...root, key: 'data' })];
  return childRows(file, { path: [], start: 0, count: decoded.count });
}

/** What a row expands to: values, or where there are many, ranges of them. */
export async function childRows(file: LoadedPickleFile, source: RowSource): Promise<Row[]> {
  const { path, start, count } = source;
  const ranges = splitIntoRanges(source);
  if (ranges.length > 0) return ranges.map((range) => rangeRow({ path, ...range }));
  const children = await file.children(path, start, Math.min(count, RANGE_SIZE));
  const arePickles = path.length === 0 && file.decoded.count !== 1;
  return children.map((info, index) =>
    valueRow(arePickles ? { ...info, key: vscode.l10n.t('Pickle {0}', start + index + 1) } : info),
  );
}

function valueRow(info: NodeInfo): Row {
  const { path, key, type, childCount, expression } = info;
  const text =
    info.refersTo === undefined ? info.preview : vscode.l10n.t('the same object as {0}', info.refersTo);
  return {
    id: path.join('/'),
    key,
    type,
    text,
    label: [key, type, text].join(', '),
    tooltip: [expression, ...placesOf(info)].join('\n'),
    path,
    ...(childCount > 0 && { children: { path, start: 0, count: childCount } }),
  };
}

function placesOf({ sharedWith }: NodeInfo): string[] {
  return sharedWith === undefined ? [] : [vscode.l10n.t('The same object as {0}', sharedWith)];
}

function rangeRow(source: RowSource): Row {
  const { path, start, count } = source;
  const last = start + count - 1;
  return {
    id: `${path.join('/')} ${String(start)}+${String(count)}`,
    key: `[${String(start)} … ${String(last)}]`,
    type: '',
    text: '',
    label: vscode.l10n.t('entries {0} to {1}', start, last),
    tooltip: '',
    children: source,
  };
}
