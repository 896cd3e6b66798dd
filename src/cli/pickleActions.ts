import { runsCode, type CallSummary, type PickleActions } from '../core/codecs/pickle/codec';
import type { Output } from './output';

/** Says on standard error what Python would do to load a pickle. @param name what it is called there */
export function noteActions(name: string, actions: PickleActions, output: Output): void {
  if (!runsCode(actions)) {
    output.note(`${name}: plain data. Python would run no code of others to load it.`);
    return;
  }
  output.note(`${name}: Python would run code to load it. Nothing of it was run here.`);
  for (const call of actions.calls) output.note(`  calls ${describeCall(call)}`);
  const called = new Set(actions.calls.map(({ callable }) => callable));
  for (const imported of actions.names) if (!called.has(imported)) output.note(`  imports ${imported}`);
  if (actions.isCut) output.note('  and more');
}

function describeCall({ example, count, dropped }: CallSummary): string {
  const facts = count > 1 ? [`${count} times`] : [];
  if (dropped > 0) facts.push(dropped === count ? DROPPED : `${dropped} of them: ${DROPPED}`);
  return facts.length > 0 ? `${example} (${facts.join(', ')})` : example;
}

const DROPPED = 'the result is dropped and not shown';
