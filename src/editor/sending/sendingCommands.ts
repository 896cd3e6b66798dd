import * as vscode from 'vscode';
import { PlacedError } from '../../worker/workerThread';
import { chosenRows } from '../shell/chosenRows';
import { PreconditionError, type Reporter } from '../shell/reporter';
import type { Handlers } from '../services';
import { isUnfinished, type Outbox, type QueueEntry } from './outbox';
import { DocumentError } from './contentSource';
import { outputOf, selectedInEditor, selectedInTerminal } from './foundTexts';
import type { Sender } from './sender';

type Entries = [entry?: QueueEntry, entries?: readonly (QueueEntry | undefined)[]];

/** The commands for sent items, and for sending. */
export interface SendingParts {
  readonly sender: Sender;
  readonly outbox: Outbox;
  readonly reporter: Reporter;
  readonly view: vscode.TreeView<QueueEntry>;
}

/** Commands that send files, documents and dictionaries. */
export function sendingCommands({ sender, reporter }: Pick<SendingParts, 'sender' | 'reporter'>) {
  return {
    sendFile: (...given: unknown[]) => sender.sendFiles(chosenFiles(given)),
    sendSelection: () => sender.sendText(selectedInEditor()),
    sendTerminalSelection: async () => sender.sendText(await selectedInTerminal()),
    sendCellOutput: (cell?: vscode.NotebookCell) => sender.sendText(outputOf(cell ?? activeCell())),
    sendDictionary: (uri?: vscode.Uri) => pointingToMistakes(reporter, () => sender.sendDictionary(uri)),
    repeatLastSend: () => pointingToMistakes(reporter, () => sender.repeat()),
  } satisfies Partial<Handlers>;
}

/** Commands for the rows of the view "Sent". */
export function outboxCommands({ sender, outbox, reporter, view }: SendingParts) {
  const selected = (...given: Entries): readonly QueueEntry[] => chosenRows(view, ...given);
  return {
    sendAgain: async (...given: Entries) => {
      // One after another, as each may ask something.
      for (const ended of selected(...given).filter((one) => !isUnfinished(one)))
        await reporter.guard(() => pointingToMistakes(reporter, () => sender.sendAgain(ended)));
    },
    stopSending: async (...given: Entries) => {
      for (const { id } of selected(...given).filter(isUnfinished)) await outbox.stop(id);
    },
    removeSent: (...given: Entries) => removeSent(outbox, selected(...given)),
    clearSent: () => outbox.clear(),
  } satisfies Partial<Handlers>;
}

/** Asks first if something has not been sent yet, and then never would be. */
async function removeSent(outbox: Outbox, entries: readonly QueueEntry[]): Promise<void> {
  if (entries.some(isUnfinished) && !(await confirmRemoval(entries))) return;
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
    : vscode.l10n.t('{0} have not been sent yet, and will not be.', entries.filter(isUnfinished).length);
  const remove = vscode.l10n.t('Remove');
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, remove)) === remove;
}

/**
 * The files in the arguments of menu commands: the explorer passes the clicked one and a list of all, source control each of
 * its changes, tabs and title bars something else after the one file.
 */
function chosenFiles([first, second, ...more]: readonly unknown[]): readonly vscode.Uri[] {
  const given: readonly unknown[] = Array.isArray(second) ? second : [first, second, ...more];
  return given.flatMap((one) => {
    if (one instanceof vscode.Uri) return one;
    const { resourceUri } = (one ?? {}) as Partial<vscode.SourceControlResourceState>;
    return resourceUri instanceof vscode.Uri ? resourceUri : [];
  });
}

/** @throws PreconditionError */
function activeCell(): vscode.NotebookCell {
  const editor = vscode.window.activeNotebookEditor;
  if (editor) return editor.notebook.cellAt(editor.selection.start);
  throw new PreconditionError(vscode.l10n.t('Select a cell of a notebook first.'));
}

/** An error in the document is shown with a button that goes to its place. */
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
