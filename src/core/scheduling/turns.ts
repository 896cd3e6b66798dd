/*
 * However many connections have something to do, everything else of the process has its turn in between: all of them share a few
 * milliseconds of each turn of the event loop, and go on one after another, in the order in which they have asked.
 */

/** Milliseconds of work in each turn. */
const SLICE = 2;

const waiting: (() => void)[] = [];
let end = 0;
let isAsked = false;

/** Waits for a place in this turn, or in one of the next. For loops that could go on without waiting for anything, too. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    askForTurn();
  });
}

function askForTurn(): void {
  if (isAsked) return;
  isAsked = true;
  setImmediate(() => {
    isAsked = false;
    end = performance.now() + SLICE;
    letNextGoOn();
  });
}

function letNextGoOn(): void {
  waiting.shift()?.();
  // A tick that is asked for by a microtask comes when that one's work is done.
  queueMicrotask(() => process.nextTick(goOnIfTimeIsLeft));
}

function goOnIfTimeIsLeft(): void {
  if (waiting.length === 0) return;
  if (performance.now() > end) askForTurn();
  else letNextGoOn();
}
