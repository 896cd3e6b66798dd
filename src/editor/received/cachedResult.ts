interface Attempt<T> {
  readonly result: Promise<T>;
  readonly abortion: AbortController;
}

/** A result that takes time to make, made once for all who ask, until it is out of date. */
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

  /** The next who asks gets a new one. Who is waiting gets what is being made: a newer one might be out of date before it is ready, too. */
  invalidate(): void {
    this.attempt = undefined;
  }

  /** All get a new one, those included who are waiting: what is being made is of no use any more. */
  restart(): void {
    this.attempt?.abortion.abort();
    this.attempt = undefined;
  }

  private begin(): Attempt<T> {
    const abortion = new AbortController();
    return { result: this.make(abortion.signal), abortion };
  }
}
