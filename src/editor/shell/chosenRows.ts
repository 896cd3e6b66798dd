import * as vscode from 'vscode';
import { PreconditionError } from './reporter';

/**
 * The rows of a tree view that a command is about: those it was called with, otherwise the selected ones.
 * @param row the row on which a menu was opened
 * @param rows all selected rows, if that is one of them
 * @throws PreconditionError if a row has just been replaced: then VS Code passes nothing for it
 */
export function chosenRows<Row>(
  view: Pick<vscode.TreeView<Row>, 'selection'>,
  row?: Row,
  rows?: readonly (Row | undefined)[],
): readonly Row[] {
  const given = rows ?? (row === undefined ? view.selection : [row]);
  const present = given.filter((one) => one !== undefined);
  if (present.length === given.length) return present;
  throw new PreconditionError(vscode.l10n.t('The list has just changed. Choose again.'));
}
