import { elidedLiteral } from '../../render/elidedLiteral';
import { flatLiteral } from '../../render/flatLiteral';
import {
  InertCall,
  InertName,
  InertReference,
  type Value,
  Dict,
  Tuple,
  type Container,
} from '../../values/value';
import type { PickleAccount, PickleEvent } from './account';
import { worst, type Effect, type Level, type PickleActions } from './effects';
import { couldBeCalled, levelOf } from './level';
import { isUnknown } from './operands';
import { isContainer } from '../../values/children';

export interface ActionOptions {
  /** Whether to list all actions, each in full, up to lengths that nobody reads. */
  readonly isFull?: boolean;
}

/** The largest number of effects that are listed. */
const MAX_LISTED = 200;
/** Characters of all texts together. When they are used up, actions are listed by their subject only. */
const MAX_TEXT = 4 * 1024 * 1024;
const MAX_FULL_TEXT = 64 * 1024 * 1024;

/** The actions in an account. @param values those that were read completely */
export function actionsOf(
  main: PickleAccount,
  values: readonly Value[],
  { isFull = false }: ActionOptions = {},
): PickleActions {
  const budget = { room: isFull ? MAX_FULL_TEXT : MAX_TEXT };
  const parts = [...values, ...main.replaced];
  const list = (account: PickleAccount, isCounted = (_: PickleEvent): boolean => true): Map<string, Effect> =>
    effectsOf(account.events.filter(isCounted), parts, isFull, budget);
  const effects = list(main);
  if (main.fromFile.length > 0)
    mergeReadings(
      effects,
      main.fromFile.map((account) => list(account)),
    );
  for (const account of main.withoutFormat) addOthers(effects, list(account, isPossible), 'pickle');
  addOthers(effects, list(main.rest), 'rest');
  const sorted = sortEffects([...effects.values()]);
  const { isAmbiguous } = main;
  return {
    level: isAmbiguous ? 'calls' : worst(sorted.map(({ level }) => level)),
    effects: isFull ? sorted : sorted.slice(0, MAX_LISTED),
    unlisted: isFull ? 0 : Math.max(0, sorted.length - MAX_LISTED),
    isAmbiguous,
  };
}

/** The actions that the repaired bytes or the original bytes cause. */
export function bothActions(repaired: PickleActions, asTheyAre: PickleActions): PickleActions {
  const seen = new Set(repaired.effects.map(({ kind, text }) => `${kind} ${text}`));
  const others = asTheyAre.effects.filter(({ kind, text }) => !seen.has(`${kind} ${text}`));
  return {
    level: worst([repaired.level, asTheyAre.level]),
    effects: [...repaired.effects, ...others],
    unlisted: repaired.unlisted + asTheyAre.unlisted,
    isAmbiguous: repaired.isAmbiguous || asTheyAre.isAmbiguous,
  };
}

/** Adds actions that only another reading finds. */
function addOthers(
  effects: Map<string, Effect>,
  others: Map<string, Effect>,
  only: NonNullable<Effect['only']>,
): void {
  for (const [key, effect] of others)
    if (!effects.has(key) && (only === 'file' || effect.level !== 'plain'))
      effects.set(key, { ...effect, only, dropped: 0 });
}

/** Whether Python could carry out an event. Bytes of an array can look like the call of a text, which fails. */
function isPossible(event: PickleEvent): boolean {
  return !(event instanceof InertCall) || isUnknown(event.callable);
}

/** Adds actions that only other readings find, and marks those that they do not find. */
function mergeReadings(effects: Map<string, Effect>, others: readonly Map<string, Effect>[]): void {
  for (const [key, effect] of effects) {
    const count = Math.max(effect.count, ...others.map((other) => other.get(key)?.count ?? 0));
    const isCommon = others.every((other) => other.has(key));
    effects.set(key, { ...effect, count, ...(!isCommon && { only: 'memory' }) });
  }
  for (const other of others) addOthers(effects, other, 'file');
}

function sortEffects(effects: Effect[]): Effect[] {
  const rank = ({ level, subject, kind }: Effect): number => {
    if (level === 'calls') return kind === 'change' || isSuspicious(subject) ? 0 : 1;
    return level === 'classes' ? 2 : 3;
  };
  // The sort is stable, so effects of the same rank keep the order in which Python reaches them.
  const sorted = effects.sort((a, b) => rank(a) - rank(b));
  if (sorted.length <= MAX_LISTED) return sorted;
  // If not all can be listed, the first effect of each subject comes before the other effects.
  const seen = new Set<string>();
  const isFirst = new Set(sorted.filter(({ subject }) => seen.size < seen.add(subject).size));
  return sorted.sort((a, b) => rank(a) - rank(b) || Number(isFirst.has(b)) - Number(isFirst.has(a)));
}

