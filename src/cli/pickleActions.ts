import type { Effect, Level, PickleActions } from '../core/codecs/pickle/format';
import type { Output } from './output';

const SENTENCES: Readonly<Record<Level, string>> = {
  plain: 'plain data. Loading it in Python runs no third-party code.',
  known: 'data of known libraries. Loading it in Python imports them, and calls nothing else.',
  classes: 'names classes that are not known. Loading it in Python would import them. Nothing was run here.',
  calls: 'loading it in Python would call functions or change imported objects. Nothing was run here.',
};

/**
 * Prints on standard error what Python would do to load a pickle.
 * @param name the name for messages
 * @param isWhole whether all of it could be read; otherwise, it is not called harmless
 */
export function noteActions(name: string, actions: PickleActions, isWhole: boolean, output: Output): void {
  const { level, isAmbiguous, unlisted } = actions;
  if (isAmbiguous)
    output.note(
      `${name}: crafted to be read in two ways: pickle.load on a file and pickle.loads behave differently.`,
    );
  if (isWhole || !isCalm(level)) output.note(`${name}: ${SENTENCES[level]}`);
  for (const line of describeActions(actions)) output.note(`  ${line}`);
  if (unlisted > 0) output.note(`  and ${unlisted} more; --calls lists all`);
}

/**
 * Prints everything that Python would do: a line each, or with `--json` an event each.
 * @param isWhole whether all of it could be read; otherwise, it is not called harmless
 */
export function listActions(actions: PickleActions, isWhole: boolean, output: Output): void {
  const { isAmbiguous } = actions;
  const level = isWhole || !isCalm(actions.level) ? actions.level : 'unknown';
  output.event({ event: 'level', level, isTwofold: isAmbiguous });
  for (const effect of actions.effects) output.event({ event: 'effect', ...effect });
  output.line(`level: ${level}`);
  for (const line of describeActions(actions)) output.line(line);
}

/** The dangerous ones first; harmless ones in one line. */
function describeActions({ effects }: PickleActions): string[] {
  const harmless = effects.filter(isHarmless);
  const lines = effects.filter((effect) => !isHarmless(effect)).map(describe);
  if (harmless.length === 0) return lines;
  const known = harmless.map(({ subject, count }) => (count > 1 ? `${subject} (${count})` : subject));
  return [...lines, `known data: ${known.join(', ')}`];
}

function isHarmless({ level }: Effect): boolean {
  return isCalm(level);
}

function isCalm(level: Level): boolean {
  return level === 'plain' || level === 'known';
}

const VERBS: Readonly<Record<Effect['kind'], string>> = {
  call: 'calls',
  change: 'changes an imported object:',
  import: 'imports',
  reference: 'refers to',
};

function describe(effect: Effect): string {
  const { kind, level, subject, text, count, dropped, only } = effect;
  const isMaking = kind === 'call' && level === 'classes' && text === subject;
  const verb = isMaking ? 'makes objects of' : VERBS[kind];
  const facts = count > 1 ? [`${count} times`] : [];
  if (dropped > 0) facts.push(dropped === count ? DROPPED : `${dropped} of them: ${DROPPED}`);
  if (only !== undefined) facts.push(ONLY[only]);
  return `${verb} ${text}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`;
}

const DROPPED = 'the result is dropped and not shown';

const ONLY: Readonly<Record<NonNullable<Effect['only']>, string>> = {
  file: 'only when it is loaded from a file',
  memory: 'only in some ways of loading it',
  pickle: 'only when it is loaded without the library that wrote it',
  rest: 'after an error; Python may run it',
};
