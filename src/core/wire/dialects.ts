import type { ByteReader } from './byteReader';
import { classic } from './classic/dialect';
import type { Dialect } from './dialect';
import type { Limits } from '../limits';
import { native } from './native/dialect';
import { raw } from './raw/dialect';

/** Every dialect, in the order in which it is asked whether a connection speaks it. The last one takes whatever is left. */
const TABLE = [native, classic, raw] as const satisfies readonly Dialect[];

export type DialectName = (typeof TABLE)[number]['name'];

/** A row of the table. */
export interface KnownDialect extends Dialect {
  readonly name: DialectName;
  readonly instead: readonly DialectName[];
}

export const dialects: readonly KnownDialect[] = TABLE;
export const DIALECT_NAMES: readonly DialectName[] = dialects.map(({ name }) => name);
/** What is spoken unless another is chosen. */
export const DEFAULT_DIALECT: DialectName = TABLE[0].name;

export function findDialect(name: DialectName): KnownDialect;
/** Also for the name in an item that another version has received. */
export function findDialect(name: string): KnownDialect | undefined;
export function findDialect(name: string): KnownDialect | undefined {
  return dialects.find((dialect) => dialect.name === name);
}

/**
 * Reads only as much as tells which dialect a peer speaks, and takes nothing of it.
 * @returns undefined for a peer that leaves without a word
 * @throws PicklepostError as {@link ByteReader.fill}
 */
export async function recognizeDialect(
  reader: ByteReader,
  { rawQuietTime }: Pick<Limits, 'rawQuietTime'>,
  candidates: readonly Dialect[] = dialects,
): Promise<Dialect | undefined> {
  if ((await reader.fill()) !== 'data') return undefined;
  for (let isAll = false; ; isAll = (await reader.fill(rawQuietTime)) !== 'data') {
    const start = reader.peek(reader.buffered);
    const candidate = candidates.find((dialect) => dialect.recognizes(start, isAll) !== 'no');
    if (isAll || candidate?.recognizes(start, false) === 'yes') return candidate;
  }
}
