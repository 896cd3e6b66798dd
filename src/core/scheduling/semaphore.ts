/** Lets a number of pieces of work go at a time, in the order of asking. */
export class Semaphore {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly count: number) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= this.count) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running++;
    try {
      return await work();
    } finally {
      // Whoever is next takes this place.
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }
}
