import fc from 'fast-check';
import {
  ByteArray,
  Dict,
  InertCall,
  InertName,
  InertReference,
  Tuple,
  ValueSet,
  type Value,
} from '../../../../src/core/values/value';
import { tuple } from './values';

/** Containers that {@link arbitraryValue} can build; `call` is an inert one. */
export type ContainerKind = 'list' | 'tuple' | 'set' | 'frozenset' | 'dict' | 'bytearray' | 'call';

/** Which part of the value model is wanted. */
export interface ValueShape {
  /** Values without parts. */
  readonly leaf: fc.Arbitrary<Value>;
  /** Keys of dicts and members of sets; hashable ones. */
  readonly key: fc.Arbitrary<Value>;
  readonly containers: readonly ContainerKind[];
  /** `graph`: containers may be shared and cyclic, as far as Python could build them; `tree`: each is used once. */
  readonly references: 'graph' | 'tree';
}

/** Everything that a codec for the whole value model must carry: all but inert objects. */
const EVERYTHING_PLAIN: ValueShape = {
  leaf: arbitraryLeaf(),
  key: arbitraryKey(),
  containers: ['list', 'tuple', 'set', 'frozenset', 'dict', 'bytearray'],
  references: 'graph',
};

/** Any value of a shape; without one, any value but inert objects, with shared and cyclic references. */
export function arbitraryValue(shape: Partial<ValueShape> = {}): fc.Arbitrary<Value> {
  const { leaf, key, containers, references } = { ...EVERYTHING_PLAIN, ...shape };
  const part = fc.record({ key, leaf, target: fc.option(fc.nat(100)) });
  const node = fc.record({ kind: fc.constantFrom(...containers), parts: fc.array(part, { maxLength: 5 }) });
  const plans = fc.array(node, { minLength: 1, maxLength: 12, size: 'max' });
  return fc.oneof({ arbitrary: leaf, weight: 1 }, { arbitrary: plans.map(builder(references)), weight: 6 });
}

/** Values without parts, inert ones not among them. */
export function arbitraryLeaf(): fc.Arbitrary<Value> {
  return fc.oneof(
    fc.constant(null),
    fc.boolean(),
    arbitraryInteger(),
    arbitraryFloat(),
    arbitraryText(),
    arbitraryBytes(),
  );
}

/** Names and references to what lies outside of a pickle. */
export function arbitraryInertLeaf(): fc.Arbitrary<Value> {
  const names = fc.constantFrom('os', 'builtins', 'package.module', '');
  return fc.oneof(
    fc
      .tuple(names, fc.constantFrom('system', 'Outer.Inner', '<lambda>'))
      .map((name) => new InertName(...name)),
    fc
      .tuple(fc.constantFrom('persistent', 'extension', 'buffer'), arbitraryInteger())
      .map(([kind, id]) => new InertReference(kind, id)),
  );
}

/** Integers of all sizes, often next to where an encoding changes. */
export function arbitraryInteger(): fc.Arbitrary<bigint> {
  const edge = fc
    .record({
      bits: fc.constantFrom(7n, 8n, 15n, 16n, 31n, 32n, 53n, 63n, 64n, 255n, 2_040n, 3_000n),
      step: fc.constantFrom(-1n, 0n, 1n),
      sign: fc.constantFrom(1n, -1n),
    })
    .map(({ bits, step, sign }) => sign * (2n ** bits + step));
  return fc.oneof(fc.bigInt(-10n, 10n), fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }), edge);
}

/** Floats, with whole ones, -0, NaN and infinities among them. */
export function arbitraryFloat(): fc.Arbitrary<number> {
  return fc.oneof(fc.double(), fc.constantFrom(0, -0, 1, -1, 1e16, 1e300, 5e-324, NaN, Infinity, -Infinity));
}

