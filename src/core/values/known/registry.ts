import { InertCall, InertName, UnhashableError, type Value } from '../value';
import type { Known } from './known';
import { callableKey, itemsOf, nameOf } from './matching';

/**
 * Checks whether a call matches a form in full: its arguments, and the changes to its result. Lengths are checked before
 * anything is read.
 * @param args positional arguments
 * @returns undefined if anything differs from what the library writes
 */
export type Form = (call: InertCall, args: readonly Value[]) => Known | undefined;

/** Forms by callable, such as `datetime.date`. */
export type Forms = Readonly<Record<string, Form>>;

/** A name may have several; the arguments decide which one matches. */
const forms = new Map<string, Form[]>();
const names = new Map<string, Known>();
/** Forms of calls of any other name, by their shape. */
const shapes: Form[] = [];
const memo = new WeakMap<InertCall, Known | null>();
/** Calls that occur in no pickle. */
const made = new WeakSet<InertCall>();

/** Adds the forms of a library: by callable, values that are only a name, and forms of calls of any name. */
export function addLibrary(library: {
  readonly forms?: Forms;
  readonly names?: Readonly<Record<string, Known>>;
  readonly shapes?: readonly Form[];
}): void {
  for (const [name, form] of Object.entries(library.forms ?? {}))
    forms.set(name, [...(forms.get(name) ?? []), form]);
  for (const [name, known] of Object.entries(library.names ?? {})) names.set(name, known);
  shapes.push(...(library.shapes ?? []));
}

/** The recognized value of a call; undefined for plain data and for calls of no known form. The result is cached. */
export function recognise(value: Value): Known | undefined {
  if (value instanceof InertName) return names.get(nameOf(value) as string);
  if (!(value instanceof InertCall)) return undefined;
  const remembered = memo.get(value);
  if (remembered !== undefined) return remembered ?? undefined;
  // A reference back to this call during recognition sees it as a call.
  memo.set(value, null);
  const known = matchOrNothing(value);
  memo.set(value, known ?? null);
  return known;
}

/** Sets the recognized value of a call that was made here, so that it need not be recognized. @returns the call */
export function remember(call: InertCall, known: Known): InertCall {
  memo.set(call, known);
  made.add(call);
  return call;
}

/** Whether a value was made to be shown, such as a row of an array: made again each time, so that no other place shares it. */
export function isMade(value: Value): boolean {
  return value instanceof InertCall && made.has(value);
}

/**
 * The result for a hostile call may not be a value of Python, such as a list as a key, or may be more than JavaScript can
 * hold or nest.
 */
function matchOrNothing(call: InertCall): Known | undefined {
  try {
    return match(call);
  } catch (error) {
    if (error instanceof UnhashableError || error instanceof RangeError) return undefined;
    throw error;
  }
}

function match(call: InertCall): Known | undefined {
  const args = itemsOf(call.args);
  // No library sets a state twice.
  if (args === undefined || call.laterStates.length > 0) return undefined;
  const key = callableKey(call.callable);
  for (const form of (key === undefined ? undefined : forms.get(key)) ?? shapes) {
    const known = form(call, args);
    if (known !== undefined) return known;
  }
  return undefined;
}
