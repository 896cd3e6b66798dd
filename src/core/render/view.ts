import { LimitError } from '../errors';
import { DEFAULT_LIMITS } from '../limits';
import type { PathStep } from '../values/pathStep';
import { say } from '../text';

/** How a value is laid out as text for a person. */
export interface ViewOptions {
  /** Spaces for each level. */
  readonly indent: number;
  /** Characters that the text may have; values that share their parts can be exponentially large when written out. */
  readonly maxLength: number;
  /** The path of the value in the whole, for errors and comments. */
  readonly place?: readonly PathStep[];
  /** Whether the value itself is written as the call that is stored, and not as what it is known to be. */
  readonly isStored?: boolean;
  /** Whether an array or table of more than a thousand elements is described, and not written out, as numpy and pandas do. */
  readonly isAbridged?: boolean;
}

/** How deeply the containers of a value may be nested to be shown as text. */
export const VIEW_DEPTH = DEFAULT_LIMITS.nestingDepth;

export function textTooLong(
  maxLength: number,
  advice = say`Expand the value in the tree and show a part of it, or save the item.`,
): LimitError {
  return new LimitError(say`The length of the text`, maxLength, say`characters`, advice);
}
