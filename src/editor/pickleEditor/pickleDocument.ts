import * as vscode from 'vscode';
import { watchFile } from '../shell/watchFile';
import type { PickleFiles } from './pickleFiles';

/** Milliseconds without a further change after which a changed file is read again. */
const QUIET_TIME = 200;

/** A pickle file that is open in one or several editors. Its content is in the worker, as long as there is room. */
export class PickleDocument implements vscode.CustomDocument {
  private readonly changed = new vscode.EventEmitter<undefined>();
  /** Fires when the file on disk has changed, so that earlier content is dropped. */
  readonly onDidChange = this.changed.event;
  private readonly watcher: vscode.Disposable;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    readonly uri: vscode.Uri,
    private readonly files: PickleFiles,
  ) {
    this.watcher = watchFile(uri, () => this.reloadWhenQuiet());
  }

  /** The key of the content in {@link PickleFiles}. */
  get address(): string {
    return this.uri.toString();
  }

  reload(): void {
    this.files.forget(this.address);
    this.changed.fire(undefined);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.watcher.dispose();
    this.changed.dispose();
    this.files.forget(this.address);
  }

  private reloadWhenQuiet(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.reload(), QUIET_TIME);
  }
}
