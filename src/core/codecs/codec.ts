import type { Limits } from '../limits';
import type { ViewOptions } from '../render/view';
import type { Value } from '../values/value';
import type { MemoryBudget } from './memoryBudget';
import type { PickleActions } from './pickle/format';
import type { FormatFacts } from './format';
import { type Words } from '../text';

/** A format of the value model with its reader and writer. All are in the table `src/core/codecs/codecs.ts`. */
export type Codec = TextCodec | BinaryCodec;

/** A codec of a format that a person can read. */
export interface TextCodec extends AnyCodec, FormatFacts {
  readonly isText: true;
  /** The usual indentation of the format, in spaces for each level of {@link format}. */
  readonly indent: number;

  /** Writes a value for a person. @throws EncodeError if the format cannot hold the value, LimitError */
  format(value: Value, options: ViewOptions): string;
}

/** A codec of a format that is shown to a person as a Python literal. */
export interface BinaryCodec extends AnyCodec, FormatFacts {
  readonly isText: false;
}

interface AnyCodec {
  /** Reads a value, and charges its memory to the budget. @throws DecodeError, LimitError */
  decode(bytes: Uint8Array, reading: Reading): Decoded;

  /** The encoded bytes. @throws EncodeError if the format cannot hold the value, LimitError if it is nested too deeply */
  encode(value: Value, limits: Pick<Limits, 'nestingDepth'>): Uint8Array;
}

/** Limits of decoding. */
export interface Reading {
  readonly nestingDepth: number;
  /** Default: a new budget. */
  readonly budget?: MemoryBudget;
}

export interface Decoded {
  readonly value: Value;
  /** The actions that Python would take to load it, if it is a pickle. */
  readonly actions?: PickleActions;
  /** Sentences for the person about how it was read. */
  readonly notices?: readonly Words[];
}
