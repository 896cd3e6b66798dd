import { Emitter, type Disposable, type Event } from '../../core/scheduling/event';
import { DirectoryWatcher } from '../disk/directoryWatcher';

/** The folders of an inbox. */
interface Folders {
  readonly items: string;
  readonly partials: string;
}

/** Tells of what comes and goes in an inbox, through whichever program. */
export class InboxWatcher implements Disposable {
  private readonly changed = new Emitter<undefined>();
  private watchers: Record<keyof Folders, DirectoryWatcher> | undefined;
  private isDisposed = false;

  /** @param onName told of each file of an item that came or went, at once; undefined where any may have */
  constructor(
    private readonly folders: Folders,
    private readonly onName: (name: string | undefined) => void,
  ) {}

  /** Begins watching. Changes that come together are told once. */
  readonly onDidChange: Event<undefined> = (listener) => {
    this.watch();
    return this.changed.event(listener);
  };

  /** Begins watching, unless that goes on already, or has ended. */
  watch(): void {
    if (this.isDisposed) return;
    const onChange = (): void => this.changed.fire(undefined);
    this.watchers ??= {
      items: new DirectoryWatcher(this.folders.items, onChange, { onName: this.onName }),
      partials: new DirectoryWatcher(this.folders.partials, onChange, { ignoresWrites: true }),
    };
  }

  /** Begins again, for folders that have been removed and made again, and tells that anything may have changed. */
  restart(): void {
    this.onName(undefined);
    if (!this.watchers) return;
    this.end();
    this.watch();
    this.changed.fire(undefined);
  }

  /** Tells of a change that this program has made, for where the system does not. */
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
