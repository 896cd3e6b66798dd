import path from 'node:path';
import * as vscode from 'vscode';
import { TEXT_FORMS, textForms, type TextForm } from '../../core/codecs/forms';
import { PICKLE_SCHEME } from '../shell/names';
import type { PickleFiles } from './pickleFiles';

/** UTF-16 units that a text may have; VS Code opens no longer ones. */
const MAXIMUM_LENGTH = 48 * 1024 * 1024;

/** The address of a read-only document: `picklepost-file:/<form>/<name>?<address of the pickle file>`. */
export function pickleTextUri(file: vscode.Uri, form: TextForm): vscode.Uri {
  const { name } = path.posix.parse(file.path);
  return vscode.Uri.from({
    scheme: PICKLE_SCHEME,
    path: `/${form}/${name}.${textForms[form].extension}`,
    query: file.toString(),
  });
}

/** Writes the pickles of a file as text: their value, or where there are several, the list of their values. */
export class PickleTexts implements vscode.TextDocumentContentProvider {
  /** What has been written, and is about to be asked for by VS Code. */
  private readonly prepared = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;

  constructor(private readonly files: PickleFiles) {}

  /** @throws PicklepostError where the form cannot hold the value, or the text would be too long */
  async open(uri: vscode.Uri): Promise<void> {
    // VS Code itself would say only that it cannot open the document.
    this.prepared.set(uri.toString(), await this.render(uri));
    try {
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(document, { preview: true });
    } finally {
      this.prepared.delete(uri.toString());
    }
  }

  /** Has the texts of a file that are open written anew. */
  refresh(file: vscode.Uri): void {
    for (const form of TEXT_FORMS) this.changed.fire(pickleTextUri(file, form));
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    return this.prepared.get(uri.toString()) ?? this.render(uri);
  }

  private async render(uri: vscode.Uri): Promise<string> {
    const [, name] = uri.path.split('/');
    const form = TEXT_FORMS.find((one) => one === name);
    if (form === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    return this.files.use(uri.query, (file) => file.ask('text', [], form, MAXIMUM_LENGTH));
  }
}
