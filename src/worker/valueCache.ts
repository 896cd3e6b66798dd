import { PicklepostError } from '../core/errors';
import type { Disposable } from '../core/scheduling/event';
import type { LoadedValue } from './loadedValue';

/**
 * Decodes an item or file once, however many ask for it. What is kept here is small; the values are in the worker, which forgets some
 * when they take too much memory. Those are decoded again when somebody asks for them.
 */
export class ValueCache<Loaded extends LoadedValue = LoadedValue> implements Disposable {
  private readonly values = new Map<string, Promise<Loaded>>();
  /** For each value, what ends its decoding and all questions about it. */
  private readonly ends = new WeakMap<Promise<Loaded>, AbortController>();

  /** @param load given what is aborted when the value is forgotten */
  constructor(private readonly load: (id: string, signal: AbortSignal) => Promise<Loaded>) {}

  /** Asks something of a value, decoding it first if need be. */
  async use<T>(id: string, ask: (value: Loaded) => Promise<T>): Promise<T> {
    const value = this.get(id);
    try {
      return await ask(await value);
    } catch (error) {
      // The worker has lost it: it was restarted, or the value was evicted while the question was under way.
      if (!(error instanceof PicklepostError) || error.code !== 'no-such-item') throw error;
      // Others who ask for it find out by themselves.
      if (this.values.get(id) === value) this.drop(id);
      return await ask(await this.get(id));
    }
  }

  /** For a value that nobody wants any more: what is being asked of it ends. */
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
    return this.values.get(id) ?? this.loadAnew(id);
  }

  /** A failure is not kept: the next time there may be memory enough, or another file. */
  private loadAnew(id: string): Promise<Loaded> {
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
