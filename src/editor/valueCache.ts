import { PicklepostError } from '../core/errors';
import type { Disposable } from '../core/event';
import type { LoadedValue } from '../worker/valueWorker';

/** Decoded values that are kept at once; each lives in the worker's memory. */
const CAPACITY = 8;

/** Decodes an item or file once, however many ask for it, and forgets those that nobody has asked for longest. */
export class ValueCache<Loaded extends LoadedValue = LoadedValue> implements Disposable {
  /** In order of last use. */
  private readonly values = new Map<string, Promise<Loaded>>();

  constructor(private readonly load: (id: string) => Promise<Loaded>) {}

  /** Asks something of a value, decoding it first if need be. */
  async use<T>(id: string, ask: (value: Loaded) => Promise<T>): Promise<T> {
    const value = this.get(id);
    try {
      return await ask(await value);
    } catch (error) {
      // The worker has lost it: it was restarted, or the value was evicted while the question was under way.
      if (!(error instanceof PicklepostError) || error.code !== 'no-such-item') throw error;
      if (this.values.get(id) === value) this.forget(id);
      return await ask(await this.get(id));
    }
  }

  forget(id: string): void {
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
    const value = this.values.get(id) ?? this.loadAnew(id);
    this.values.delete(id);
    this.values.set(id, value);
    for (const oldest of this.values.keys()) {
      if (this.values.size <= CAPACITY) break;
      this.forget(oldest);
    }
    return value;
  }

  /** A failure is not kept: the next time there may be memory enough, or another file. */
  private loadAnew(id: string): Promise<Loaded> {
    const value = this.load(id);
    value.catch(() => {
      if (this.values.get(id) === value) this.values.delete(id);
    });
    return value;
  }
}
