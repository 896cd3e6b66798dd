import { FairQueue } from './fairQueue';

/**
 * Runs a limited number of pieces of work at a time. Flows share the time that these take. Within a flow, the order is
 * that of asking.
 */
export class Semaphore {
  private running = 0;
  private readonly waiting = new FairQueue<() => void>();

  constructor(private readonly count: number) {}

  /**
   * @param flow to whom the work belongs, such as the address of a peer, so that many of one address do not keep others
   * waiting
   */
  async run<T>(work: () => Promise<T>, flow = ''): Promise<T> {
    if (this.running >= this.count) await new Promise<void>((resolve) => this.waiting.add(resolve, flow));
    else this.running++;
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.waiting.charge(flow, performance.now() - start);
      // The next in the queue takes this place.
      const next = this.waiting.take();
      if (next) next.member();
      else this.running--;
    }
  }
}
