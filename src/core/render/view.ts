import { LimitError } from '../errors';
import { DEFAULT_LIMITS } from '../limits';
import type { PathStep } from '../values/pathStep';
import { say } from '../text';

/** How a value is laid out as text for a person. */
export interface ViewOptions {
  /** Spaces for each level. */
  readonly indent: number;
  /** The largest length of the text in characters. Values with shared parts can have exponentially long texts. */
  readonly maxLength: number;
  /** The path of the value in the item, for errors and comments. */
  readonly place?: readonly PathStep[];
  /** Whether the value itself is written as its stored call, even if it is recognized. */
  readonly isStored?: boolean;
  /** Whether an array or table of more than a thousand elements is described instead of written out. */
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
