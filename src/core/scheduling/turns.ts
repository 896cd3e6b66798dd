import { FairQueue } from './fairQueue';

/*
 * However many connections have something to do, everything else of the process has its turn in between: all of them share a few
 * milliseconds of each turn of the event loop, and go on one after another: one of each crowd, such as the connections of one address, so
 * that a large crowd takes no more time than a small one, and in a crowd in the order in which they have asked. Of the connections that
 * wait to be taken, the system gives one in each turn. So while they come, turns without any other work stand between those with some.
 */

/** Milliseconds of work in a turn. */
const SLICE = 2;
/** Turns between two with work in which only connections are taken, while they come. */
const TURNS_WITHOUT_WORK = 8;

const waiting = new FairQueue<() => void>();
let end = 0;
let isAsked = false;
let hasNewConnection = false;
let turnsWithoutWork = 0;

/** To be called for each connection that comes in. */
export function noteNewConnection(): void {
  hasNewConnection = true;
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
  setImmediate(giveTurn);
}

function giveTurn(): void {
  if (hasNewConnection && turnsWithoutWork < TURNS_WITHOUT_WORK) {
    hasNewConnection = false;
    turnsWithoutWork++;
    setImmediate(giveTurn);
    return;
  }
  isAsked = false;
  turnsWithoutWork = 0;
  end = performance.now() + SLICE;
  letNextGoOn();
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
