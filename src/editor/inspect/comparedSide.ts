import * as vscode from 'vscode';
import { isTextFormat } from '../../core/codecs/formats';
import { CONTENT_START, contentTypeOf } from '../../core/contentType';
import { AS_STORED } from '../../core/values/asStored';
import type { LoadedValue } from '../../worker/loadedValue';
import type { ValueWorker } from '../../worker/valueWorker';
import { hasValue, targetLabel, type CommandTarget } from '../items/commandTarget';
import type { ReceivedItems } from '../items/receivedItems';
import { baseName, formatMoment } from '../shell/formatting';
import { addressUri, type View } from './documents';
import { startOfFile } from './fileContent';
import { holdsValue, loadFile } from './fileValue';
import { subjectUri, type Opener } from './opener';

/** One side of a comparison: a received item or a value in it, or a file or a value in it. */
export type Comparand =
  | { readonly kind: 'received'; readonly target: CommandTarget }
  | { readonly kind: 'file'; readonly file: FilePlace };

export interface FilePlace {
  /** A file of the workspace, or the content of a received item. */
  readonly uri: vscode.Uri;
  /** Path of a value in it; undefined for the whole file. */
  readonly path?: readonly number[];
  /** The Python expression for that path. */
  readonly expression?: string;
}

/** One of the two things that are compared. */
export interface Side {
  readonly title: string;
  /** Distinguishes it from another of the same title. */
  readonly detail: string;
  readonly kind: 'value' | 'text' | 'bytes';
  /** Bytes, if they are shown as hex. */
  readonly size: number;
  uri(view: View): vscode.Uri;
  /** For a value: decodes its container, in the same thread as others that are compared. The caller disposes of it. */
  load(): Promise<LoadedValue>;
  /** The path of the value in that container. */
  readonly path: readonly number[];
}

export interface SideParts {
  readonly items: ReceivedItems;
  readonly worker: ValueWorker;
  readonly opener: Opener;
}

/** Whether the stored call is meant, and not its recognized value. */
export function isStored({ path }: Side): boolean {
  return path.at(-1) === AS_STORED;
}

export async function sideOf(comparand: Comparand, parts: SideParts): Promise<Side> {
  if (comparand.kind === 'file') return fileSide(comparand.file, parts);
  const { target } = comparand;
  if (await parts.opener.isDataFile(target))
    return { ...(await fileSide({ uri: subjectUri(target, 'content') }, parts)), ...namesOf(target) };
  return itemSide(target, parts);
}

async function itemSide(target: CommandTarget, { items, worker, opener }: SideParts): Promise<Side> {
  const { id, format, size } = target.item;
  const type = hasValue(target) ? undefined : await opener.contentType(target);
  const isText = type !== undefined || (format !== undefined && isTextFormat(format));
  // A value that is compared with a text is shown as text too.
  const readable = isText && target.info === undefined ? 'content' : 'canonical';
  return {
    ...namesOf(target),
    kind: type === undefined ? 'value' : type.kind === 'text' ? 'text' : 'bytes',
    size,
    uri: (view) => subjectUri(target, view === 'content' ? readable : view),
    load: async () => {
      if (format === undefined) throw new Error(`item ${id} is not a dictionary`);
      return worker.load(format, (await items.inbox()).read(id), { beside: true });
    },
    path: target.info?.path ?? [],
  };
}

function namesOf(target: CommandTarget): Pick<Side, 'title' | 'detail'> {
  return { title: targetLabel(target), detail: formatMoment(target.item.receivedAt) };
}

/** A file that is compared as text is shown itself, so that it can be edited there. */
async function fileSide({ uri: file, path, expression }: FilePlace, parts: SideParts): Promise<Side> {
  const start = await startOfFile(file, parts.items);
  const head = start.bytes.subarray(0, CONTENT_START);
  const isText = contentTypeOf(head, start.total <= head.length).kind === 'text';
  const name = baseName(file);
  return {
    title: expression === undefined || path?.length === 0 ? name : `${expression} (${name})`,
    detail: vscode.workspace.asRelativePath(file),
    kind: path !== undefined || holdsValue(file.path, start) ? 'value' : isText ? 'text' : 'bytes',
    size: start.total,
    uri: (view) => {
      if (view === 'content' && path === undefined) return file;
      const shown = view === 'content' ? 'canonical' : view;
      return addressUri(
        { source: { file: file.toString() }, view: shown, part: 0, ...(path && { path }) },
        name,
      );
    },
    load: () => loadFile(parts, file, true),
    path: path ?? [],
  };
}
