import * as vscode from 'vscode';
import type { Sender } from '../sending/sender';
import { DRAGGED_ITEMS, DROPPED_FILES } from '../shell/names';
import { PreconditionError, type Reporter } from '../shell/reporter';
import type { ServerNode } from './serverNodes';

/** Sends what is dropped on a server; on no server, to one that is asked for. */
export function createServerDrop(
  sender: Sender,
  reporter: Reporter,
): Pick<vscode.TreeDragAndDropController<ServerNode>, 'handleDrop'> {
  return {
    handleDrop: async (node, dropped, token) => {
      await reporter.guard(async () => {
        const uris = await droppedUris(dropped);
        if (token.isCancellationRequested || uris.length === 0) return;
        await sender.sendFiles(uris, node?.kind === 'server' ? [node.target] : undefined);
      });
    },
  };
}

/** @throws PreconditionError for files of a system of which VS Code does not say where they are, such as that of a browser */
async function droppedUris(dropped: vscode.DataTransfer): Promise<vscode.Uri[]> {
  // A received item is sent on as it came, and not as it is shown.
  const items = await addressesIn(dropped, DRAGGED_ITEMS);
  const uris = items.length > 0 ? items : await addressesIn(dropped, DROPPED_FILES[0]);
  if (uris.length > 0) return uris.map((uri) => vscode.Uri.parse(uri, true));
  const files = [...dropped].flatMap(([, item]) => item.asFile() ?? []);
  const missing = files.find(({ uri }) => uri === undefined);
  if (missing)
    throw new PreconditionError(
      vscode.l10n.t('VS Code does not say where "{0}" is. Use "Send file" of the server.', missing.name),
    );
  return files.flatMap(({ uri }) => uri ?? []);
}

/** What is dragged from another view may be there twice: VS Code adds what the view says to an empty text. */
async function addressesIn(dropped: vscode.DataTransfer, type: string): Promise<string[]> {
  const ofType = [...dropped].filter(([mime]) => mime === type);
  const texts = await Promise.all(ofType.map(([, item]) => item.asString()));
  const lines = texts.flatMap((text) => text.split(/\r?\n/));
  return [...new Set(lines.filter((line) => line !== '' && !line.startsWith('#')))];
}
