/** Asks once for all who want to know while the question before is under way. So nobody gets an answer to a question that was asked before. */
export class SharedAnswer<T> {
  private running: Promise<unknown> = Promise.resolve();
  private next: Promise<T> | undefined;

  constructor(private readonly ask: () => T | Promise<T>) {}

  get(): Promise<T> {
    this.next ??= this.running
      .catch(() => undefined)
      .then(() => {
        this.next = undefined;
        const answer = Promise.resolve(this.ask());
        this.running = answer;
        return answer;
      });
    return this.next;
  }
}
