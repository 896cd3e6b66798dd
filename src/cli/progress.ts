import type { Output } from './output';

/** Milliseconds between two looks of a person at the line. */
const INTERVAL = 100;

/** A line of progress that is not written more often than it can be read. */
export class Progress {
  private last = 0;

  constructor(private readonly output: Output) {}

  /**
   * @param event for programs, where there is one
   * @param isLast whether it is told however often others were
   */
  update(text: () => string, event?: () => object, isLast = false): void {
    const now = performance.now();
    if (now - this.last < INTERVAL && !isLast) return;
    this.last = now;
    this.output.progress(text());
    if (event) this.output.event(event());
  }
}
