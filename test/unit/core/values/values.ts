import { Dict, InertCall, InertName, Tuple, type Value } from '../../../../src/core/values/value';

/** Short ways to write the values of tests. */

export function tuple(...items: Value[]): Tuple {
  return new Tuple(items);
}

export function dict(...entries: [key: Value, value: Value][]): Dict {
  return Dict.from(entries);
}

export function bytes(...values: number[]): Uint8Array {
  return Uint8Array.from(values);
}

/** A list in a list in a list, so many of them, around an integer. */
export function nested(depth: number): Value {
  return depth === 0 ? 1n : [nested(depth - 1)];
}

/** An inert call, with what would be put into its result. */
export function call(
  callable: Value,
  args: Value,
  parts: Partial<Pick<InertCall, 'kwargs' | 'state' | 'appended' | 'entries'>> = {},
): InertCall {
  const made = new InertCall(callable, args, parts.kwargs);
  made.state = parts.state;
  made.appended.push(...(parts.appended ?? []));
  made.entries.push(...(parts.entries ?? []));
  return made;
}

/** An inert call of what has this name. */
export function callOf(name: string, args: Value[], kwargs?: [Value, Value][]): InertCall {
  return call(new InertName('', name), tuple(...args), kwargs && { kwargs: dict(...kwargs) });
}

/** What a pickle that means harm would call. */
export function systemCall(): InertCall {
  return call(new InertName('os', 'system'), tuple('echo'));
}
