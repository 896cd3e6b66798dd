import * as vscode from 'vscode';
import { Lazy } from './lazy';

/** The rows of a view, whose provider is created when VS Code first needs it. */
export class LazyTree<T> implements vscode.TreeDataProvider<T> {
  private readonly changed = new vscode.EventEmitter<T | T[] | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly provider: Lazy<vscode.TreeDataProvider<T>>;

  constructor(load: () => Promise<vscode.TreeDataProvider<T>>) {
    this.provider = new Lazy(async () => {
      const provider = await load();
      provider.onDidChangeTreeData?.((what) => this.changed.fire(what ?? undefined));
      return provider;
    });
  }

  async getChildren(node?: T): Promise<T[]> {
    return (await (await this.provider.get()).getChildren(node)) ?? [];
  }

  async getTreeItem(node: T): Promise<vscode.TreeItem> {
    return (await this.provider.get()).getTreeItem(node);
  }

  async getParent(node: T): Promise<T | undefined> {
    return (await (await this.provider.get()).getParent?.(node)) ?? undefined;
  }

  async resolveTreeItem(
    row: vscode.TreeItem,
    node: T,
    token: vscode.CancellationToken,
  ): Promise<vscode.TreeItem> {
    return (await (await this.provider.get()).resolveTreeItem?.(row, node, token)) ?? row;
  }
}

/** Provides the data of dragged rows, with a controller that is created when a row is dragged. */
export function lazyDrag<T>(
  dragMimeTypes: readonly string[],
  load: () => Promise<Pick<vscode.TreeDragAndDropController<T>, 'handleDrag'>>,
): vscode.TreeDragAndDropController<T> {
  return {
    dropMimeTypes: [],
    dragMimeTypes,
    handleDrag: async (rows, dragged, token): Promise<void> => {
      await (await load()).handleDrag?.(rows, dragged, token);
    },
  };
}

/** Handles drops on the rows of a view, with a controller that is created at the first drop. */
export function lazyDrop<T>(
  dropMimeTypes: readonly string[],
  load: () => Promise<Pick<vscode.TreeDragAndDropController<T>, 'handleDrop'>>,
): vscode.TreeDragAndDropController<T> {
  return {
    dropMimeTypes,
    dragMimeTypes: [],
    handleDrop: async (target, dropped, token): Promise<void> => {
      await (await load()).handleDrop?.(target, dropped, token);
    },
  };
}

/** Reads files that nobody can write. */
export type FileReader = Pick<vscode.FileSystemProvider, 'stat' | 'readFile' | 'watch' | 'onDidChangeFile'>;

/** A read-only file system without folders, whose reader is created when the first file is read. */
export class LazyFiles implements vscode.FileSystemProvider {
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.changed.event;
  private readonly reader: Lazy<FileReader>;

  constructor(load: () => Promise<FileReader>) {
    this.reader = new Lazy(async () => {
      const reader = await load();
      reader.onDidChangeFile((changes) => this.changed.fire(changes));
      return reader;
    });
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    return (await this.reader.get()).stat(uri);
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return (await this.reader.get()).readFile(uri);
  }

  watch(uri: vscode.Uri, options: Parameters<FileReader['watch']>[1]): vscode.Disposable {
    let isOver = false;
    const watching = this.reader.get().then((reader) => (isOver ? undefined : reader.watch(uri, options)));
    return new vscode.Disposable(() => {
      isOver = true;
      watching.then(
        (watch) => {
          watch?.dispose();
        },
        () => undefined,
      );
    });
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(): never {
    throw vscode.FileSystemError.NoPermissions();
  }

  writeFile(): never {
    throw vscode.FileSystemError.NoPermissions();
  }

  delete(): never {
    throw vscode.FileSystemError.NoPermissions();
  }

  rename(): never {
    throw vscode.FileSystemError.NoPermissions();
  }
}

/** A custom editor, created when the first file is opened in it. */
export function lazyEditor<T extends vscode.CustomDocument>(
  load: () => Promise<vscode.CustomReadonlyEditorProvider<T>>,
): vscode.CustomReadonlyEditorProvider<T> {
  return {
    openCustomDocument: async (uri, context, token): Promise<T> =>
      (await load()).openCustomDocument(uri, context, token),
    resolveCustomEditor: async (document, panel, token): Promise<void> => {
      await (await load()).resolveCustomEditor(document, panel, token);
    },
  };
}
