import * as vscode from 'vscode';
import { shownForm } from '../../core/codecs/forms';
import type { CommandTarget } from '../items/commandTarget';
import { subjectUri, type Opener } from '../inspect/opener';
import { DRAGGED_ITEMS, DROPPED_FILES } from '../shell/names';
import type { Reporter } from '../shell/reporter';
import { forwardUri } from './forwarding';
import type { TreeNode } from './receivedNodes';

/** Says what rows are while they are dragged: for an editor, documents that show them; for a server, the items that are sent on. */
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

/** The document that opening it shows first. @throws PicklepostError where its content cannot be read */
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
