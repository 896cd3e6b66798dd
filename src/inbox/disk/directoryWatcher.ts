import { watch, type FSWatcher } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Disposable } from '../../core/scheduling/event';

/** Milliseconds within which changes are reported as one. */
const DEBOUNCE_TIME = 50;
/** Milliseconds between two checks if the system cannot watch, as on some network drives. */
const POLL_TIME = 1000;

export interface WatcherOptions {
  /** Called at once for each name that was added or removed; with undefined if any may have been. */
  readonly onName?: (name: string | undefined) => void;
  /** Whether to ignore files that only grow. */
  readonly ignoresWrites?: boolean;
}

/** Reports when names in a directory are added or removed, by any process. Does not keep the process alive. */
export class DirectoryWatcher implements Disposable {
  private watcher: FSWatcher | undefined;
  private polling: NodeJS.Timeout | undefined;
  private pending: NodeJS.Timeout | undefined;
  private names = '';

  constructor(
    private readonly directory: string,
    private readonly onChange: () => void,
    private readonly options: WatcherOptions = {},
  ) {
    if (!this.watch()) this.poll();
  }

  /** Reports a change, soon, together with others. */
  notify(): void {
    this.pending ??= setTimeout(() => {
      this.pending = undefined;
      this.onChange();
    }, DEBOUNCE_TIME).unref();
  }

  dispose(): void {
    this.watcher?.close();
    clearInterval(this.polling);
    clearTimeout(this.pending);
  }

  /** @returns whether the system watches */
  private watch(): boolean {
    const { directory, options } = this;
    try {
      const watcher = watch(directory, { persistent: false }, (kind, name) => {
        if (options.ignoresWrites && kind === 'change') return;
        // The directory's own name is reported when it has been removed or moved, after which nothing is reported any more.
        if (name === path.basename(directory)) this.poll();
        options.onName?.(name ?? undefined);
        this.notify();
      });
      watcher.on('error', () => this.poll());
      this.watcher = watcher;
      return true;
    } catch {
      return false;
    }
  }

  /** Checks at intervals, until the system watches. */
  private poll(): void {
    this.watcher?.close();
    this.watcher = undefined;
    this.options.onName?.(undefined);
    this.polling ??= setInterval(() => void this.lookAgain(), POLL_TIME).unref();
  }

  private async lookAgain(): Promise<void> {
    if (this.watch()) {
      clearInterval(this.polling);
      this.polling = undefined;
      // Nobody has reported the changes before that.
      this.options.onName?.(undefined);
    }
    const names = await readdir(this.directory).catch(() => []);
    const text = names.sort().join('/');
    if (text !== this.names) {
      this.options.onName?.(undefined);
      this.notify();
    }
    this.names = text;
  }
}
