import type { Output } from './output';

/** Milliseconds between two updates of the line. */
const INTERVAL = 100;

/** A progress line that is not written more often than it can be read. */
export class Progress {
  private last = 0;

  constructor(private readonly output: Output) {}

  /**
   * @param event for programs, if there is one
   * @param isLast whether it is reported regardless of the time
   */
  update(text: () => string, event?: () => object, isLast = false): void {
    const now = performance.now();
    if (now - this.last < INTERVAL && !isLast) return;
    this.last = now;
    this.output.progress(text());
    if (event) this.output.event(event());
  }
}