/** Any sequence of UTF-16 units: ASCII, Latin-1, other planes, controls, lone surrogates; and names that are special elsewhere. */
export function arbitraryText(): fc.Arbitrary<string> {
  const special = [
    '',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '\0',
    '\0s',
    '\n',
    '\u2028',
    '\ufeff',
  ];
  const units = fc.array(
    fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0xd800, max: 0xdfff }), fc.nat(0xff)),
  );
  return fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(...special),
    units.map((codes) => String.fromCharCode(...codes)),
  );
}

export function arbitraryBytes(): fc.Arbitrary<Uint8Array> {
  // fast-check's own arrays are of the same type, but may share a buffer.
  return fc.uint8Array({ maxLength: 20 }).map((bytes) => Uint8Array.from(bytes));
}

/** Keys of any hashable kind, compound ones among them; inert ones not. */
export function arbitraryKey(): fc.Arbitrary<Value> {
  const { key } = fc.letrec<{ key: Value }>((tie) => ({
    key: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { arbitrary: arbitraryText(), weight: 4 },
      { arbitrary: arbitraryLeaf(), weight: 3 },
      fc.array(tie('key'), { maxLength: 4 }).map((items) => new Tuple(items)),
      fc.array(tie('key'), { maxLength: 4 }).map((members) => ValueSet.from(members, true)),
    ),
  }));
  return key;
}

interface Node {
  readonly kind: ContainerKind;
  readonly parts: readonly Part[];
}

interface Part {
  readonly key: Value;
  readonly leaf: Value;
  /** Chooses a container to use instead of the leaf. */
  readonly target: number | null;
}

/** Makes the containers first and fills them afterwards, the last first, so that they can refer to each other. */
function builder(references: ValueShape['references']): (plan: Node[]) => Value {
  return (plan) => {
    const made = plan.map((node) => makeEmpty(node));
    const used = new Set<number>();
    const choose = (from: number, part: Part): number | undefined => {
      if (part.target === null) return undefined;
      if (references === 'graph') return part.target % made.length;
      const target = from + 1 + part.target;
      if (target >= made.length || used.has(target)) return undefined;
      used.add(target);
      return target;
    };
    for (let i = made.length - 1; i >= 0; i--) fill(i, made, plan, choose);
    return made[0]!;
  };
}

type Filled = Value[] | Tuple | ValueSet | Dict | ByteArray | InertCall;

function makeEmpty({ kind, parts }: Node): Filled {
  switch (kind) {
    case 'list':
      return [];
    case 'tuple':
      return tuple();
    case 'set':
    case 'frozenset':
      return new ValueSet(kind === 'frozenset');
    case 'dict':
      return new Dict();
    case 'bytearray':
      return new ByteArray(Uint8Array.from(parts, (part) => part.target ?? 0));
    case 'call':
      return new InertCall(new InertName('collections', 'deque'), tuple());
  }
}

function fill(
  index: number,
  made: readonly Filled[],
  plan: readonly Node[],
  choose: (from: number, part: Part) => number | undefined,
): void {
  const container = made[index]!;
  const isFixed = (at: number): boolean => made[at] instanceof Tuple || made[at] instanceof ValueSet;
  for (const part of plan[index]!.parts) {
    const target = choose(index, part);
    // What Python cannot change after making it can refer only to what is made before, or to what is filled later.
    const reachable = target !== undefined && (target > index || !isFixed(index) || !isFixed(target));
    const value = reachable ? made[target]! : part.leaf;
    const isMember = value instanceof ValueSet && value.frozen && target !== undefined && target > index;
    if (Array.isArray(container)) container.push(value);
    else if (container instanceof Tuple) container.items.push(value);
    else if (container instanceof ValueSet) container.add(isMember ? value : part.key);
    else if (container instanceof Dict) container.set(part.key, value);
    else if (container instanceof InertCall) fillCall(container, part.key, value);
  }
}

function fillCall(call: InertCall, key: Value, value: Value): void {
  if (call.state === undefined) call.state = value;
  else if (call.appended.length < 2) call.appended.push(value);
  else call.entries.push([key, value]);
}
