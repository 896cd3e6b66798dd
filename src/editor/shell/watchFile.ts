import path from 'node:path';
import * as vscode from 'vscode';

/** Reports when a file has been changed, created or deleted, until it is disposed of. */
export function watchFile(file: vscode.Uri, onChange: () => void): vscode.Disposable {
  const folder = file.with({ path: path.posix.dirname(file.path) });
  // A name such as `[a].pkl` is a name, not a pattern.
  const name = path.posix.basename(file.path).replace(/[*?[\]{}]/g, '?');
  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, name));
  for (const onDidChange of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete])
    onDidChange(({ path: changed }) => {
      if (changed === file.path) onChange();
    });
  return watcher;
}
