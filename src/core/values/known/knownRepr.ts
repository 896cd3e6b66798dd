import { Dict, InertCall, InertName, Tuple, type Value } from '../value';
import { textOfKnown, type Known } from './known';

/** The largest number of parts of a value that is written within another one. */
const MAX_PARTS = 1_000;
/** Arrays and frames that are printed within each other; others are described. */
const MAX_NESTED = 1;

let nesting = 0;

/** What {@link Known.repr} returns; undefined for a value that has none, or is within another one that has one, as they may nest without end. */
export function linesOf({ repr }: Known): string | undefined {
  if (repr === undefined || nesting >= MAX_NESTED) return undefined;
  nesting++;
  try {
    return repr();
  } finally {
    nesting--;
  }
}

/** A recognized value as Python's `repr()` returns it. @param write writes a part of it */
export function knownRepr(known: Known, write: (part: Value) => string): string {
  const lines = linesOf(known);
  if (lines !== undefined) return lines;
  const text = textOfKnown(known);
  const isObject = text === undefined && (known.library === 'Python' || known.isRecord === true);
  const source = known.called?.(MAX_PARTS) ?? (isObject ? known.python(MAX_PARTS) : undefined);
  if (source instanceof InertName) return source.name;
  if (typeof source === 'string') return write(source);
  if (!(source instanceof InertCall)) return text ?? known.type;
  const { callable, args, kwargs } = source;
  const positional = (args instanceof Tuple ? args.items : []).map(write);
  const named = (kwargs instanceof Dict ? [...kwargs] : []).map(
    ([key, value]) => `${key as string}=${write(value)}`,
  );
  const name = callable instanceof InertName ? callable.name : '';
  const shown = /^(?:datetime|functools|operator|zoneinfo)\./.test(name)
    ? name
    : name.slice(name.lastIndexOf('.') + 1);
  return `${shown}(${[...positional, ...named].join(', ')})`;
}
