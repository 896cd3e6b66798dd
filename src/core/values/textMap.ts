import { textKey } from './plainKeys';

/** A Map with texts from outside as keys, for which nobody can choose many keys that collide. In the order of setting. */
export class TextMap<V> {
  private readonly entries = new Map<string, readonly [text: string, value: V]>();

  get size(): number {
    return this.entries.size;
  }

  get(text: string): V | undefined {
    return this.entries.get(textKey(text))?.[1];
  }

  has(text: string): boolean {
    return this.entries.has(textKey(text));
  }

  set(text: string, value: V): void {
    this.entries.set(textKey(text), [text, value]);
  }

  [Symbol.iterator](): IterableIterator<readonly [text: string, value: V]> {
    return this.entries.values();
  }

  *keys(): Generator<string, void> {
    for (const [text] of this) yield text;
  }
}
