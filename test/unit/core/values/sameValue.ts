import assert from 'node:assert/strict';
import {
  ByteArray,
  Dict,
  InertCall,
  InertName,
  InertReference,
  Tuple,
  ValueSet,
  typeName,
  type Value,
} from '../../../../src/core/values/value';

/**
 * Asserts that two values are the same to the last bit: type by type (`1n` is not `1`, `-0` is not `0`), in the same order, and
 * with the same containers shared and in the same cycles.
 */
export function assertSameValue(actual: Value, expected: Value): void {
  assert.equal(findDifference(actual, expected, { sharing: true }), undefined);
}

/** As {@link assertSameValue}, but without asking which containers are shared. For trees: cycles are an error. */
export function assertSameContent(actual: Value, expected: Value): void {
  assert.equal(findDifference(actual, expected, { sharing: false }), undefined);
}

/** Where two values differ and how, or undefined. */
export function findDifference(
  actual: Value,
  expected: Value,
  options: { readonly sharing: boolean },
): string | undefined {
  const partners = new Partners();
  const pending: Pair[] = [{ actual, expected, path: { step: 'data' } }];
  for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
    const { path } = pair;
    const difference = compareHeads(pair.actual, pair.expected);
    if (difference !== undefined) return `${formatPath(path)}: ${difference}`;
    const meeting = options.sharing ? partners.meet(pair.actual, pair.expected) : 'first';
    if (meeting === 'other') return `${formatPath(path)}: is shared with other places than expected`;
    if (meeting === 'again') continue;
    const actualParts = partsOf(pair.actual);
    const expectedParts = partsOf(pair.expected);
    if (actualParts.length !== expectedParts.length)
      return `${formatPath(path)}: has other parts than expected`;
    actualParts.forEach(([step, part], i) => {
      pending.push({ actual: part, expected: expectedParts[i]![1], path: { parent: path, step } });
    });
  }
  return undefined;
}

interface Pair {
  readonly actual: Value;
  readonly expected: Value;
  readonly path: Path;
}

interface Path {
  readonly parent?: Path;
  readonly step: string;
}

function formatPath(path: Path): string {
  const steps: string[] = [];
  for (let at: Path | undefined = path; at !== undefined; at = at.parent) steps.push(at.step);
  return steps.reverse().join('');
}

/** Which object of one side stands for which of the other. */
class Partners {
  private readonly ofActual = new Map<Value, Value>();
  private readonly ofExpected = new Map<Value, Value>();

  meet(actual: Value, expected: Value): 'first' | 'again' | 'other' {
    if (!hasIdentity(actual)) return 'first';
    if (!this.ofActual.has(actual) && !this.ofExpected.has(expected)) {
      this.ofActual.set(actual, expected);
      this.ofExpected.set(expected, actual);
      return 'first';
    }
    return this.ofActual.get(actual) === expected && this.ofExpected.get(expected) === actual
      ? 'again'
      : 'other';
  }
}

/** The empty tuple is one object wherever it stands, as in Python. */
function hasIdentity(value: Value): boolean {
  if (value instanceof Tuple) return value.items.length > 0;
  return (
    typeof value === 'object' &&
    value !== null &&
    !(value instanceof Uint8Array) &&
    !(value instanceof InertName)
  );
}

/** Compares all but the parts. */
function compareHeads(actual: Value, expected: Value): string | undefined {
  const [head, expectedHead] = [headOf(actual), headOf(expected)];
  return Object.is(head, expectedHead) ? undefined : `is ${showHead(head)}, not ${showHead(expectedHead)}`;
}

/** A primitive that tells a value from every other, or what is not a primitive by all but its parts. */
function headOf(value: Value): null | boolean | bigint | number | string {
  if (typeof value === 'string') return `str ${value}`;
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`;
  if (value instanceof ByteArray) return `bytearray ${Buffer.from(value.bytes).toString('hex')}`;
  if (value instanceof InertName) return `name ${value.qualifiedName}`;
  if (value instanceof InertReference) return `${value.kind} reference`;
  if (value instanceof InertCall)
    return `call of ${callParts(value)
      .map(([step]) => step)
      .join()}`;
  return `${typeName(value)} of ${partsOf(value).length} parts`;
}

function showHead(head: null | boolean | bigint | number | string): string {
  if (typeof head === 'bigint') return `int ${head}`;
  if (typeof head === 'number') return `float ${Object.is(head, -0) ? '-0' : head}`;
  return head === null ? 'None' : JSON.stringify(head);
}

/** Every part with the path step that leads to it. */
function partsOf(value: Value): [step: string, part: Value][] {
  if (Array.isArray(value)) return value.map((item, i) => [`[${i}]`, item]);
  if (value instanceof Tuple) return value.items.map((item, i) => [`[${i}]`, item]);
  if (value instanceof ValueSet) return value.members.map((member, i) => [`.member(${i})`, member]);
  if (value instanceof Dict) return entryParts([...value]);
  if (value instanceof InertReference) return [['.id', value.id]];
  return value instanceof InertCall ? callParts(value) : [];
}

function entryParts(entries: readonly (readonly [Value, Value])[]): [string, Value][] {
  return entries.flatMap(([key, value], i): [string, Value][] => [
    [`.key(${i})`, key],
    [typeof key === 'string' ? `[${JSON.stringify(key)}]` : `.value(${i})`, value],
  ]);
}

function callParts(call: InertCall): [string, Value][] {
  const parts: [string, Value][] = [
    ['.callable', call.callable],
    ['.args', call.args],
  ];
  if (call.kwargs !== undefined) parts.push(['.kwargs', call.kwargs]);
  if (call.state !== undefined) parts.push(['.state', call.state]);
  parts.push(
    ['.appended', call.appended],
    ['.entries', call.entries.map(([key, value]) => new Tuple([key, value]))],
  );
  return parts;
}
