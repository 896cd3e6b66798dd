import { FairQueue } from './fairQueue';

/*
 * Gives everything else in the process its turn, however many connections have work: all of them share a few milliseconds of
 * each turn of the event loop. Flows, such as the connections of one address, share that time among them, so that neither a
 * large flow nor one with long work gets more than others. Within a flow, the order is that of asking. The system delivers
 * one new connection in each turn, so while they come, less is done in each.
 */

/** Milliseconds of work in a turn, and the mean for a turn in which a connection comes. */
const SLICE = 2;
const SLICE_BESIDE_CONNECTIONS = 0.5;
/** Most turns in which only connections are accepted, after work that has taken longer than it should. */
const MOST_TURNS_WITHOUT_WORK = 8;

const waiting = new FairQueue<() => void>();
let end = 0;
let isAsked = false;
let hasNewConnection = false;
/** Milliseconds left over from turns in which connections came; negative if work has taken more. */
let left = 0;
/** The flow whose work is running, and since when. */
let working: string | undefined;
let workingSince = 0;

/** To be called for each connection that comes in. */
export function noteNewConnection(): void {
  hasNewConnection = true;
}

/** Waits for a place in this turn, or in one of the next. Also for loops that could go on without waiting for anything. */
export function nextTurn(flow = ''): Promise<void> {
  return new Promise((resolve) => {
    waiting.add(resolve, flow);
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
  working = next.flow;
  workingSince = performance.now();
  next.member();
  // A tick that a microtask requests comes when the work of that microtask is done.
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
