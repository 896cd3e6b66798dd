import type * as vscode from 'vscode';
import type { OutgoingItem, ReceivedItem } from '../../core/item/item';
import { parseDocumentUri } from '../items/documentUri';
import { documentUri } from '../inspect/documents';
import { DOCUMENT_SCHEME } from '../shell/names';
import type { ReceivedItems } from '../items/receivedItems';

/** What a received item is sent on as: the URI of its content, which {@link forwardedItem} understands, also when it is repeated. */
export function forwardUri(item: ReceivedItem): vscode.Uri {
  return documentUri(item, 'content');
}

/** The received item of a URI as an item to send, as it came and piece by piece; undefined for any other URI. */
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
