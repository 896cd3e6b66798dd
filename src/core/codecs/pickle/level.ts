import { callableKey, isBare } from '../../values/known/matching';
import { recognise } from '../../values/known/recognise';
import { InertCall, InertName, InertReference } from '../../values/value';
import type { PickleEvent } from './account';
import { levelOfName } from './knownNames';

/**
 * What loading a pickle in Python comes to, from harmless to worst:
 * - `plain`: values of Python itself and its standard library;
 * - `known`: also data of known libraries, in exactly the forms in which they write it;
 * - `classes`: also classes that are not known, which Python would import and make objects of;
 * - `calls`: calls of anything else, or changes to what Python has imported.
 */
export const LEVELS = ['plain', 'known', 'classes', 'calls'] as const;

export type Level = (typeof LEVELS)[number];

export function worst(levels: Iterable<Level>): Level {
  let found = 0;
  for (const level of levels) found = Math.max(found, LEVELS.indexOf(level));
  return LEVELS[found] as Level;
}

/** How bad one thing is that Python would do, by the form of the call in full, never by a module. */
export function levelOf(event: PickleEvent): Level {
  if (event instanceof InertCall) return levelOfCall(event);
  if (event instanceof InertReference) return event.kind === 'persistent' ? 'classes' : 'calls';
  return event.kind === 'change' ? 'calls' : (levelOfName(event.name) ?? 'classes');
}

/** Functions of a class that are taken from it by `getattr`, to be called with what makes a known value. */
const TAKEN_FUNCTIONS: ReadonlySet<string> = new Set(['getattr:zoneinfo.ZoneInfo._unpickle']);

function levelOfCall(call: InertCall): Level {
  if (isBare(call) && TAKEN_FUNCTIONS.has(callableKey(call) ?? '')) return 'plain';
  const known = recognise(call);
  if (known !== undefined && known.isRecord !== true && known.library !== '')
    return known.library === 'Python' ? 'plain' : 'known';
  return call.isNew && call.callable instanceof InertName ? 'classes' : 'calls';
}
