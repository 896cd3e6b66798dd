import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { focusedRows } from '../../src/editor/received/focusedRows';

/** A view of which VS Code tells one selection after another, each time that somebody begins to listen. */
function viewWith(
  before: readonly string[],
  ...told: readonly (readonly string[])[][]
): vscode.TreeView<string> {
  const rounds = [...told];
  const view = {
    selection: before,
    onDidChangeSelection(listener: (event: { selection: readonly string[] }) => void): vscode.Disposable {
      const round = [...(rounds.shift() ?? [])];
      const tellNext = (): void => {
        const selection = round.shift();
        if (!selection) return;
        view.selection = selection;
        listener({ selection });
        void untilAsked().then(tellNext);
      };
      tellNext();
      return new vscode.Disposable(() => undefined);
    },
  };
  return view as unknown as vscode.TreeView<string>;
}

/** Until what has just been asked of VS Code is done, and more. */
async function untilAsked(): Promise<void> {
  for (let times = 0; times < 5; times++) await vscode.commands.executeCommand('list.clear');
}

/** Longer than asking VS Code takes on any machine, in milliseconds. */
const LONG = 20_000;

describe('the focused row', () => {
  it('is the toggled one, with all selected ones if it is among them', async () => {
    const view = viewWith(['a', 'b'], [['a']], [['a', 'b']]);
    assert.deepEqual(await focusedRows(view, LONG), ['b', ['a', 'b']]);
  });

  it('is also found if VS Code first reports an unchanged selection', async () => {
    const view = viewWith(['a'], [['a'], ['a', 'b']], [['a', 'b'], ['a']]);
    assert.deepEqual(await focusedRows(view, LONG), ['b', ['b']]);
    assert.deepEqual(view.selection, ['a']);
  });

  it('is the selected one if none is toggled', async () => {
    assert.deepEqual(await focusedRows(viewWith(['a']), 10), ['a', ['a']]);
  });
});
