import { watch, type FSWatcher } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { Disposable } from '../../core/scheduling/event';

/** Milliseconds within which changes are told as one. */
const DEBOUNCE_TIME = 50;
/** Milliseconds between two looks where the system cannot watch, as on some network drives. */
const POLL_TIME = 1000;

export interface WatcherOptions {
  /** Told of each name that came or went, at once; undefined where any may have. */
  readonly onName?: (name: string | undefined) => void;
  /** Says nothing of files that only grow. */
  readonly ignoresWrites?: boolean;
}

/** Tells when names in a directory come or go, whichever process does it. Does not keep the process alive. */
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
    try {
      this.watcher = watch(directory, { persistent: false }, (kind, name) => {
        if (options.ignoresWrites && kind === 'change') return;
        options.onName?.(name ?? undefined);
        this.notify();
      });
      this.watcher.on('error', () => this.poll());
    } catch {
      this.poll();
    }
  }

  /** Tells of a change, soon, and together with others. */
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

  private poll(): void {
    this.watcher?.close();
    this.watcher = undefined;
    this.options.onName?.(undefined);
    this.polling = setInterval(() => void this.compareNames(), POLL_TIME).unref();
  }

  private async compareNames(): Promise<void> {
    const names = await readdir(this.directory).catch(() => []);
    const text = names.sort().join('/');
    if (text !== this.names) {
      this.options.onName?.(undefined);
      this.notify();
    }
    this.names = text;
  }
}
