import * as vscode from 'vscode';
import { PicklepostError } from '../../core/errors';
import type { RequestedSelection } from './outbox';
import { PreconditionError } from '../shell/reporter';

/** The file or document of the active editor. @throws PreconditionError if there is none */
export function activeUri(): vscode.Uri {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  // The active text editor of a notebook is one of its cells.
  const isWhole = input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputNotebook;
  const text = vscode.window.activeTextEditor?.document.uri;
  const uri = isWhole ? input.uri : (text ?? (input instanceof vscode.TabInputText ? input.uri : undefined));
  if (uri) return uri;
  throw new PreconditionError(vscode.l10n.t('Open the file first, or right-click it in the explorer.'));
}

/** What is selected in a document: in the active editor, else in the only one that shows the document: where several do, nobody has said which. */
export function selectionIn(uri: vscode.Uri): RequestedSelection | undefined {
  const key = uri.toString();
  const shows = (editor: vscode.TextEditor | undefined): boolean => editor?.document.uri.toString() === key;
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  const visible = visibleTextEditors.filter(shows);
  const editor = shows(activeTextEditor) ? activeTextEditor : visible.length === 1 ? visible[0] : undefined;
  if (!editor || editor.selection.isEmpty) return undefined;
  const { document, selection } = editor;
  return { text: document.getText(selection), start: document.offsetAt(selection.start) };
}

/** @throws PicklepostError `unsupported` where it has not been kept */
export function selectedText({ text }: RequestedSelection): string {
  if (text !== undefined) return text;
  throw new PicklepostError(
    'unsupported',
    vscode.l10n.t('This selection was too long to keep. Select it and send it again.'),
  );
}
