import { FairQueue } from './fairQueue';

/*
 * However many connections have something to do, everything else of the process has its turn in between: all of them share a few
 * milliseconds of each turn of the event loop, and go on one after another: one of each crowd, such as the connections of one address, so
 * that a large crowd takes no more time than a small one, and in a crowd in the order in which they have asked.
 */

/** Milliseconds of work in each turn. */
const SLICE = 2;
/** The same while connections come in, and how many milliseconds after the last one that goes on. */
const SHORT_SLICE = 0.5;
const SHORT_TIME = 100;

const waiting = new FairQueue<() => void>();
let end = 0;
let isAsked = false;
let shortUntil = 0;

/** To be called for each connection that comes in: of all that wait, the system gives one in each turn of the event loop. */
export function noteNewConnection(): void {
  shortUntil = performance.now() + SHORT_TIME;
}

/** Waits for a place in this turn, or in one of the next. For loops that could go on without waiting for anything, too. */
export function nextTurn(crowd = ''): Promise<void> {
  return new Promise((resolve) => {
    waiting.add(resolve, crowd);
    askForTurn();
  });
}

function askForTurn(): void {
  if (isAsked) return;
  isAsked = true;
  setImmediate(() => {
    isAsked = false;
    const now = performance.now();
    end = now + (now < shortUntil ? SHORT_SLICE : SLICE);
    letNextGoOn();
  });
}

function letNextGoOn(): void {
  waiting.take()?.();
  // A tick that is asked for by a microtask comes when that one's work is done.
  queueMicrotask(() => process.nextTick(goOnIfTimeIsLeft));
}

function goOnIfTimeIsLeft(): void {
  if (waiting.isEmpty) return;
  if (performance.now() > end) askForTurn();
  else letNextGoOn();
}
