import { Emitter, type Disposable, type Event } from '../../core/scheduling/event';
import { DirectoryWatcher } from '../disk/directoryWatcher';

/** The folders of an inbox. */
interface Folders {
  readonly items: string;
  readonly partials: string;
}

/** Reports additions and removals in an inbox, by any program. */
export class InboxWatcher implements Disposable {
  private readonly changed = new Emitter<undefined>();
  private watchers: Record<keyof Folders, DirectoryWatcher> | undefined;
  private isDisposed = false;

  /** @param onName called at once for each item file that was added or removed; with undefined if any may have been */
  constructor(
    private readonly folders: Folders,
    private readonly onName: (name: string | undefined) => void,
  ) {}

  /** Begins watching. Simultaneous changes are reported once. */
  readonly onDidChange: Event<undefined> = (listener) => {
    this.watch();
    return this.changed.event(listener);
  };

  /** Begins watching, unless it is watching already, or has ended. */
  watch(): void {
    if (this.isDisposed) return;
    const onChange = (): void => this.changed.fire(undefined);
    this.watchers ??= {
      items: new DirectoryWatcher(this.folders.items, onChange, { onName: this.onName }),
      partials: new DirectoryWatcher(this.folders.partials, onChange, { ignoresWrites: true }),
    };
  }

  /** Begins again, for folders that have been removed and made again, and reports that anything may have changed. */
  restart(): void {
    this.onName(undefined);
    if (!this.watchers) return;
    this.end();
    this.watch();
    this.changed.fire(undefined);
  }

  /** Reports a change by this program, in case the system does not. */
  notify(folder: keyof Folders): void {
    this.watchers?.[folder].notify();
  }

  /** Ends watching for good. */
  dispose(): void {
    this.isDisposed = true;
    this.end();
  }

  private end(): void {
    this.watchers?.items.dispose();
    this.watchers?.partials.dispose();
    this.watchers = undefined;
  }
}
