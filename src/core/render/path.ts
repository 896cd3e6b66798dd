import type { PathStep } from '../values/pathStep';
import { cutText, flatLiteral } from './flatLiteral';

export type { PathStep } from '../values/pathStep';

/** Longer expressions are cut, so that a hostile key does not fill the screen. */
const MAX_LENGTH = 2_000;
const MAX_KEY_LENGTH = 1_000;

/**
 * The Python expression for a path, such as `data["a"][3]`. A member of a set, or a key of a dictionary, is `list(data)[0]`;
 * parts of an inert object are attributes: `data.args[0]`.
 */
export function formatPath(steps: readonly PathStep[]): string {
  // Each member adds `list(` at the start, and at least one character later, so more of them would not be shown.
  const members = steps.filter(({ kind }) => kind === 'member').length;
  let expression = `${'list('.repeat(Math.min(members, MAX_LENGTH))}data`;
  for (const step of steps) {
    if (expression.length > MAX_LENGTH) break;
    expression += suffix(step);
  }
  return cutText(expression, MAX_LENGTH);
}

function suffix(step: PathStep): string {
  switch (step.kind) {
    case 'index':
      return `[${step.index}]`;
    case 'key':
      return `[${flatLiteral(step.key, MAX_KEY_LENGTH)}]`;
    case 'member':
      return `)[${step.index}]`;
    case 'part':
      return `.${step.name}`;
  }
}