/** Effects by kind and text, in order. Equal ones are counted. */
function effectsOf(
  events: readonly PickleEvent[],
  values: readonly Value[],
  isFull: boolean,
  budget: { room: number },
): Map<string, Effect> {
  const reached = events.some((event) => event instanceof InertCall) ? reachableFrom(values) : undefined;
  const called = new Set<string>();
  const effects = new Map<string, Mutable<Effect>>();
  for (const event of events) {
    if (event instanceof InertCall) called.add(subjectOf(event));
    const level = levelOf(event);
    const effect = describe(event, level, isFull, budget);
    const key = `${effect.kind} ${effect.text}`;
    const known = effects.get(key) ?? effect;
    if (known !== effect) known.count++;
    if (event instanceof InertCall && reached !== undefined && !reached.has(event)) known.dropped++;
    effects.set(key, known);
  }
  // The import of a callable is not listed separately from its call.
  for (const [key, { kind, subject }] of effects)
    if (kind === 'import' && called.has(subject)) effects.delete(key);
  if ([...effects.values()].some(({ kind, level }) => kind === 'call' && level === 'classes'))
    for (const event of events)
      if (couldBeCalled(event)) raiseToCalls(effects.get(`import ${subjectOf(event)}`));
  return effects;
}

/** Raises the level of an import to `calls`, because an unknown class may call the values that its object is given. */
function raiseToCalls(effect: Mutable<Effect> | undefined): void {
  if (effect !== undefined) effect.level = 'calls';
}

function describe(
  event: PickleEvent,
  level: Level,
  isFull: boolean,
  budget: { room: number },
): Mutable<Effect> {
  const subject = subjectOf(event);
  const isFolded = isHarmless(level) || isMaking(event, level) || budget.room <= 0;
  const text = isFolded ? subject : textOf(event, isFull);
  budget.room -= text.length;
  return { kind: kindOf(event), level, subject, text, count: 1, dropped: 0 };
}

function isHarmless(level: Level): boolean {
  return level === 'plain' || level === 'known';
}

/** Whether an event only makes an object of an unknown class. Then the name of the class is enough. */
function isMaking(event: PickleEvent, level: Level): boolean {
  return level === 'classes' && (!(event instanceof InertCall) || event.isNew);
}

function kindOf(event: PickleEvent): Effect['kind'] {
  if (event instanceof InertCall) return 'call';
  return event instanceof InertReference ? 'reference' : event.kind;
}

function subjectOf(event: PickleEvent): string {
  if (event instanceof InertCall) return nameOf(event.callable);
  if (event instanceof InertReference) return nameOf(event);
  return event.kind === 'import' ? event.name : nameOf(event.target);
}

function nameOf(value: Value): string {
  return value instanceof InertName ? value.qualifiedName : flatLiteral(value, 100);
}

const MAX_ONE_TEXT = 4_000;
const MAX_ONE_FULL_TEXT = 1024 * 1024;

function textOf(event: PickleEvent, isFull: boolean): string {
  const literal = (value: Value): string =>
    isFull
      ? flatLiteral(value, MAX_ONE_FULL_TEXT, { isStored: true })
      : elidedLiteral(value, MAX_ONE_TEXT, { isStored: true });
  if (event instanceof InertReference) return literal(event);
  if (!(event instanceof InertCall))
    return event.kind === 'import'
      ? event.name
      : `${nameOf(event.target)}.${event.method}(${literal(event.value)})`;
  return [
    literal(event),
    ...laterSteps(event).map(([method, value]) => `.${method}(${literal(value)})`),
  ].join('');
}

/** Changes to the result of a call, as calls of the equivalent methods. */
function laterSteps({ state, laterStates, appended, entries }: InertCall): [method: string, value: Value][] {
  const states = state === undefined ? [] : [state, ...laterStates];
  return [
    ...states.map((each): [string, Value] => ['__setstate__', each]),
    ...(appended.length > 0 ? [['extend', appended] satisfies [string, Value]] : []),
    ...(entries.length > 0 ? [['update', entries.map((entry) => [...entry])] satisfies [string, Value]] : []),
  ];
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * Modules whose functions are typical of harmful pickles. They only affect the order of a list. They never decide whether a
 * call is harmful, as such a table can never be complete.
 */
const SUSPICIOUS_MODULES: ReadonlySet<string> = new Set(
  `os posix nt subprocess _posixsubprocess pty shutil sys importlib runpy code codeop ctypes _ctypes socket ssl http urllib
  requests httpx ftplib smtplib telnetlib webbrowser platform pickle _pickle dill cloudpickle joblib marshal shelve
  multiprocessing threading _thread asyncio signal tempfile pathlib io _io zipimport imp pkgutil pip timeit trace pdb bdb cProfile profile
  doctest commands popen2 builtins __builtin__ __main__ operator _operator functools types inspect gc weakref atexit`.split(
    /\s+/,
  ),
);

/** Whether a function such as `os.system` or `builtins.eval` is in one of these modules. */
function isSuspicious(subject: string): boolean {
  return SUSPICIOUS_MODULES.has(subject.split('.', 1)[0] ?? '');
}

/** The largest number of containers that are visited, which limits time and memory. */
const BUDGET = 4_000_000;

/** All containers that the values contain at any depth, keys included; undefined if there are too many. */
function reachableFrom(values: readonly Value[]): ReadonlySet<Value> | undefined {
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
