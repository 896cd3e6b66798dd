import type { FormatFacts, Recognition, Recognizer } from '../format';
import { say } from '../../text';
import { argumentsByOpcode, Opcode } from './opcodes';

export { runsCode, type Effect, type Level, type PickleActions } from './effects';
export { EarlyPickleScanner } from './earlyScanner';

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

const NEWLINE = 0x0a;

/**
 * Finds where a pickle ends while it arrives, in chunks of any size. It reads only opcodes and lengths, and keeps nothing of the
 * content, so it takes the same memory for any size.
 */
export class PickleScanner {
  private state: 'open' | 'ended' | 'not' = 'open';
  /** The pending parts of the current opcode's argument, in order. */
  private lines = 0;
  private countSize = 0;
  private bytes = 0;
  private countBytesRead = 0;
  private isCountSigned = false;

  /** False as soon as the bytes cannot be a pickle. */
  get isPickle(): boolean {
    return this.state !== 'not';
  }

  /**
   * Takes the next chunk.
   * @returns how many bytes of this chunk belong to the pickle, including its opcode STOP; undefined while it continues, and
   * if it is not a pickle
   */
  scan(chunk: Uint8Array): number | undefined {
    let at = 0;
    while (this.state === 'open' && at < chunk.length) at = this.next(chunk, at);
    return this.state === 'ended' ? at : undefined;
  }

  /** Reads one step from a position, and returns the next position. */
  private next(chunk: Uint8Array, at: number): number {
    if (this.lines > 0) return this.skipLine(chunk, at);
    if (this.countSize > 0) {
      this.readCount(chunk[at] as number);
      return at + 1;
    }
    if (this.bytes > 0) {
      const skipped = Math.min(this.bytes, chunk.length - at);
      this.bytes -= skipped;
      return at + skipped;
    }
    this.readOpcode(chunk[at] as number);
    return at + 1;
  }

  private skipLine(chunk: Uint8Array, at: number): number {
    const end = chunk.indexOf(NEWLINE, at);
    if (end < 0) return chunk.length;
    this.lines--;
    return end + 1;
  }

  private readCount(byte: number): void {
    this.bytes += byte * 2 ** (8 * this.countBytesRead++);
    if (this.countBytesRead < this.countSize) return;
    this.countSize = 0;
    if (this.isCountSigned && byte > 0x7f) this.state = 'not';
  }

  private readOpcode(opcode: number): void {
    const argument = argumentsByOpcode[opcode];
    if (argument === undefined) this.state = 'not';
    else if (opcode === Opcode.STOP) this.state = 'ended';
    else if (argument.kind === 'bytes') this.bytes = argument.size;
    else if (argument.kind === 'lines') this.lines = argument.size;
    else {
      this.countSize = argument.size;
      this.countBytesRead = 0;
      this.isCountSigned = argument.kind === 'signedCount';
    }
  }
}
