import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { PicklepostError } from '../../core/errors';
import type { OutgoingItem } from '../../core/item/item';
import { findPath, showPath, type FilePath } from '../../net/fileName';
import { folderFiles, type LeftOut } from '../../net/folderFiles';
import { baseName } from '../shell/formatting';
import { localizedMessage } from '../shell/localize';

export interface FoundFile {
  readonly uri: vscode.Uri;
  /** Its path on this machine, if it has one: a URI cannot hold a name that is not UTF-8. */
  readonly file?: FilePath;
  /** Its path in the chosen folder, beginning with the name of the folder; with `/` at the end, an empty folder. */
  readonly path?: string;
  readonly item?: OutgoingItem;
  /** Why it cannot be sent. */
  readonly problem?: PicklepostError;
}

/** The chosen files, and those in chosen folders. A file that is chosen together with its folder counts once. */
export class FoundFiles {
  private readonly found = new Map<string, FoundFile>();
  readonly leftOut: LeftOut[] = [];

  /** @param keepsPaths without it, an empty folder cannot be sent, as it has only a path */
  constructor(private readonly keepsPaths: boolean) {}

  get files(): FoundFile[] {
    return [...this.found.values()];
  }

  add(file: FoundFile): void {
    const key = file.uri.toString();
    if (this.found.has(key)) return;
    const { path: _path, ...placeless } = file;
    this.found.set(key, this.keepsPaths ? file : placeless);
  }

  /** Notes what cannot be read. @throws errors that are not about reading */
  fail(uri: vscode.Uri, error: unknown): void {
    if (!(error instanceof PicklepostError)) throw error;
    this.add({ uri, problem: error });
  }

  /** Adds a file, or all in a folder. @throws PicklepostError `disk` */
  async search(uri: vscode.Uri): Promise<void> {
    if (uri.scheme === 'file') return this.searchDisk(uri);
    const type = await typeOf(uri);
    if (type & vscode.FileType.File) this.add({ uri });
    else if (type & vscode.FileType.Directory) await this.searchFolder(uri, `${baseName(uri)}/`);
    else throw notAFile(uri);
  }

  /** Names on this machine need not be UTF-8, and VS Code does not read such names. */
  private async searchDisk(uri: vscode.Uri): Promise<void> {
    const file = await findPath(uri.fsPath);
    const status = await stat(file).catch((error: unknown) => {
      throw cannotRead(uri, error);
    });
    if (status.isFile()) this.add({ uri, file });
    else if (status.isDirectory()) await this.searchDiskFolder(file);
    else throw notAFile(uri);
  }

  private async searchDiskFolder(folder: FilePath): Promise<void> {
    const { entries, leftOut } = await folderFiles(folder, (inner, error) => {
      const uri = vscode.Uri.file(showPath(inner));
      this.fail(uri, cannotRead(uri, error));
    });
    for (const { kind, file, path } of entries) {
      const uri = vscode.Uri.file(showPath(file));
      if (kind === 'file') this.add({ uri, file, path });
      else this.addEmptyFolder(uri, path);
    }
    this.leftOut.push(...leftOut);
  }

  /** @param place its path, with `/` at the end */
  private async searchFolder(uri: vscode.Uri, place: string): Promise<void> {
    const entries = await entriesOf(uri);
    if (entries.length === 0) this.addEmptyFolder(uri, place.slice(0, -1));
    for (const [name, type] of entries) {
      const entry = vscode.Uri.joinPath(uri, name);
      const path = place + name;
      if (type & vscode.FileType.File) this.add({ uri: entry, path });
      else if (type === vscode.FileType.Directory)
        await this.searchFolder(entry, `${path}/`).catch((error: unknown) => this.fail(entry, error));
      // A link may lead back to a parent.
      else if (type & vscode.FileType.Directory) this.leftOut.push({ path, reason: 'link-to-folder' });
      else
        this.leftOut.push({ path, reason: type & vscode.FileType.SymbolicLink ? 'broken-link' : 'device' });
    }
  }

  /** @param path where it lies */
  private addEmptyFolder(uri: vscode.Uri, path: string): void {
    if (this.keepsPaths) this.add({ uri, path: `${path}/` });
    else this.leftOut.push({ path, reason: 'empty-folder' });
  }
}

async function typeOf(uri: vscode.Uri): Promise<vscode.FileType> {
  try {
    return (await vscode.workspace.fs.stat(uri)).type;
  } catch (error) {
    throw cannotRead(uri, error);
  }
}

async function entriesOf(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
  try {
    const entries = await vscode.workspace.fs.readDirectory(uri);
    return entries.sort(([a], [b]) => a.localeCompare(b));
  } catch (error) {
    throw cannotRead(uri, error);
  }
}

export function textDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  const key = uri.toString();
  return vscode.workspace.textDocuments.find((open) => !open.isClosed && open.uri.toString() === key);
}

/** VS Code does not know a file system that it has not needed yet: then there is no document of it either. */
export function hasFileSystem({ scheme }: vscode.Uri): boolean {
  return scheme === 'file' || vscode.workspace.fs.isWritableFileSystem(scheme) !== undefined;
}

function notAFile(uri: vscode.Uri): PicklepostError {
  return cannotRead(uri, new Error(vscode.l10n.t('it is neither a file nor a folder')));
}

/** @param cause what VS Code, or node:fs, throws */
export function cannotRead(uri: vscode.Uri, cause: unknown): PicklepostError {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  const name = baseName(uri);
  return new PicklepostError('disk', describe(name, code, cause), { cause });
}

function describe(name: string, code: unknown, cause: unknown): string {
  switch (code) {
    case 'FileNotFound':
    case 'ENOENT':
      return vscode.l10n.t('Cannot read "{0}": it is no longer there. Check its path.', name);
    case 'NoPermissions':
    case 'EACCES':
    case 'EPERM':
      return vscode.l10n.t(
        'Cannot read "{0}": permission is denied. Change the permissions of the file.',
        name,
      );
    default: {
      const reason = localizedMessage(cause).replace(/\.$/, '');
      return vscode.l10n.t('Cannot read "{0}": {1}. Save it as a file, and send that.', name, reason);
    }
  }
}
