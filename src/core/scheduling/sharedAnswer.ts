/**
 * Asks once for all callers that come while the previous question is pending. So nobody gets the answer to an earlier
 * question.
 */
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
