import { OverloadedError } from '../accounting/refusals';
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
import { ForeignProtocolError, FOREIGN_PROTOCOLS } from './foreignProtocols';

/**
 * All dialects, in the order in which they are asked whether they recognize a connection. The last one accepts everything.
 */
const TABLE = [native, classic, raw] as const satisfies readonly Dialect[];

export type DialectName = (typeof TABLE)[number]['name'];

/** A row of the table. */
export interface KnownDialect extends Dialect {
  readonly name: DialectName;
  readonly instead: readonly DialectName[];
}

export const dialects: readonly KnownDialect[] = TABLE;
export const DIALECT_NAMES: readonly DialectName[] = dialects.map(({ name }) => name);
/** The default dialect for sending. */
export const DEFAULT_DIALECT: DialectName = TABLE[0].name;

export function findDialect(name: DialectName): KnownDialect;
/** Also accepts a name that another version has written into an item. */
export function findDialect(name: string): KnownDialect | undefined;
export function findDialect(name: string): KnownDialect | undefined {
  return dialects.find((dialect) => dialect.name === name);
}

/** The properties of items that no connection brings: from a shared inbox (docs/nats.md). */
export const SHARED_INBOX = {
  name: 'nats',
  protection: 'item',
  verifies: true,
  confirms: true,
  carriesPaths: true,
} as const;

/** The properties of how an item came, by the name in it; undefined for a dialect of another version. */
export function traitsOf({
  dialect,
}: Pick<Arrival, 'dialect'>): Pick<Dialect, 'protection' | 'verifies' | 'confirms'> | undefined {
  return dialect === SHARED_INBOX.name ? SHARED_INBOX : findDialect(dialect);
}

/**
 * The dialects that a receiver accepts.
 * @param chosen none for all; if encryption is required, for those in which a key protects the whole session
 */
export function acceptedDialects(
  chosen: readonly string[],
  requireEncryption: boolean,
): readonly KnownDialect[] {
  if (chosen.length > 0) return dialects.filter(({ name }) => chosen.includes(name));
  return requireEncryption ? dialects.filter(({ protection }) => protection === 'session') : dialects;
}

/** The protection of an item that was sent encrypted; undefined for one that was not. */
export function protectionOf(item: Pick<Arrival, 'encrypted' | 'dialect'>): Protection | undefined {
  return item.encrypted ? (traitsOf(item)?.protection ?? 'parts') : undefined;
}

/**
 * Serves a connection in the dialect of the peer, unless this receiver does not accept it.
 * @throws ForeignProtocolError, UnacceptedDialectError, each after the peer has been told; as {@link Dialect.serve}
 */
export async function serveConnection(
  reader: ByteReader,
  channel: Channel,
  context: ServeContext,
): Promise<void> {
  const found = await recognize(reader, context.terms.limits, [...FOREIGN_PROTOCOLS, ...dialects]).catch(
    async (error: unknown) => {
      if (error instanceof OverloadedError) await channel.write(errorAnswer(error)).catch(() => undefined);
      throw error;
    },
  );
  if (!found) return;
  if (!('serve' in found)) {
    await channel.write(found.answer).catch(() => undefined);
    throw new ForeignProtocolError(found);
  }
  const accepted = acceptedDialects(context.terms.dialects ?? [], context.terms.requireEncryption);
  if (accepted.includes(found)) return found.serve(reader, channel, context);
  const error = new UnacceptedDialectError(found, accepted);
  await channel.write(errorAnswer(error)).catch(() => undefined);
  throw error;
}

/**
 * Reads only as much as is needed to recognize the dialect, and takes none of it.
 * @returns undefined for a peer that leaves without sending anything
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
