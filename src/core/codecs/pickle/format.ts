import type { FormatFacts, Recognition, Recognizer } from '../format';
import { say } from '../../text';
import { PickleScanner } from './scanner';

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

const PROTO = 0x80;

/** Whether bytes begin like a pickle of protocol 2 to 5: with its protocol. Undefined if they are too few to decide. */
function beginsAsPickle(start: Uint8Array, isAll: boolean): boolean | undefined {
  const [first, protocol] = start;
  if (first === undefined && !isAll) return undefined;
  if (first !== PROTO) return false;
  // A single such byte is taken for a truncated pickle.
  if (protocol === undefined) return isAll ? true : undefined;
  return protocol >= 2 && protocol <= 5;
}

/** Finds the end of a pickle while it arrives. */
class PickleRecognizer implements Recognizer {
  readonly isContainer = true;
  private readonly scanner = new PickleScanner();
  private hasEnded = false;

  get state(): Recognition {
    if (this.hasEnded) return 'ended';
    return this.scanner.isPickle ? 'open' : 'not';
  }

  update(bytes: Uint8Array): number {
    const end = this.scanner.scan(bytes);
    this.hasEnded ||= end !== undefined;
    return end ?? bytes.length;
  }
}
