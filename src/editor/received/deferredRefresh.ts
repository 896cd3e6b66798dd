import type { Disposable } from '../../core/scheduling/event';

/** Milliseconds without a request after which VS Code has processed the answers. */
const QUIET_TIME = 400;

/**
 * Refreshes rows that have children when nobody is requesting rows, or revealing a deep one. If VS Code is told that a row
 * has changed while the children of that row are on their way to it, it forgets to which row they belong: they are shown,
 * but their own children are not, whatever is expanded.
 */
export class DeferredRefresh implements Disposable {
  /** Number of running activities that a refresh would disturb. */
  private held = 0;
  private isWanted = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly refresh: () => void,
    private readonly quietTime = QUIET_TIME,
  ) {}

  /** Runs work that a refresh would disturb, such as answering a request for rows. */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    this.held++;
    clearTimeout(this.timer);
    try {
      return await work();
    } finally {
      this.held--;
      this.schedule();
    }
  }

  /** Refreshes as soon as nothing is running. */
  request(): void {
    this.isWanted = true;
    this.schedule();
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (!this.isWanted || this.held > 0) return;
    this.timer = setTimeout(() => {
      this.isWanted = false;
      this.refresh();
    }, this.quietTime);
  }
}
