import type { PathStep } from './pathStep';
import type { InertCall } from './value';
import {
  ByteArray,
  Dict,
  isBytes,
  InertName,
  InertReference,
  Tuple,
  ValueSet,
  type Container,
  type Value,
} from './value';

/** One entry of a container. */
export interface Child {
  readonly step: PathStep;
  readonly value: Value;
}

/** Whether a value can hold others. Only such values can be part of a cycle, and only for them does sharing matter. */
export function isContainer(value: Value): value is Container {
  if (typeof value !== 'object' || value === null) return false;
  return !(isBytes(value) || value instanceof ByteArray || value instanceof InertName);
}

/** How many children a person can step into: items, members, the values of a dictionary, the parts of a call. */
export function childCount(value: Value): number {
  if (!isContainer(value)) return 0;
  if (Array.isArray(value)) return value.length;
  if (value instanceof Tuple) return value.items.length;
  if (value instanceof Dict || value instanceof ValueSet) return value.size;
  if (value instanceof InertReference) return 1;
  return callParts(value).length + value.appended.length + value.entries.length;
}

/** The child at a position from 0 to {@link childCount} - 1, in constant time; undefined outside of that. */
export function childAt(value: Value, ordinal: number): Child | undefined {
  if (!Number.isInteger(ordinal) || ordinal < 0 || ordinal >= childCount(value)) return undefined;
  if (Array.isArray(value)) return itemOf(value, ordinal);
  if (value instanceof Tuple) return itemOf(value.items, ordinal);
  if (value instanceof Dict) return entryOf(value.keys[ordinal] as Value, value.values[ordinal] as Value);
  if (value instanceof ValueSet) {
    return { step: { kind: 'member', index: ordinal }, value: value.members[ordinal] as Value };
  }
  if (value instanceof InertReference) return { step: { kind: 'part', name: 'id' }, value: value.id };
  return callChild(value as InertCall, ordinal);
}

function itemOf(items: readonly Value[], index: number): Child {
  return { step: { kind: 'index', index }, value: items[index] as Value };
}

function entryOf(key: Value, value: Value): Child {
  return { step: { kind: 'key', key }, value };
}

function callChild(call: InertCall, ordinal: number): Child {
  const parts = callParts(call);
  const part = parts[ordinal];
  if (part !== undefined) return part;
  const index = ordinal - parts.length;
  if (index < call.appended.length) return itemOf(call.appended, index);
  return entryOf(...(call.entries[index - call.appended.length] as [Value, Value]));
}

function callParts({ callable, args, kwargs, state, laterStates }: InertCall): Child[] {
  const parts: Child[] = [
    { step: { kind: 'part', name: 'callable' }, value: callable },
    { step: { kind: 'part', name: 'args' }, value: args },
  ];
  if (kwargs !== undefined) parts.push({ step: { kind: 'part', name: 'kwargs' }, value: kwargs });
  if (state !== undefined) parts.push({ step: { kind: 'part', name: 'state' }, value: state });
  for (const later of laterStates) parts.push({ step: { kind: 'part', name: 'state' }, value: later });
  return parts;
}
