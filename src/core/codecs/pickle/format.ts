import type { FormatFacts } from '../format';
import { beginsAsPickle, PickleRecognizer } from './recognizer';
import { say } from '../../text';

export { runsCode, type Effect, type Level, type PickleActions } from './effects';
export { EarlyPickleScanner } from './earlyScanner';
export { PickleScanner } from './scanner';

/** Python's pickle, as far as it is known without reading one, for the editor and the dialects. */
export const pickleFormat = {
  title: 'pickle',
  label: say`Binary`,
  detail: say`Python's pickle. Keeps every type.`,
  extensions: ['pkl', 'pickle'],
  // Pascal, Prolog and others use it too.
  sharedExtensions: ['p'],
  isText: false,

  begins: beginsAsPickle,

  recognizer: () => new PickleRecognizer(),
} as const satisfies FormatFacts;
