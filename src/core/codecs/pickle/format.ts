import type { FormatFacts } from '../format';
import { beginsAsPickle, PickleRecognizer } from './recognizer';
import { say } from '../../text';

export { runsCode, type Effect, type Level, type PickleActions } from './effects';
export { EarlyPickleScanner } from './earlyScanner';
export { PickleScanner } from './scanner';

/** The description of Python's pickle, for the editor and the dialects. */
export const pickleFormat = {
  title: 'pickle',
  detail: say`Python's own format. Keeps every type.`,
  extensions: ['pkl', 'pickle'],
  // Files of Pascal, Prolog and others have it too.
  sharedExtensions: ['p'],
  isText: false,
  namesCode: true,

  begins: beginsAsPickle,

  recognizer: () => new PickleRecognizer(),
} as const satisfies FormatFacts;
