import { syncDirectory } from '../disk/durableFile';

/** Syncs a directory once for all that ask for it while the system is busy with the previous sync. */
export class SharedSync {
  private running: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;

  constructor(private readonly directory: string) {}

  /** Settles when all changes to the directory before this call are durable. */
  sync(): Promise<void> {
    this.next ??= this.running
      .catch(() => undefined)
      .then(() => {
        this.next = undefined;
        this.running = syncDirectory(this.directory);
        return this.running;
      });
    return this.next;
  }
}
