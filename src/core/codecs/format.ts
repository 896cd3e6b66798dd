import { type Words } from '../text';

/**
 * The properties of a format that are known without reading or writing values. `src/core/codecs/formats.ts` is the table of
 * them. The words are English; the editor translates them.
 */
export interface FormatFacts {
  /** The name in a sentence for a person: `pickle`, `JSON`. In lower case, it is also its word on the command line. */
  readonly title: string;
  /** The name and explanation in a list of formats. */
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

/** Recognizes content while it arrives. Keeps almost nothing of it, however long it is. */
export interface Recognizer {
  readonly state: Recognition;
  /** Whether it is a container, where a format can also hold single values. */
  readonly isContainer: boolean;
  /** @returns how many of the bytes belong to it: all of them but those behind the end of one that has `ended` */
  update(bytes: Uint8Array): number;
}
