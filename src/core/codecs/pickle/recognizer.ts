import type { Recognition, Recognizer } from '../format';
import { PickleScanner } from './scanner';

const PROTO = 0x80;

/** Whether bytes begin like a pickle of protocol 2 to 5: with its protocol. Undefined if they are too few to decide. */
export function beginsAsPickle(start: Uint8Array, isAll: boolean): boolean | undefined {
  const [first, protocol] = start;
  if (first === undefined && !isAll) return undefined;
  if (first !== PROTO) return false;
  // A single such byte is taken for a truncated pickle.
  if (protocol === undefined) return isAll ? true : undefined;
  return protocol >= 2 && protocol <= 5;
}

/** Finds the end of a pickle while it arrives. */
export class PickleRecognizer implements Recognizer {
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
