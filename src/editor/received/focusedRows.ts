import * as vscode from 'vscode';

/**
 * Milliseconds after which no row has the focus, as no selection has changed: more than VS Code takes on a busy machine, since the
 * selected row would be taken for the focused one.
 */
const PATIENCE = 3_000;

/**
 * The focused row and all that go with it, as for a context menu: the selection if the row is part of it, otherwise only the
 * row. VS Code tells extensions the selection but not the focus, which the arrow keys move alone. Toggling the selection of
 * the focused row reveals it.
 * @param patience milliseconds to wait for a selection that does not change
 */
export async function focusedRows<T>(
  view: vscode.TreeView<T>,
  patience = PATIENCE,
): Promise<[T | undefined, readonly T[]]> {
  const selection = [...view.selection];
  const focused = await toggleFocused(view, patience);
  if (focused === undefined) return [selection[0], selection];
  await toggleFocused(view, patience);
  return [focused, selection.includes(focused) ? selection : [focused]];
}

/** The list must have the focus. @returns the row that was selected or is no longer, undefined if none is toggled */
async function toggleFocused<T>(view: vscode.TreeView<T>, patience: number): Promise<T | undefined> {
  const before = view.selection;
  let change: vscode.Disposable | undefined;
  let end: NodeJS.Timeout | undefined;
  const toggled = new Promise<T | undefined>((resolve) => {
    change = view.onDidChangeSelection(({ selection }) => {
      const [row, ...others] = difference(before, selection);
      // VS Code also tells of a selection where a list that is shown again has lost it, or still has it.
      if (row !== undefined && others.length === 0) resolve(row);
    });
    end = setTimeout(() => resolve(undefined), patience);
  });
  try {
    await vscode.commands.executeCommand('list.toggleSelection');
    return await toggled;
  } finally {
    change?.dispose();
    clearTimeout(end);
  }
}

/** Elements that are in only one of them. */
function difference<T>(a: readonly T[], b: readonly T[]): T[] {
  const [inA, inB] = [new Set(a), new Set(b)];
  return [...a.filter((row) => !inB.has(row)), ...b.filter((row) => !inA.has(row))];
}
