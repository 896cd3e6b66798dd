/**
 * What loading a pickle in Python comes to, from harmless to worst:
 * - `plain`: values of Python itself and its standard library;
 * - `known`: also data of known libraries, in exactly the forms in which they write it;
 * - `classes`: also classes that are not known, which Python would import and make objects of;
 * - `calls`: calls of anything else, or changes to what Python has imported.
 */
export const LEVELS = ['plain', 'known', 'classes', 'calls'] as const;

export type Level = (typeof LEVELS)[number];

export function worst(levels: Iterable<Level>): Level {
  let found = 0;
  for (const level of levels) found = Math.max(found, LEVELS.indexOf(level));
  return LEVELS[found] as Level;
}

/** What Python would do to load a pickle, other than making plain data. Structured-cloneable. */
export interface PickleActions {
  readonly level: Level;
  /**
   * Everything that Python would do, the worst first, and then in the order in which Python would reach it. Harmless
   * actions, and those that only make objects, are listed once for each class or function.
   */
  readonly effects: readonly Effect[];
  /** How many more there are than are listed. */
  readonly unlisted: number;
  /** Whether it is made so that Python reads it in one way from memory and in another from a file. */
  readonly isTwofold: boolean;
}

export interface Effect {
  readonly kind: 'call' | 'change' | 'import' | 'reference';
  readonly level: Level;
  /** The called, changed or imported object, such as `os.system`. */
  readonly subject: string;
  /** In Python's notation, such as `os.system("ls")`; the middle of long texts is left out. */
  readonly text: string;
  readonly count: number;
  /** How many leave nothing in the value: Python would make them, and forget their result. */
  readonly dropped: number;
  /**
   * If not every way of reading reaches it: only `pickle.load` of a file, only `pickle.loads`, only Python without the
   * library whose format the file has, or only after an error.
   */
  readonly only?: 'file' | 'memory' | 'pickle' | 'rest';
}

/** Whether Python would run anything except its own reading of data, or import anything unknown. */
export function runsCode({ level }: PickleActions): boolean {
  return level === 'classes' || level === 'calls';
}
