import { LimitError } from '../../errors';
import { textOfValue } from './pythonText';
import { recognise } from './recognise';
import { isContainer } from '../children';
import { ByteArray, Dict, isBytes, allBytes, Tuple, ValueSet, type Container, type Value } from '../value';
import { say } from '../../text';

const MAX_DEPTH = 1_000;
/** The largest number of lists and dictionaries, which is that of a text. */
const MAX_CONTAINERS = 8_000_000;

interface Converted {
  readonly value: Value;
  readonly changes: number;
}

/**
 * Converts a value to JSON's types: tuples and sets to lists, keys to text, nan to null, bytes to base64, recognized values
 * to their parts.
 * @returns the converted value, and how many values were changed
 * @throws LimitError if it is nested too deeply, is part of itself, or holds too many others
 */
export function plainJson(value: Value): { value: Value; changes: number } {
  let changes = 0;
  const made = new Map<Container, Converted>();
  const change = (changed: Value): Value => {
    changes++;
    return changed;
  };
  /** Converts a shared value only once, because a few bytes of a pickle can repeat it any number of times. */
  const convert = (one: Value, depth: number): Value => {
    if (!isContainer(one)) return convertOnce(one, depth);
    const known = made.get(one);
    if (known !== undefined) {
      changes += known.changes;
      return known.value;
    }
    if (made.size >= MAX_CONTAINERS)
      throw new LimitError(
        say`The number of lists and dictionaries`,
        MAX_CONTAINERS,
        say`in one text`,
        say`Write out a part of it.`,
      );
    const before = changes;
    const value = convertOnce(one, depth);
    made.set(one, { value, changes: changes - before });
    return value;
  };
  const convertOnce = (one: Value, depth: number): Value => {
    if (depth > MAX_DEPTH)
      throw new LimitError(
        say`The nesting of the value`,
        MAX_DEPTH,
        say`levels`,
        say`Write out a part of it.`,
      );
    const known = recognise(one);
    if (known !== undefined) return change(convert(known.plain(), depth + 1));
    if (typeof one === 'number') return Number.isFinite(one) ? one : change(null);
    if (Array.isArray(one)) return one.map((item) => convert(item, depth + 1));
    if (one instanceof Tuple) return change(one.items.map((item) => convert(item, depth + 1)));
    if (one instanceof ValueSet) return change(one.members.map((item) => convert(item, depth + 1)));
    if (one instanceof ByteArray) return change(Buffer.from(one.bytes).toString('base64'));
    if (isBytes(one)) return change(Buffer.from(allBytes(one)).toString('base64'));
    if (one instanceof Dict)
      return Dict.from([...one].map(([key, item]) => [keyOf(key), convert(item, depth + 1)]));
    return typeof one === 'object' && one !== null ? change(textOfValue(one)) : one;
  };
  const keyOf = (key: Value): Value => (typeof key === 'string' ? key : change(textOfValue(key)));
  return { value: convert(value, 0), changes };
}
