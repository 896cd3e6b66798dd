import { type Words } from '../text';

/**
 * The description of a format, which does not need the code that reads or writes it. All are in the table
 * `src/core/codecs/formats.ts`. The words are English; the editor translates them.
 */
export interface FormatFacts {
  /** The name in a sentence for a person: `pickle`, `JSON`. In lower case, it is the name that people type. */
  readonly title: string;
  /** The explanation in a list of formats. */
  readonly detail: Words;
  /** Extensions of files, without the dot; the first is the one that is written. */
  readonly extensions: readonly [string, ...string[]];
  /** Extensions that other kinds of files have as well. */
  readonly sharedExtensions?: readonly string[];
  /** Whether a person can read it. */
  readonly isText: boolean;
  /** Whether it can name code that other readers would run, so that a receiver may refuse it. */
  readonly namesCode: boolean;

  /**
   * Whether content that begins with these bytes may be of this format; undefined if they are too few to decide. If the format is
   * text, the caller has removed a byte order mark and white space.
   * @param isAll whether no more bytes will come; then the result is never undefined
   */
  begins(start: Uint8Array, isAll: boolean): boolean | undefined;

  /** Follows content of this format while it arrives. @param depth how deeply its containers may be nested */
  recognizer(depth: number): Recognizer;
}

/**
 * - `open`: not complete yet.
 * - `whole`: complete; only white space may follow.
 * - `ended`: complete; further bytes do not belong to it.
 * - `not`: not of the format. This is final.
 */
export type Recognition = 'open' | 'whole' | 'ended' | 'not';

/** Recognizes content while it arrives. Keeps almost nothing of it, however long it is. */
export interface Recognizer {
  readonly state: Recognition;
  /** Whether the content is a container and not a single value. */
  readonly isContainer: boolean;
  /** @returns how many of the bytes belong to the content: all of them, or those up to its end if it has `ended` */
  update(bytes: Uint8Array): number;
}
