import { syncDirectory } from '../disk/durableFile';

/** Makes a directory durable, once for all who ask for it while the system is busy with those before. */
export class SharedSync {
  private running: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;

  constructor(private readonly directory: string) {}

  /** Settles when everything that has been done to the directory before this call is durable. */
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
