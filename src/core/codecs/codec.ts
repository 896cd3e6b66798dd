import type { Limits } from '../limits';
import type { ViewOptions } from '../render/view';
import type { Value } from '../values/value';
import type { MemoryBudget } from './memoryBudget';
import type { PickleActions } from './pickle/format';
import type { FormatFacts } from './format';
import { type Words } from '../text';

/** One serialization of the value model: its format, reader and writer. `src/core/codecs/codecs.ts` is the table of them. */
export type Codec = TextCodec | BinaryCodec;

/** A codec of a format that a person can read. */
export interface TextCodec extends AnyCodec, FormatFacts {
  readonly isText: true;
  /** Spaces for each level of {@link format}, by the custom of the format. */
  readonly indent: number;

  /** Writes a value for a person. @throws EncodeError where the format cannot hold the value, LimitError */
  format(value: Value, options: ViewOptions): string;
}

/** A codec of a format that is shown to a person as a Python literal. */
export interface BinaryCodec extends AnyCodec, FormatFacts {
  readonly isText: false;
}

interface AnyCodec {
  /** Charges the budget for the memory of the value. @throws DecodeError, LimitError */
  decode(bytes: Uint8Array, reading: Reading): Decoded;

  /** The encoded bytes. @throws EncodeError if the format cannot hold the value, LimitError if it is nested too deeply */
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
  /** What Python would do to load it, if it is a pickle. */
  readonly actions?: PickleActions;
  /** Facts about how it was read that a person should know, each in a sentence. */
  readonly notices?: readonly Words[];
}
