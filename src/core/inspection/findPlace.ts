import { PicklepostError } from '../errors';
import { cutText, flatLiteral } from '../render/flatLiteral';
import { formatPath } from '../render/path';
import { childAt, childCount, type Child } from '../values/children';
import { recognise } from '../values/known/recognise';
import { shownAt, shownCount } from '../values/known/shown';
import type { PathStep } from '../values/pathStep';
import { Dict, type Value } from '../values/value';
import { readKeyLiteral, readPath, type PathToken } from './pathText';
import { say } from '../text';

/** The value at a path. */
export interface FoundPlace {
  readonly value: Value;
  /** Whether the path leads to the stored call, and not to the recognized value. */
  readonly isStored: boolean;
  readonly steps: readonly PathStep[];
}

/** Most children that are compared with a name, and most containers that are searched for one without a path. */
const MAX_COMPARED = 2_000_000;
const MAX_SEARCHED = 20_000;
/** Most names in an error, and most characters of each. */
const MAX_NAMED = 6;
const MAX_NAME = 60;

/**
 * Finds the value at a path, in the form of `formatPath`, such as `data["a"][3]`; `data` may be omitted before a bracket or
 * a point. Any other text is a name: of a column, a tensor, or an entry of a dictionary, also deep inside.
 * @throws PicklepostError `no-such-item`, which names what exists
 */
export function findPlace(root: Value, path: string): FoundPlace {
  const tokens = readPath(path);
  if (tokens === undefined) return findNamed(root, path);
  let place: FoundPlace = { value: root, isStored: false, steps: [] };
  for (const token of tokens) place = step(place, token);
  return place;
}

function step(place: FoundPlace, token: PathToken): FoundPlace {
  const found = childOf(place, token) ?? storedPart(place, token);
  if (found === undefined) throw nothingThere(place, token);
  return found;
}

function childOf(place: FoundPlace, token: PathToken): FoundPlace | undefined {
  const { value, isStored } = place;
  const known = isStored ? undefined : recognise(value);
  if (token.kind === 'key' && value instanceof Dict && known === undefined) {
    const key = readKeyLiteral(token.text);
    const found = key === undefined ? undefined : value.get(key);
    if (key !== undefined && found !== undefined)
      return below(place, { step: { kind: 'key', key }, value: found });
  }
  const count = Math.min(countOf(place), MAX_COMPARED);
  const index = numberOf(token, count);
  const guess = index === undefined ? undefined : partAt(place, index);
  if (guess && matches(guess.step, token, index)) return below(place, guess);
  for (let i = 0; i < count; i++) {
    const child = partAt(place, i);
    if (child && matches(child.step, token, index)) return below(place, child);
  }
  return undefined;
}

/** The parts of a stored call, whose paths have no mark of their own: `data.args[0]`. */
function storedPart(place: FoundPlace, token: PathToken): FoundPlace | undefined {
  if (token.kind !== 'part' || place.isStored || recognise(place.value) === undefined) return undefined;
  return childOf({ ...place, isStored: true }, token);
}

function below({ steps }: FoundPlace, { step: last, value }: Child): FoundPlace {
  return { value, isStored: false, steps: [...steps, last] };
}

function countOf({ value, isStored }: FoundPlace): number {
  return isStored ? childCount(value) : shownCount(value);
}

function partAt({ value, isStored }: FoundPlace, ordinal: number): Child | undefined {
  return isStored ? childAt(value, ordinal) : shownAt(value, ordinal);
}

/** The position of an index, which counts from the end if it is negative. */
function numberOf(token: PathToken, count: number): number | undefined {
  if (token.kind === 'member') return token.index;
  if (token.kind !== 'key' || !/^-?\d{1,15}$/.test(token.text)) return undefined;
  const index = Number(token.text);
  return index < 0 ? count + index : index;
}

function matches(one: PathStep, token: PathToken, index: number | undefined): boolean {
  switch (one.kind) {
    case 'index':
      return token.kind === 'key' && one.index === index;
    case 'member':
      return token.kind === 'member' && one.index === token.index;
    case 'part':
      return token.kind === 'part' && one.name === token.name;
    case 'key': {
      if (token.kind !== 'key') return false;
      const key = readKeyLiteral(token.text);
      return key !== undefined && typeof key === typeof one.key && typeof key !== 'object'
        ? key === one.key
        : flatLiteral(one.key, token.text.length + 1) === token.text;
    }
  }
}

/** The nearest container that has an entry of this name. */
function findNamed(root: Value, name: string): FoundPlace {
  const start: FoundPlace = { value: root, isStored: false, steps: [] };
  const token: PathToken = { kind: 'key', text: JSON.stringify(name) };
  const level: FoundPlace[] = [start];
  for (let looked = 0; looked < level.length && looked < MAX_SEARCHED; looked++) {
    const place = level[looked] as FoundPlace;
    const found = childOf(place, token);
    if (found) return found;
    if (recognise(place.value) !== undefined) continue;
    const count = Math.min(countOf(place), MAX_SEARCHED);
    for (let i = 0; i < count && level.length < MAX_SEARCHED; i++) {
      const child = partAt(place, i);
      if (child && shownCount(child.value) > 0) level.push(below(place, child));
    }
  }
  throw nothingThere(start, token);
}

function nothingThere(place: FoundPlace, token: PathToken): PicklepostError {
  const where = formatPath(place.steps);
  const wanted =
    token.kind === 'part'
      ? `.${token.name}`
      : token.kind === 'member'
        ? `)[${token.index}]`
        : `[${token.text}]`;
  return new PicklepostError(
    'no-such-item',
    say`There is no ${cutText(wanted, MAX_NAME)} in ${where}. ${describeParts(place, token)}`,
  );
}

/** Describes the parts that the person could have meant. */
function describeParts(place: FoundPlace, token: PathToken): string {
  const count = countOf(place);
  const where = formatPath(place.steps);
  if (count === 0) return `${where} has no parts.`;
  const names: string[] = [];
  for (let i = 0; i < Math.min(count, MAX_SEARCHED); i++) {
    const part = partAt(place, i);
    if (part) names.push(cutText(formatPath([part.step]).replace(/^data/, ''), MAX_NAME));
  }
  const [first = '', last = ''] = [names[0], names.at(-1)];
  if (/^\[\d+\]$/.test(first))
    return `It has ${first}${count > 1 ? ` to ${count === names.length ? last : `[${count - 1}]`}` : ''}.`;
  const wanted = token.kind === 'part' ? token.name : token.kind === 'key' ? token.text : '';
  const near = nearest(names, wanted);
  return `It has ${near.join(', ')}${count > near.length ? ' and others' : ''}.`;
}

/** The most similar names first. */
function nearest(names: readonly string[], wanted: string): readonly string[] {
  const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const text = plain(wanted);
  const likeness = (name: string): number => {
    const other = plain(name);
    const shorter = Math.min(other.length, text.length);
    if (shorter > 2 && (other.includes(text) || text.includes(other))) return 1000;
    let common = 0;
    while (common < text.length && text[common] === other[common]) common++;
    return common;
  };
  const rated = names.map((name, at) => ({ name, at, rate: likeness(name) }));
  rated.sort((a, b) => b.rate - a.rate || a.at - b.at);
  return rated.slice(0, MAX_NAMED).map(({ name }) => name);
}
