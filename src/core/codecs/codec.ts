import type { Limits } from '../limits';
import type { ViewOptions } from '../render/view';
import type { Value } from '../values/value';
import type { MemoryBudget } from './memoryBudget';
import type { PickleActions } from './pickle/actions';
import { type Words } from '../text';

/**
 * One serialization of the value model, and all that the rest of the program knows of it. `src/core/codecs/codecs.ts` is the table
 * of them. The words are English; the editor looks up their translation.
 */
export type Codec = TextCodec | BinaryCodec;

/** A format that a person can read. */
export interface TextCodec extends AnyCodec {
  readonly isText: true;
  /** Spaces for each level of {@link format}, by the custom of the format. */
  readonly indent: number;

  /** Writes a value for a person. @throws EncodeError where the format cannot hold the value, LimitError */
  format(value: Value, options: ViewOptions): string;
}

/** A format that is shown to a person as a Python literal. */
export interface BinaryCodec extends AnyCodec {
  readonly isText: false;
}

interface AnyCodec {
  /** What a person calls it in a sentence: `pickle`, `JSON`. In small letters, it is also its word on the command line. */
  readonly title: string;
  /** What a list of formats calls it, and how it explains it. */
  readonly label: Words;
  readonly detail: Words;
  /** Of files, without the dot; the first is the one that is written. */
  readonly extensions: readonly [string, ...string[]];
  /** Extensions that other kinds of files have as well. */
  readonly sharedExtensions?: readonly string[];

  /**
   * Whether content that begins so may be of this format; undefined while that is too short to tell. For text, a byte order mark and
   * white space have been taken away.
   * @param isAll whether no more bytes will come: then it is never undefined
   */
  begins(start: Uint8Array, isAll: boolean): boolean | undefined;

  /** Follows content that {@link begins} so while it arrives. @param depth containers inside one another that it may have */
  recognizer(depth: number): Recognizer;

  /** Charges the budget for what the value will take. @throws DecodeError, LimitError */
  decode(bytes: Uint8Array, reading: Reading): Decoded;

  /** What goes on the wire. @throws EncodeError where the format cannot hold the value, LimitError where it is nested too deeply */
  encode(value: Value, limits: Pick<Limits, 'nestingDepth'>): Uint8Array;
}

/** What decoding may take. */
export interface Reading {
  readonly nestingDepth: number;
  /** A full one unless given. */
  readonly budget?: MemoryBudget;
}

export interface Decoded {
  readonly value: Value;
  /** What Python would do to load it; of a pickle. */
  readonly actions?: PickleActions;
  /** What a person should know of how it was read, each in a sentence. */
  readonly notices?: readonly Words[];
}

/**
 * - `open`: more must come.
 * - `whole`: complete, after which only white space may come.
 * - `ended`: complete, and nothing more belongs to it.
 * - `not`: not of the format, and never again.
 */
export type Recognition = 'open' | 'whole' | 'ended' | 'not';

/** Tells what has arrived of some content so far. Keeps next to nothing of it, however long it is. */
export interface Recognizer {
  readonly state: Recognition;
  /** Whether it is a container, where a format can also hold single values. */
  readonly isContainer: boolean;
  /** @returns how many of the bytes belong to it: all of them but those behind the end of one that has `ended` */
  update(bytes: Uint8Array): number;
}
