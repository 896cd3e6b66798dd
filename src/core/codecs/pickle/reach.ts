import { Dict, InertCall, InertReference, Tuple, type Container, type Value } from '../../values/value';
import { isContainer } from '../../values/children';

/** The largest number of containers that are visited, which limits time and memory. */
const BUDGET = 4_000_000;

/** All containers that the values contain at any depth, keys included; undefined if there are too many. */
export function reachableFrom(values: readonly Value[]): ReadonlySet<Value> | undefined {
  const reached = new Set<Value>();
  const pending: Container[] = [];
  const visit = (value: Value): void => {
    if (!isContainer(value) || reached.has(value)) return;
    reached.add(value);
    pending.push(value);
  };
  values.forEach(visit);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (reached.size > BUDGET) return undefined;
    visitParts(next, visit);
  }
  return reached;
}

function visitParts(container: Container, visit: (value: Value) => void): void {
  if (Array.isArray(container)) container.forEach(visit);
  else if (container instanceof Tuple) container.items.forEach(visit);
  else if (container instanceof Dict) {
    container.keys.forEach(visit);
    container.values.forEach(visit);
  } else if (container instanceof InertReference) visit(container.id);
  else if (container instanceof InertCall) visitCall(container, visit);
  else container.members.forEach(visit);
}

function visitCall(call: InertCall, visit: (value: Value) => void): void {
  for (const part of [call.callable, call.args, call.kwargs, call.state]) if (part !== undefined) visit(part);
  call.laterStates.forEach(visit);
  call.appended.forEach(visit);
  for (const entry of call.entries) entry.forEach(visit);
}
