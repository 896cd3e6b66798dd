import { EncodeError } from '../../errors';
import { flatLiteral } from '../../render/flatLiteral';
import { formatPath } from '../../render/path';
import { say } from '../../text';
import type { PathStep } from '../../values/pathStep';
import { Dict, Tuple, ValueSet, type Inert, type Value } from '../../values/value';

/** The containers that can hold an inert object in a value to be written as a pickle. */
export type Parent = Value[] | Tuple | ValueSet | Dict;

/** Characters of an inert object that an error shows. */
const NAME_LENGTH = 100;

/** The error for an inert object, which cannot be written. @param parents the containers around it, from the outermost on */
export function inertError(value: Inert, parents: readonly Parent[]): EncodeError {
  const within = [...parents.slice(1), value];
  const path = formatPath(parents.map((parent, depth) => stepInto(parent, within[depth] as Value)));
  return new EncodeError(
    'pickle',
    path,
    say`${flatLiteral(value, NAME_LENGTH)} is a name or a call, which is shown here and never run`,
    say`Save the item that contains it and send that as a file, or remove it.`,
  );
}

/** The step from a container to the first of its parts that is this one. */
function stepInto(parent: Parent, part: Value): PathStep {
  if (parent instanceof ValueSet) return { kind: 'member', index: parent.members.indexOf(part) };
  if (!(parent instanceof Dict)) {
    const items = parent instanceof Tuple ? parent.items : parent;
    return { kind: 'index', index: items.indexOf(part) };
  }
  const asKey = parent.keys.indexOf(part);
  const asValue = parent.values.indexOf(part);
  const isKey = asKey >= 0 && (asValue < 0 || asKey <= asValue);
  return isKey ? { kind: 'member', index: asKey } : { kind: 'key', key: parent.keys[asValue] as Value };
}
