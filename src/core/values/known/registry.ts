import { InertCall, InertName, UnhashableError, type Value } from '../value';
import type { Known } from './known';
import { callableKey, itemsOf, nameOf } from './matching';

/**
 * Checks whether a call matches a form in full: its arguments, and the changes to its result. Lengths are checked before
 * anything is read. Comments write forms like Python: `f(a) ⊕ s` is a call whose result gets the state `s`, `new C()` is an
 * object made by `C.__new__`, and `+ entries` are items that are set afterwards.
 * @param args positional arguments
 * @returns undefined if anything differs from what the library writes
 */
export type Form = (call: InertCall, args: readonly Value[]) => Known | undefined;

/** Forms by the key of the callable ({@link callableKey}), such as `datetime.date`. */
export type Forms = Readonly<Record<string, Form>>;

/** A callable may have several forms; the arguments decide which one matches. */
const forms = new Map<string, Form[]>();
const names = new Map<string, Known>();
/** Forms that match calls by their shape, whatever the callable is. Tried if no form is registered for the callable. */
const shapes: Form[] = [];
/** What has been found out about a call: its recognized value, if it has one, and whether it occurs in no pickle. */
class Note {
  constructor(
    readonly known: Known | undefined,
    readonly isMade: boolean,
  ) {}
}

const NOTHING = new Note(undefined, false);

/** Adds a library: its forms by callable, the values that pickles store as a name alone, and forms of any callable. */
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
  if (value.note instanceof Note) return value.note.known;
  // A reference back to this call during recognition sees it as a call.
  value.note = NOTHING;
  const known = matchOrNothing(value);
  if (known !== undefined) value.note = new Note(known, false);
  return known;
}

/** Sets the recognized value of a call that was made here, so that it need not be recognized. @returns the call */
export function remember(call: InertCall, known: Known): InertCall {
  call.note = new Note(known, true);
  return call;
}

/** Whether a value was made for showing, such as a row of an array. It is made again each time, so it is never shared. */
export function isMade(value: Value): boolean {
  return value instanceof InertCall && value.note instanceof Note && value.note.isMade;
}

/**
 * Forms throw for a hostile call whose result would have an unhashable key, or would be larger or deeper than JavaScript
 * allows.
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
