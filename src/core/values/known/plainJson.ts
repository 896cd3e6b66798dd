import { LimitError } from '../../errors';
import { textOfValue } from './pythonText';
import { recognise } from './recognise';
import { isContainer } from '../children';
import { TextBudget } from '../textBudget';
import { ByteArray, Dict, isBytes, allBytes, Tuple, ValueSet, type Value } from '../value';
import { say } from '../../text';

const MAX_DEPTH = 1_000;

/**
 * A value with everything in the place of which JSON has something: tuples and sets as lists, keys as text, nan as null, bytes in
 * base64, what is known as its parts.
 * @returns how many values were changed
 * @throws LimitError where it is nested too deeply, is part of itself, or holds the same parts too often
 */
export function plainJson(value: Value): { value: Value; changes: number } {
  let changes = 0;
  const budget = new TextBudget();
  const change = (changed: Value): Value => {
    changes++;
    return changed;
  };
  const convert = (one: Value, depth: number): Value => {
    if (depth > MAX_DEPTH)
      throw new LimitError(
        say`The nesting of the value`,
        MAX_DEPTH,
        say`levels`,
        say`Write out a part of it.`,
      );
    if (isContainer(one)) budget.count(one);
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
