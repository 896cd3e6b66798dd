import type { SeededRandom } from '../unit/net/seededRandom';

/** Bytes beyond which no input grows. */
const LONGEST = 4096;
/** Numbers at which programs err, as they stand in binary formats. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff];

type Change = (input: Buffer, random: SeededRandom, others: Others) => Buffer;

/** The material of changes. */
export interface Others {
  readonly corpus: readonly Buffer[];
  readonly dictionary: readonly Buffer[];
}

/** An input with up to eight changes. */
export function mutate(input: Buffer, random: SeededRandom, others: Others): Buffer {
  let changed: Buffer = Buffer.from(input);
  for (let left = 1 + random.between(0, random.pick([1, 3, 8])); left > 0; left--)
    changed = random.pick(CHANGES)(changed, random, others).subarray(0, LONGEST);
  return changed;
}

const CHANGES: readonly Change[] = [
  /** A bit. */
  (input, random) => {
    if (input.length > 0) input[random.between(0, input.length)]! ^= 1 << random.between(0, 8);
    return input;
  },
  /** A byte. */
  (input, random) => {
    if (input.length > 0) input[random.between(0, input.length)] = random.between(0, 256);
    return input;
  },
  /** A number, in either order of bytes. */
  (input, random) => {
    const size = random.pick([1, 2, 4]);
    if (input.length < size) return input;
    const at = random.between(0, input.length - size + 1);
    const value = random.pick(EDGES) % 2 ** (8 * size);
    if (random.fraction() < 0.5) input.writeUIntBE(value, at, size);
    else input.writeUIntLE(value, at, size);
    return input;
  },
  /** Something left out. */
  (input, random) => {
    const [from, to] = range(input, random);
    return Buffer.concat([input.subarray(0, from), input.subarray(to)]);
  },
  /** Something there twice, or often. */
  (input, random) => {
    const [from, to] = range(input, random);
    const times = random.pick([1, 1, 2, 50]);
    const copies = Array.from({ length: times }, () => input.subarray(from, to));
    return Buffer.concat([input.subarray(0, to), ...copies, input.subarray(to)]);
  },
  /** Cut off. */
  (input, random) => input.subarray(0, random.between(0, input.length + 1)),
  /** A word of the format, put in or over what was there. */
  (input, random, { dictionary }) => {
    if (dictionary.length === 0) return input;
    const word = random.pick(dictionary);
    const at = random.between(0, input.length + 1);
    const rest = input.subarray(random.fraction() < 0.5 ? at : Math.min(input.length, at + word.length));
    return Buffer.concat([input.subarray(0, at), word, rest]);
  },
  /** The end of another input. */
  (input, random, { corpus }) => {
    const other = random.pick(corpus);
    const [at, from] = [random.between(0, input.length + 1), random.between(0, other.length + 1)];
    return Buffer.concat([input.subarray(0, at), other.subarray(from)]);
  },
];

function range({ length }: Buffer, random: SeededRandom): [from: number, to: number] {
  const from = random.between(0, length + 1);
  return [from, Math.min(length, from + random.between(0, random.pick([4, 32, length + 1])))];
}
