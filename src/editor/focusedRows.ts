import * as vscode from 'vscode';

/** Milliseconds to wait for a selection that does not change, as where no row has the focus. */
const PATIENCE = 500;

/**
 * The row with the focus and all that go with it, as a context menu hands them over: the selection if the row is part of it, else
 * only the row. VS Code tells extensions the selection and not the focus, which the arrow keys move alone; but toggling whether
 * the row is selected tells which one it is.
 */
export async function focusedRows<T>(view: vscode.TreeView<T>): Promise<[T | undefined, readonly T[]]> {
  const selection = [...view.selection];
  const toggled = await toggleFocused(view);
  const focused =
    toggled.find((row) => !selection.includes(row)) ?? selection.find((row) => !toggled.includes(row));
  if (focused === undefined) return [selection[0], selection];
  await toggleFocused(view);
  return [focused, selection.includes(focused) ? selection : [focused]];
}

/** The list must have the focus. @returns the selection then */
async function toggleFocused<T>(view: vscode.TreeView<T>): Promise<readonly T[]> {
  let change: vscode.Disposable | undefined;
  let patience: NodeJS.Timeout | undefined;
  const changed = new Promise<void>((resolve) => {
    change = view.onDidChangeSelection(() => resolve());
    patience = setTimeout(resolve, PATIENCE);
  });
  try {
    await vscode.commands.executeCommand('list.toggleSelection');
    await changed;
  } finally {
    change?.dispose();
    clearTimeout(patience);
  }
  return view.selection;
}
