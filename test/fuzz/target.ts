/** A parser of what others send, and inputs from which broken ones are made. */
export interface Target {
  readonly name: string;
  /** Valid inputs. */
  readonly corpus: readonly Buffer[];
  /** Parts of the format, from which inputs are made. */
  readonly dictionary: readonly Buffer[];
  /** Rejects or throws only because of a bug in this program; its errors for broken inputs do not count. */
  run(input: Buffer): void | Promise<void>;
}

export function words(...texts: readonly string[]): Buffer[] {
  return texts.map((text) => Buffer.from(text, 'latin1'));
}

/** Ends quietly where the error is one that a program may have for broken input. */
export function expecting(isExpected: (error: unknown) => boolean, parse: () => void): void {
  try {
    parse();
  } catch (error) {
    if (!isExpected(error)) throw error;
  }
}
