/** The data with which a worker thread is started. */
export interface WorkerData {
  /** The largest estimated memory of all values together, in bytes. */
  readonly values: number;
  /** The shared memory of {@link CallStates}. */
  readonly calls: SharedArrayBuffer;
}

/** The number of recent calls whose state is stored. */
const KNOWN = 1024;
const BEGUN = 1;
const CANCELLED = 2;

/**
 * Records which calls of a worker have begun, and which were cancelled before that. It is in memory that both threads share,
 * because a busy worker receives no messages. Calls share places modulo {@link KNOWN}; fewer calls than that are pending at once.
 */
export class CallStates {
  private readonly states: BigInt64Array;

  constructor(readonly memory = new SharedArrayBuffer(KNOWN * BigInt64Array.BYTES_PER_ELEMENT)) {
    this.states = new BigInt64Array(memory);
  }

  /** Called by the worker before a call. @returns false if the call has been cancelled */
  begin(id: number): boolean {
    return !this.is(id, CANCELLED) && this.claim(id, BEGUN);
  }

  /** Called by the main thread. @returns `waiting` if the call has not begun, and so never will */
  cancel(id: number): 'waiting' | 'begun' {
    return this.claim(id, CANCELLED) ? 'waiting' : 'begun';
  }

  private is(id: number, state: number): boolean {
    return Atomics.load(this.states, id % KNOWN) === entry(id, state);
  }

  /** Sets the state of a call, unless it is set already. @returns whether this thread was the first */
  private claim(id: number, state: number): boolean {
    const before = Atomics.load(this.states, id % KNOWN);
    if (before === entry(id, BEGUN) || before === entry(id, CANCELLED)) return false;
    return Atomics.compareExchange(this.states, id % KNOWN, before, entry(id, state)) === before;
  }
}

function entry(id: number, state: number): bigint {
  return BigInt(id) * 4n + BigInt(state);
}
