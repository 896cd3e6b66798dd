import { PicklepostError } from '../core/errors';
import { diskError, hasErrorCode } from '../inbox/disk/diskError';
import { harmless, harmlessJson } from '../inbox/output/screenText';
import { say } from '../core/text';

/** Destinations of text: `process.stdout` and `process.stderr`, which may be terminals. */
export type Terminal = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/**
 * The output of the program: results on standard output, as text for people or one JSON object per line; everything else on
 * standard error, and there, on a terminal, a progress line.
 */
export class Output {
  /** Set by a command that was called with `--json`. */
  isJson = false;
  /** Set by a command whose lines are a log: its events have times. */
  isLog = false;
  private progressLine = '';
  private readonly closing = new AbortController();

  constructor(
    private readonly results: Terminal,
    private readonly errors: Terminal,
  ) {
    results.on('error', (error) => this.closing.abort(error));
    // There is nobody left who could be told.
    errors.on('error', () => undefined);
  }

  /** Aborted when standard output takes nothing more: its reader, such as `head`, has left, or it cannot be written. */
  get closed(): AbortSignal {
    return this.closing.signal;
  }

  /** Whether standard output is a terminal, which would obey control characters. */
  get isTerminal(): boolean {
    return this.results.isTTY === true;
  }

  /** A line for people; nothing with `--json`. Foreign text in it cannot act on the terminal. */
  line(text: string): void {
    if (!this.isJson) this.print(this.results, `${harmless(text)}\n`);
  }

  /** A line for programs; nothing without `--json`. Characters that would act on a terminal are escaped. */
  event(event: object): void {
    if (!this.isJson) return;
    const timed = this.isLog ? { time: new Date().toISOString(), ...event } : event;
    this.print(this.results, `${harmlessJson(JSON.stringify(timed))}\n`);
  }

  /** A note for people, on standard error. */
  note(text: string): void {
    this.print(this.errors, `${harmless(text)}\n`);
  }

  /** Reports a failure. `about` goes into the event. */
  failure(error: unknown, message: string, about: object = {}): void {
    this.event({ event: 'failed', code: errorCode(error), message, ...about });
    this.note(`picklepost: ${message}`);
  }

  /** Content, as it is. Settles when there is room for more. */
  async content(bytes: Uint8Array | string): Promise<void> {
    this.clearProgress();
    await write(this.results, bytes);
  }

  /**
   * Settles when everything has been handed over.
   * @throws PicklepostError `disk` if standard output could not be written; it is not an error if its reader left
   */
  async flush(): Promise<void> {
    await Promise.all([write(this.results, ''), write(this.errors, '')]);
    const error: unknown = this.closed.reason;
    if (this.closed.aborted && !hasErrorCode(error, 'EPIPE'))
      throw diskError(say`Cannot write to standard output`, error);
  }

  /** Progress, on a terminal; the next output replaces it. */
  progress(text: string): void {
    if (this.errors.isTTY !== true) return;
    this.clearProgress();
    // Some terminals do not know their width, and report 0.
    const { columns = 0 } = this.errors;
    this.progressLine = harmless(text).slice(0, (columns > 0 ? columns : 80) - 1);
    this.errors.write(this.progressLine);
  }

  clearProgress(): void {
    if (this.progressLine !== '') this.errors.write(`\r${' '.repeat(this.progressLine.length)}\r`);
    this.progressLine = '';
  }

  private print(stream: Terminal, text: string): void {
    this.clearProgress();
    stream.write(text);
  }
}

/** The code of an error in an event. */
export function errorCode(error: unknown): string {
  return error instanceof PicklepostError ? error.code : 'unexpected';
}

/** Settles when there is room for more, or never will be. */
function write(stream: Terminal, bytes: Uint8Array | string): Promise<void> {
  return new Promise((resolve) => stream.write(bytes, () => resolve()));
}
