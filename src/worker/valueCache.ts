import { PicklepostError } from '../core/errors';
import type { Disposable } from '../core/scheduling/event';
import type { LoadedValue } from './loadedValue';

/**
 * Decodes an item or file only once for all callers. The values themselves are in the worker, which drops some of them if they
 * take too much memory. Those are decoded again when they are needed.
 */
export class ValueCache<Loaded extends LoadedValue = LoadedValue> implements Disposable {
  private readonly values = new Map<string, Promise<Loaded>>();
  /** For each value, the controller that ends its decoding and all questions about it. */
  private readonly ends = new WeakMap<Promise<Loaded>, AbortController>();

  /** @param load gets a signal that is aborted when the value is dropped */
  constructor(private readonly load: (id: string, signal: AbortSignal) => Promise<Loaded>) {}

  /** Runs a question about a value, which is decoded first if necessary. */
  async use<T>(id: string, ask: (value: Loaded) => Promise<T>): Promise<T> {
    const value = this.get(id);
    try {
      return await ask(await value);
    } catch (error) {
      // The worker no longer has the value: it was restarted, or dropped the value during the question.
      if (!(error instanceof PicklepostError) || error.code !== 'no-such-item') throw error;
      // Another caller may have replaced it already.
      if (this.values.get(id) === value) this.drop(id);
      return await ask(await this.get(id));
    }
  }

  /** Drops a value that is no longer needed, which ends pending questions about it. */
  forget(id: string): void {
    const value = this.values.get(id);
    this.drop(id);
    if (value) this.ends.get(value)?.abort();
  }

  private drop(id: string): void {
    const value = this.values.get(id);
    this.values.delete(id);
    value?.then(
      (loaded) => {
        loaded.dispose();
      },
      () => undefined,
    );
  }

  dispose(): void {
    for (const id of [...this.values.keys()]) this.forget(id);
  }

  private get(id: string): Promise<Loaded> {
    return this.values.get(id) ?? this.startLoading(id);
  }

  /** Loads a value. A failure is not cached: next time, there may be enough memory, or the file may have changed. */
  private startLoading(id: string): Promise<Loaded> {
    const end = new AbortController();
    const value = this.load(id, end.signal);
    this.values.set(id, value);
    this.ends.set(value, end);
    value.catch(() => {
      if (this.values.get(id) === value) this.values.delete(id);
    });
    return value;
  }
}
