import { textKey } from './plainKeys';

/** A Map whose keys are texts from outside. Nobody can choose many keys with the same hash. It keeps the order of insertion. */
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
