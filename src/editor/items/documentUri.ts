import { withoutExtension } from '../../core/codecs/formats';
import { TEXT_FORMS, textForms, type TextForm } from '../../core/codecs/forms';

/** How content is shown: as it is, as a hex table, as the rows of a table, or as a value written in one of the forms. */
export type View = 'content' | 'hex' | 'csv' | TextForm;

/** The source of a document: a received item, a value in it, or a file that is compared with an item. */
export interface DocumentTarget {
  readonly source: { readonly item: string } | { readonly file: string };
  /** The positions that lead to a value in a dictionary; undefined for all of the content. */
  readonly path?: readonly number[];
}

/** The data in the URI of a document. */
export interface DocumentAddress extends DocumentTarget {
  readonly view: View;
  /** The part of a long hex table, from 0. */
  readonly part: number;
}

/** Parts of a URI. The identity is in the authority, so that a displayed path contains only words. */
export interface DocumentUri {
  readonly authority: string;
  readonly path: string;
  readonly query: string;
}

/** Bytes in one document with a hex table. */
export const HEX_PART = 1024 * 1024;

const VIEWS: readonly View[] = ['content', 'hex', 'csv', ...TEXT_FORMS];
/** Used in place of the id of an item. */
const FILE = 'file';

/** `//<id>/<view>/<name>`, with the path of a value and the part of a table in the query. @param name to show */
export function formatDocumentUri({ source, view, path, part }: DocumentAddress, name: string): DocumentUri {
  const query = new URLSearchParams();
  if ('file' in source) query.set('file', source.file);
  if (path !== undefined) query.set('path', path.join('.'));
  if (part > 0) query.set('part', String(part));
  const id = 'item' in source ? source.item : FILE;
  return { authority: id, path: `/${view}/${nameIn(view, name, part)}`, query: query.toString() };
}

/** Undefined for a URI that {@link formatDocumentUri} did not make. */
export function parseDocumentUri({ authority: id, path, query }: DocumentUri): DocumentAddress | undefined {
  const [, viewName] = path.split('/');
  const view = VIEWS.find((one) => one === viewName);
  const search = new URLSearchParams(query);
  const [file, place, part] = [search.get('file'), search.get('path'), Number(search.get('part') ?? 0)];
  if (id === '' || view === undefined || !Number.isSafeInteger(part) || part < 0) return undefined;
  if (id === FILE && file === null) return undefined;
  const ordinals = place === null ? undefined : place.split('.').filter(Boolean).map(Number);
  return {
    source: id === FILE && file !== null ? { file } : { item: id },
    view,
    part,
    ...(ordinals && { path: ordinals }),
  };
}

/** Ids of the received items that documents show, each once, in order. */
export function itemsShown(documents: readonly DocumentUri[]): string[] {
  const sources = documents.flatMap((document) => parseDocumentUri(document)?.source ?? []);
  return [...new Set(sources.flatMap((source) => ('item' in source ? [source.item] : [])))].sort();
}

/** The extension tells the editor the language of the text. */
function nameIn(view: View, name: string, part: number): string {
  // A notebook would render outputs that its sender made.
  if (view === 'content') return /\.ipynb$/i.test(name) ? `${name}.json` : name;
  if (view === 'hex') return part > 0 ? `${name} ${part + 1}.hexdump` : `${name}.hexdump`;
  if (view === 'csv') return `${withoutExtension(name)}.csv`;
  return `${withoutExtension(name)}.${textForms[view].extension}`;
}
