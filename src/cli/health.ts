import { formatSize } from '../core/amounts';
import type { Disposable } from '../core/scheduling/event';
import type { Output } from './output';
import { onReportSignal } from './signals';

/** Prints the health line of a receive server: at SIGUSR2, and at intervals. */
export class Health implements Disposable {
  private readonly started = performance.now();
  private readonly timer: NodeJS.Timeout | undefined;
  private readonly signal = onReportSignal(() => this.report());
  private received = 0;
  private bytes = 0;
  private failed = 0;

  /**
   * @param connections returns their number
   * @param seconds between two lines; 0 to print only at the signal
   */
  constructor(
    private readonly output: Output,
    private readonly connections: () => number,
    seconds: number,
  ) {
    if (seconds > 0) this.timer = setInterval(() => this.report(), 1000 * seconds).unref();
  }

  noteReceived(bytes: number): void {
    this.received++;
    this.bytes += bytes;
  }

  noteFailed(): void {
    this.failed++;
  }

  dispose(): void {
    clearInterval(this.timer);
    this.signal.dispose();
  }

  private report(): void {
    const { output, received, bytes, failed } = this;
    const seconds = Math.round((performance.now() - this.started) / 1000);
    const connections = this.connections();
    const memory = process.memoryUsage.rss();
    output.event({ event: 'health', seconds, connections, received, bytes, failed, memory });
    output.line(
      `Health: up ${formatDuration(seconds)}, connections: ${connections}, received: ${received} (${formatSize(bytes)}), failed connections: ${failed}, memory: ${formatSize(memory)}.`,
    );
  }
}

/** `3 d 4:05:06` */
function formatDuration(seconds: number): string {
  const two = (value: number): string => String(value % 60).padStart(2, '0');
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3600) % 24;
  return `${days > 0 ? `${days} d ` : ''}${hours}:${two(Math.floor(seconds / 60))}:${two(seconds)}`;
}
