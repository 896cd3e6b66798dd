import { CrowdedError } from '../accounting/refusals';
import type { Arrival } from '../item/item';
import type { Limits } from '../limits';
import { errorAnswer } from './answers';
import type { ByteReader } from './byteReader';
import type { Channel } from './channel';
import { classic } from './classic/dialect';
import type { Dialect, Protection, ServeContext } from './dialect';
import { UnacceptedDialectError } from './dialectErrors';
import { native } from './native/dialect';
import { raw } from './raw/dialect';
import { StrangerError, STRANGERS } from './strangers';

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

/** How items come that no connection brings: from a shared inbox (docs/nats.md). */
export const SHARED_INBOX = { name: 'nats', protection: 'item', verifies: true, confirms: true } as const;

/** What is known of how an item came, by what it says of that; undefined for the dialect of another version. */
export function traitsOf({
  dialect,
}: Pick<Arrival, 'dialect'>): Pick<Dialect, 'protection' | 'verifies' | 'confirms'> | undefined {
  return dialect === SHARED_INBOX.name ? SHARED_INBOX : findDialect(dialect);
}

/**
 * Those that a receiver accepts.
 * @param chosen none for all; where encryption is required, for those in which a key protects the whole session
 */
export function acceptedDialects(
  chosen: readonly string[],
  requireEncryption: boolean,
): readonly KnownDialect[] {
  if (chosen.length > 0) return dialects.filter(({ name }) => chosen.includes(name));
  return requireEncryption ? dialects.filter(({ protection }) => protection === 'session') : dialects;
}

/** What was protected of an item that was sent encrypted; undefined for one that was not. */
export function protectionOf(item: Pick<Arrival, 'encrypted' | 'dialect'>): Protection | undefined {
  return item.encrypted ? (traitsOf(item)?.protection ?? 'parts') : undefined;
}

/**
 * Serves a connection in the dialect that the peer speaks, unless this receiver does not accept it.
 * @throws StrangerError, UnacceptedDialectError, each when the peer has been told; as {@link Dialect.serve}
 */
export async function serveConnection(
  reader: ByteReader,
  channel: Channel,
  context: ServeContext,
): Promise<void> {
  const found = await recognize(reader, context.limits, [...STRANGERS, ...dialects]).catch(
    async (error: unknown) => {
      if (error instanceof CrowdedError) await channel.write(errorAnswer(error)).catch(() => undefined);
      throw error;
    },
  );
  if (!found) return;
  if (!('serve' in found)) {
    await channel.write(found.answer).catch(() => undefined);
    throw new StrangerError(found);
  }
  const accepted = acceptedDialects(context.dialects ?? [], context.requireEncryption);
  if (accepted.includes(found)) return found.serve(reader, channel, context);
  const error = new UnacceptedDialectError(found, accepted);
  await channel.write(errorAnswer(error)).catch(() => undefined);
  throw error;
}

/**
 * Reads only as much as tells which of some a peer speaks, and takes nothing of it.
 * @returns undefined for a peer that leaves without a word
 * @throws PicklepostError as {@link ByteReader.fill}
 */
export async function recognize<T extends Pick<Dialect, 'recognizes'>>(
  reader: ByteReader,
  { rawQuietTime }: Pick<Limits, 'rawQuietTime'>,
  candidates: readonly T[],
): Promise<T | undefined> {
  if ((await reader.fill()) !== 'data') return undefined;
  for (let isAll = false; ; isAll = (await reader.fill(rawQuietTime)) !== 'data') {
    const start = reader.peek(reader.buffered);
    const candidate = candidates.find((one) => one.recognizes(start, isAll) !== 'no');
    if (isAll || candidate?.recognizes(start, false) === 'yes') return candidate;
  }
}
