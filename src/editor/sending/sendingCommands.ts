import * as vscode from 'vscode';
import { PlacedError } from '../../worker/workerThread';
import type { Reporter } from '../shell/reporter';
import type { Handlers } from '../services';
import { isOpen, type Outbox, type QueueEntry } from './outbox';
import { DocumentError } from './contentSource';
import type { Sender } from './sender';

type Entries = [entry?: QueueEntry, entries?: readonly QueueEntry[]];

/** What can be done with what was sent, and what is to be. */
export interface SendingParts {
  readonly sender: Sender;
  readonly outbox: Outbox;
  readonly reporter: Reporter;
  readonly view: vscode.TreeView<QueueEntry>;
}

/** Commands that send files, documents and dictionaries. */
export function sendingCommands({ sender, reporter }: Pick<SendingParts, 'sender' | 'reporter'>) {
  return {
    // Tabs and title bars hand over what is not a list after the one file.
    sendFile: (uri?: vscode.Uri, uris?: unknown) => sender.sendFiles(chosenFiles(uri, uris)),
    sendDictionary: (uri?: vscode.Uri) => pointingToMistakes(reporter, () => sender.sendDictionary(uri)),
    repeatLastSend: () => pointingToMistakes(reporter, () => sender.repeat()),
  } satisfies Partial<Handlers>;
}

/** Commands for the rows of the view "Sent". */
export function outboxCommands({ sender, outbox, reporter, view }: SendingParts) {
  const selected = (entry?: QueueEntry, entries?: readonly QueueEntry[]): readonly QueueEntry[] =>
    entries ?? (entry ? [entry] : view.selection);
  return {
    sendAgain: async (...given: Entries) => {
      // One after another, as each may ask something.
      for (const ended of selected(...given).filter((one) => !isOpen(one)))
        await reporter.guard(() => pointingToMistakes(reporter, () => sender.sendAgain(ended)));
    },
    stopSending: async (...given: Entries) => {
      for (const { id } of selected(...given).filter(isOpen)) await outbox.stop(id);
    },
    removeSent: (...given: Entries) => removeSent(outbox, selected(...given)),
    clearSent: () => outbox.clear(),
  } satisfies Partial<Handlers>;
}

/** Asks first where something has not been sent yet, and then never would be. */
async function removeSent(outbox: Outbox, entries: readonly QueueEntry[]): Promise<void> {
  if (entries.some(isOpen) && !(await confirmRemoval(entries))) return;
  await outbox.remove(entries.map(({ id }) => id));
}

async function confirmRemoval(entries: readonly QueueEntry[]): Promise<boolean> {
  const [first] = entries;
  const isOne = entries.length === 1 && first;
  const question = isOne
    ? vscode.l10n.t('Remove {0} from the list?', first.title)
    : vscode.l10n.t('Remove {0} entries from the list?', entries.length);
  const detail = isOne
    ? vscode.l10n.t('It has not been sent yet, and will not be.')
    : vscode.l10n.t('{0} have not been sent yet, and will not be.', entries.filter(isOpen).length);
  const remove = vscode.l10n.t('Remove');
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, remove)) === remove;
}

function chosenFiles(uri: vscode.Uri | undefined, uris: unknown): readonly vscode.Uri[] {
  if (Array.isArray(uris)) return uris as vscode.Uri[];
  return uri ? [uri] : [];
}

/** A mistake in the document is shown with the way to its place. */
async function pointingToMistakes(reporter: Reporter, send: () => Promise<void>): Promise<void> {
  try {
    await send();
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    const offset = error.cause instanceof PlacedError ? error.start + error.cause.offset : undefined;
    if (offset === undefined) throw error.cause;
    await reporter.error(error.cause, {
      title: vscode.l10n.t('Go to error'),
      run: () => reporter.guard(() => showPlace(error.document, offset)),
    });
  }
}

async function showPlace(uri: vscode.Uri, offset: number): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const position = document.positionAt(offset);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(position, position) });
}
