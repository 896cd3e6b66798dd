import * as vscode from 'vscode';
import { PreconditionError } from '../shell/reporter';

/** A text that is sent by itself, and the document from which it comes, which names it and need not exist. */
export interface FoundText {
  readonly uri: vscode.Uri;
  readonly text: string;
}

/** The selection in the active editor. @throws PreconditionError */
export function selectedInEditor(): FoundText {
  const editor = vscode.window.activeTextEditor;
  const text = editor?.document.getText(editor.selection) ?? '';
  if (editor && text !== '') return { uri: editor.document.uri, text };
  throw new PreconditionError(vscode.l10n.t('Select the text to send first.'));
}

/** The selection in the active terminal, which VS Code gives only through the clipboard. @throws PreconditionError */
export async function selectedInTerminal(): Promise<FoundText> {
  const { clipboard } = vscode.env;
  const before = await clipboard.readText();
  try {
    // So that the previous content of the clipboard is never taken for a selection.
    await clipboard.writeText('');
    await vscode.commands.executeCommand('workbench.action.terminal.copySelection');
    const text = await clipboard.readText();
    if (text !== '') return { uri: named('terminal.txt'), text };
  } finally {
    await clipboard.writeText(before);
  }
  throw new PreconditionError(vscode.l10n.t('Select the text to send first.'));
}

/** The text of all outputs of a cell, in order, each in its plainest form. @throws PreconditionError */
export function outputOf(cell: Pick<vscode.NotebookCell, 'notebook' | 'outputs' | 'index'>): FoundText {
  const text = cell.outputs.map(({ items }) => plainText(items)).join('');
  if (text === '')
    throw new PreconditionError(
      vscode.l10n.t('This cell has no output that is text. Save its picture as a file to send it.'),
    );
  const notebook = cell.notebook.uri.path.replace(/^.*\//, '').replace(/\.[^.]*$/, '');
  return { uri: named(`${notebook} output ${cell.index + 1}.txt`), text };
}

const PLAIN = [
  'application/vnd.code.notebook.stdout',
  'application/vnd.code.notebook.stderr',
  'application/vnd.code.notebook.error',
  'text/plain',
  'application/json',
  'text/markdown',
  'text/html',
];

function plainText(items: readonly vscode.NotebookCellOutputItem[]): string {
  for (const mime of PLAIN) {
    const item = items.find((one) => one.mime === mime);
    if (item) return mime.endsWith('error') ? errorText(item) : Buffer.from(item.data).toString();
  }
  return '';
}

/** VS Code keeps an error as JSON; its stack is what Python prints, with the colors of a terminal. */
function errorText({ data }: vscode.NotebookCellOutputItem): string {
  const { name, message, stack } = JSON.parse(Buffer.from(data).toString()) as Partial<Error>;
  const text = stack === undefined || stack === '' ? `${name ?? ''}: ${message ?? ''}` : stack;
  // eslint would take the escape itself for an error.
  return `${text.replace(new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g'), '')}\n`;
}

/** It is never opened: only its name is used. */
function named(name: string): vscode.Uri {
  return vscode.Uri.from({ scheme: 'untitled', path: name });
}
