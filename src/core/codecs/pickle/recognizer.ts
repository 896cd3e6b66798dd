import type { Recognition, Recognizer } from '../format';
import { PickleScanner } from './scanner';

const PROTO = 0x80;

/** A pickle of protocol 2 to 5 begins with its protocol. */
export function beginsAsPickle(start: Uint8Array, isAll: boolean): boolean | undefined {
  const [first, protocol] = start;
  if (first === undefined && !isAll) return undefined;
  if (first !== PROTO) return false;
  // Nobody means the lone byte as a file of its own: it is a pickle cut off.
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
