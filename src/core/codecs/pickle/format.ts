import type { FormatFacts } from '../format';
import { beginsAsPickle, PickleRecognizer } from './recognizer';
import { say } from '../../text';

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
