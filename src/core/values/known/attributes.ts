import type { Value } from '../value';
import type { Children } from './known';

/** Parts that Python reaches by `.name`; those whose name is not text, by their key. */
export function attributes(entries: readonly (readonly [name: Value, value: Value])[]): Children {
  return {
    count: entries.length,
    at: (i) => {
      const [name, value] = entries[i] as readonly [Value, Value];
      return typeof name === 'string'
        ? { step: { kind: 'part', name }, value }
        : { step: { kind: 'key', key: name }, value };
    },
  };
}
