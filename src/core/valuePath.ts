import type { PathStep } from './pathStep';
import { cutText, flatLiteral } from './render/flatLiteral';

export type { PathStep } from './pathStep';

/** Longer expressions are cut, so that a hostile key does not fill the screen. */
const MAX_LENGTH = 2_000;
const MAX_KEY_LENGTH = 1_000;

/**
 * The Python expression for the place that the steps lead to, such as `data["a"][3]`. A member of a set is `list(data)[0]`, a key
 * of a dictionary likewise; parts of an inert object read as attributes: `data.args[0]`.
 */
export function formatPath(steps: readonly PathStep[]): string {
  return cutText(steps.reduce(extendPath, 'data'), MAX_LENGTH);
}

function extendPath(expression: string, step: PathStep): string {
  switch (step.kind) {
    case 'index':
      return `${expression}[${step.index}]`;
    case 'key':
      return `${expression}[${flatLiteral(step.key, MAX_KEY_LENGTH)}]`;
    case 'member':
      return `list(${expression})[${step.index}]`;
    case 'part':
      return `${expression}.${step.name}`;
  }
}
