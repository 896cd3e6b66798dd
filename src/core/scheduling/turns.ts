import { FairQueue } from './fairQueue';

/*
 * However many connections have something to do, everything else of the process has its turn in between: all of them share a few
 * milliseconds of each turn of the event loop. Crowds, such as the connections of one address, share that time among them, so that
 * neither a large crowd nor one whose work takes long has more of it than others; in a crowd, the order is that of asking. Of the connections
 * that wait to be taken, the system gives one in each turn. So while they come, less is done in each.
 */

/** Milliseconds of work in a turn, and, as a mean, in one of the turns in which connections come. */
const SLICE = 2;
const SLICE_BESIDE_CONNECTIONS = 0.5;
/** Turns in which only connections are taken, at most, after work that has taken longer than it should. */
const MOST_TURNS_WITHOUT_WORK = 8;

const waiting = new FairQueue<() => void>();
let end = 0;
let isAsked = false;
let hasNewConnection = false;
/** Milliseconds that are left of turns in which connections came; less than none where work has taken more. */
let left = 0;
/** Whose work goes on, and since when. */
let working: string | undefined;
let workingSince = 0;

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
  isAsked = false;
  left = hasNewConnection ? Math.min(left + SLICE_BESIDE_CONNECTIONS, SLICE) : SLICE;
  hasNewConnection = false;
  end = performance.now() + left;
  if (left > 0) letNextGoOn();
  else askForTurn();
}

function letNextGoOn(): void {
  const next = waiting.take();
  if (!next) return;
  working = next.crowd;
  workingSince = performance.now();
  next.member();
  // A tick that is asked for by a microtask comes when that one's work is done.
  queueMicrotask(() => process.nextTick(goOnIfTimeIsLeft));
}

function goOnIfTimeIsLeft(): void {
  const now = performance.now();
  if (working !== undefined) waiting.charge(working, now - workingSince);
  left = Math.max(left - (now - workingSince), -MOST_TURNS_WITHOUT_WORK * SLICE_BESIDE_CONNECTIONS);
  working = undefined;
  if (waiting.isEmpty) return;
  if (now > end) askForTurn();
  else letNextGoOn();
}
