import * as vscode from 'vscode';
import { PicklepostError } from '../../core/errors';
import type { RequestedSelection } from './outbox';

/** The file or document of the active editor, if there is one. */
export function activeUri(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  // The active text editor of a notebook is one of its cells.
  const isWhole = input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputNotebook;
  const text = vscode.window.activeTextEditor?.document.uri;
  return isWhole ? input.uri : (text ?? (input instanceof vscode.TabInputText ? input.uri : undefined));
}

/**
 * The selection in a document: in the active editor, otherwise in the only editor that shows the document. If several do, it
 * is not clear which one is meant.
 */
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

/** @throws PicklepostError `unsupported` if it has not been kept */
export function selectedText({ text }: RequestedSelection): string {
  if (text !== undefined) return text;
  throw new PicklepostError(
    'unsupported',
    vscode.l10n.t('This selection was too long to keep. Select it and send it again.'),
  );
}
