/** The data with which a worker thread is started. */
export interface WorkerData {
  /** Most bytes of all values together, as estimated. */
  readonly values: number;
  /** Memory of {@link CallStates}. */
  readonly calls: SharedArrayBuffer;
}

/** Number of the last calls whose state is known. */
const KNOWN = 1024;
const BEGUN = 1;
const CANCELLED = 2;

/**
 * Which calls of a worker have begun, and which have been cancelled before, in memory that both threads share: a busy worker
 * reads no messages. Each place belongs to its last call, of which no more than {@link KNOWN} wait at once.
 */
export class CallStates {
  private readonly states: BigInt64Array;

  constructor(readonly memory = new SharedArrayBuffer(KNOWN * BigInt64Array.BYTES_PER_ELEMENT)) {
    this.states = new BigInt64Array(memory);
  }

  /** The worker's side. @returns false for one that has been cancelled */
  begin(id: number): boolean {
    return !this.is(id, CANCELLED) && this.claim(id, BEGUN);
  }

  /** The main thread's side. @returns whether it has not begun, and so never will */
  cancel(id: number): 'waiting' | 'begun' {
    return this.claim(id, CANCELLED) ? 'waiting' : 'begun';
  }

  private is(id: number, state: number): boolean {
    return Atomics.load(this.states, id % KNOWN) === entry(id, state);
  }

  /** Whoever is first decides. */
  private claim(id: number, state: number): boolean {
    const before = Atomics.load(this.states, id % KNOWN);
    if (before === entry(id, BEGUN) || before === entry(id, CANCELLED)) return false;
    return Atomics.compareExchange(this.states, id % KNOWN, before, entry(id, state)) === before;
  }
}

function entry(id: number, state: number): bigint {
  return BigInt(id) * 4n + BigInt(state);
}
