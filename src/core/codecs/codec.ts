import type { Limits } from '../limits';
import type { Value } from '../values/value';
import type { Format } from '../item/item';

/** One serialization of the value model. `src/core/codecs/codecs.ts` is the table of them. */
export interface Codec {
  readonly format: Format;
  /** What a person calls it: `pickle`, `JSON`, `XML`. */
  readonly title: string;
  /** Without the dot. */
  readonly extension: string;

  /** @throws DecodeError, LimitError */
  decode(bytes: Uint8Array, limits: Pick<Limits, 'nestingDepth'>): Value;

  /** What goes on the wire. @throws EncodeError where the format cannot hold the value, LimitError where it is nested too deeply */
  encode(value: Value, limits: Pick<Limits, 'nestingDepth'>): Uint8Array;
}
