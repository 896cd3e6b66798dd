import { InertCall, InertName, UnhashableError, type Value } from '../value';
import type { Known } from './known';
import { callableKey, itemsOf, nameOf } from './matching';

/**
 * Tells whether a call has a form in full: its arguments, and what is done to its result. Lengths are checked before anything is read.
 * @param args positional arguments
 * @returns undefined where anything is not as the library writes it
 */
export type Form = (call: InertCall, args: readonly Value[]) => Known | undefined;

/** Forms by what is called, such as `datetime.date`. */
export type Forms = Readonly<Record<string, Form>>;

/** Of a name several: which of them fits, the arguments tell. */
const forms = new Map<string, Form[]>();
const names = new Map<string, Known>();
/** Of calls of any other name, by their shape. */
const shapes: Form[] = [];
const memo = new WeakMap<InertCall, Known | null>();
/** Calls that stand in no pickle. */
const made = new WeakSet<InertCall>();

/** Adds what a library has: forms by what is called, values that are only a name, and forms of calls of any name. */
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

/** What a value is known to be; undefined for plain data and for calls that are of no known form. Asked for once, it is remembered. */
export function recognise(value: Value): Known | undefined {
  if (value instanceof InertName) return names.get(nameOf(value) as string);
  if (!(value instanceof InertCall)) return undefined;
  const remembered = memo.get(value);
  if (remembered !== undefined) return remembered ?? undefined;
  // What leads back to this call while it is being looked at sees it as a call.
  memo.set(value, null);
  const known = matchOrNothing(value);
  memo.set(value, known ?? null);
  return known;
}

/** Says what a call that was made here is, so that it need not be found out. @returns the call */
export function remember(call: InertCall, known: Known): InertCall {
  memo.set(call, known);
  made.add(call);
  return call;
}

/** Whether a value was made to be shown, such as a row of an array: made again each time, so that no other place shares it. */
export function isMade(value: Value): boolean {
  return value instanceof InertCall && made.has(value);
}

/** What is made from a hostile call may be no value of Python, such as a list as a key, or more than JavaScript can hold or nest. */
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
