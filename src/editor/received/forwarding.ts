import * as vscode from 'vscode';
import type { OutgoingItem, ReceivedItem } from '../../core/item/item';
import { parseDocumentUri } from '../items/documentUri';
import { documentUri } from '../inspect/documents';
import { DOCUMENT_SCHEME, DRAGGED_ITEMS, DROPPED_FILES } from '../shell/names';
import type { ReceivedItems } from '../items/receivedItems';
import { shownForm } from '../../core/codecs/forms';
import type { CommandTarget } from '../items/commandTarget';
import { type Opener, subjectUri } from '../inspect/opener';
import type { Reporter } from '../shell/reporter';
import type { TreeNode } from './receivedNodes';

/** The URI under which a received item is forwarded, which {@link forwardedItem} understands, also when it is repeated. */
export function forwardUri(item: ReceivedItem): vscode.Uri {
  return documentUri(item, 'content');
}

/** The received item of a URI as an item to send, unchanged and piece by piece; undefined for any other URI. */
export async function forwardedItem(
  items: ReceivedItems,
  uri: vscode.Uri,
): Promise<OutgoingItem | undefined> {
  if (uri.scheme !== DOCUMENT_SCHEME) return undefined;
  const address = parseDocumentUri(uri);
  if (!address || !('item' in address.source) || address.view !== 'content' || address.path !== undefined)
    return undefined;
  const { id, kind, format, name, size } = await items.get(address.source.item);
  const inbox = await items.inbox();
  return { kind, ...(format && { format }), name, size, open: () => inbox.read(id) };
}

/** The data of dragged rows: for an editor, documents that show them; for a server, the items to forward. */
export function createItemDrag(
  opener: Pick<Opener, 'contentType' | 'isDataFile'>,
  reporter: Pick<Reporter, 'guard'>,
): Pick<vscode.TreeDragAndDropController<TreeNode>, 'handleDrag'> {
  return {
    handleDrag: async (nodes, dragged) => {
      await reporter.guard(async () => {
        const targets = nodes.filter(({ kind }) => kind === 'item' || kind === 'value') as CommandTarget[];
        if (targets.length === 0) return;
        const shown = await Promise.all(targets.map((target) => documentOf(target, opener)));
        dragged.set(DROPPED_FILES[0], new vscode.DataTransferItem(shown.join('\r\n')));
        const items = targets.flatMap(({ item, info }) => (info === undefined ? forwardUri(item) : []));
        if (items.length > 0) dragged.set(DRAGGED_ITEMS, new vscode.DataTransferItem(items.join('\r\n')));
      });
    },
  };
}

/** The document that opening it shows first. @throws PicklepostError if its content cannot be read */
async function documentOf(
  target: CommandTarget,
  opener: Pick<Opener, 'contentType' | 'isDataFile'>,
): Promise<vscode.Uri> {
  const { item, info } = target;
  if (info === undefined && item.kind === 'dictionary')
    return subjectUri(target, item.format === undefined ? 'python' : shownForm(item.format));
  const type = await opener.contentType(target);
  if (!type) return subjectUri(target, 'python');
  if (type.kind === 'bytes' && !(await opener.isDataFile(target))) return subjectUri(target, 'hex');
  return subjectUri(target, 'content', 0, type);
}
