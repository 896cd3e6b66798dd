import { type Words } from '../text';

/**
 * What is to be known of a format without reading or writing values of it. `src/core/codecs/formats.ts` is the table of them. The words
 * are English; the editor looks up their translation.
 */
export interface FormatFacts {
  /** What a person calls it in a sentence: `pickle`, `JSON`. In small letters, it is also its word on the command line. */
  readonly title: string;
  /** What a list of formats calls it, and how it explains it. */
  readonly label: Words;
  readonly detail: Words;
  /** Extensions of files, without the dot; the first is the one that is written. */
  readonly extensions: readonly [string, ...string[]];
  /** Extensions that other kinds of files have as well. */
  readonly sharedExtensions?: readonly string[];
  /** Whether a person can read it. */
  readonly isText: boolean;

  /**
   * Whether content that begins so may be of this format; undefined while that is too short to tell. For text, a byte order mark and
   * white space have been taken away.
   * @param isAll whether no more bytes will come: then it is never undefined
   */
  begins(start: Uint8Array, isAll: boolean): boolean | undefined;

  /** Follows content that {@link begins} so while it arrives. @param depth containers inside one another that it may have */
  recognizer(depth: number): Recognizer;
}

/**
 * - `open`: more must come.
 * - `whole`: complete, after which only white space may come.
 * - `ended`: complete, and nothing more belongs to it.
 * - `not`: not of the format, and never again.
 */
export type Recognition = 'open' | 'whole' | 'ended' | 'not';

/** Tells what has arrived of some content so far. Keeps next to nothing of it, however long it is. */
export interface Recognizer {
  readonly state: Recognition;
  /** Whether it is a container, where a format can also hold single values. */
  readonly isContainer: boolean;
  /** @returns how many of the bytes belong to it: all of them but those behind the end of one that has `ended` */
  update(bytes: Uint8Array): number;
}
