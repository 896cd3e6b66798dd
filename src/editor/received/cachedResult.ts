interface Attempt<T> {
  readonly result: Promise<T>;
  readonly abortion: AbortController;
}

/** A result that takes time to compute, computed once for all callers, until it is out of date. */
export class CachedResult<T> {
  private attempt: Attempt<T> | undefined;

  /** @param make ends early, by throwing, when the signal is aborted */
  constructor(private readonly make: (signal: AbortSignal) => Promise<T>) {}

  /** @throws what `make` throws; then the next question tries again */
  async get(): Promise<T> {
    for (;;) {
      const attempt = (this.attempt ??= this.begin());
      try {
        return await attempt.result;
      } catch (error) {
        if (attempt.abortion.signal.aborted) continue;
        if (this.attempt === attempt) this.attempt = undefined;
        throw error;
      }
    }
  }

  /**
   * The next caller gets a new result. Waiting callers get the one that is being computed: a newer one might be out of date
   * before it is ready, too.
   */
  invalidate(): void {
    this.attempt = undefined;
  }

  /** All callers get a new result, including waiting ones: the one that is being computed is of no use any more. */
  restart(): void {
    this.attempt?.abortion.abort();
    this.attempt = undefined;
  }

  private begin(): Attempt<T> {
    const abortion = new AbortController();
    return { result: this.make(abortion.signal), abortion };
  }
}
