import type { Disposable } from '../../core/scheduling/event';

/** Milliseconds without a question after which VS Code has taken in the answers. */
const QUIET_TIME = 400;

/**
 * Refreshes rows that have children once nobody is asking for rows, or showing one that lies deep. Where VS Code is told that a row has changed while the children
 * of that row are on their way to it, it forgets whose they are: they are shown, and those below them are not, whatever is expanded.
 */
export class DeferredRefresh implements Disposable {
  /** How much is going on that a refresh would disturb. */
  private held = 0;
  private isWanted = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly refresh: () => void,
    private readonly quietTime = QUIET_TIME,
  ) {}

  /** Does what a refresh would disturb, such as answering a question for rows. */
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

  /** Refreshes as soon as it is quiet. */
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
