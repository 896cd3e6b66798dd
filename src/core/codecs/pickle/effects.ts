/**
 * The effect of loading a pickle in Python, from harmless to worst:
 * - `plain`: makes values of Python itself and its standard library;
 * - `known`: also makes data of known libraries, in exactly the forms in which they write it;
 * - `classes`: also imports unknown classes, and makes objects of them;
 * - `calls`: calls anything else, or changes imported objects.
 */
export const LEVELS = ['plain', 'known', 'classes', 'calls'] as const;

export type Level = (typeof LEVELS)[number];

export function worst(levels: Iterable<Level>): Level {
  let found = 0;
  for (const level of levels) found = Math.max(found, LEVELS.indexOf(level));
  return LEVELS[found] as Level;
}

/** The actions that Python would take to load a pickle, other than making plain data. Structured-cloneable. */
export interface PickleActions {
  readonly level: Level;
  /**
   * The actions of Python, the worst first, and otherwise in the order in which Python would reach it. Harmless actions, and
   * those that only make objects, are listed once for each class or function.
   */
  readonly effects: readonly Effect[];
  /** How many effects are not listed. */
  readonly unlisted: number;
  /** Whether the pickle is made so that Python reads it in one way from memory and in another from a file. */
  readonly isAmbiguous: boolean;
}

export interface Effect {
  readonly kind: 'call' | 'change' | 'import' | 'reference';
  readonly level: Level;
  /** The called, changed or imported object, such as `os.system`. */
  readonly subject: string;
  /** In Python's notation, such as `os.system("ls")`; the middle of long texts is left out. */
  readonly text: string;
  readonly count: number;
  /** How many of the calls have results that are not part of the value. */
  readonly dropped: number;
  /**
   * Set if not every way of reading reaches it, but only `pickle.load` of a file (`file`), `pickle.loads` (`memory`), Python
   * without the library whose format the file has (`pickle`), or a reader that continues after an error (`rest`).
   */
  readonly only?: 'file' | 'memory' | 'pickle' | 'rest';
}

/** Whether Python would run code other than that which reads data, or import anything unknown. */
export function runsCode({ level }: PickleActions): boolean {
  return level === 'classes' || level === 'calls';
}
