import type { NamedKey } from '../../../crypto/namedKey';
import { EncryptionRequiredError, messageOf, ProtocolError } from '../../../errors';
import type { Limits } from '../../../limits';
import type { ByteReader } from '../../byteReader';
import type { Channel } from '../../channel';
import { PREAMBLE } from '../session/frames';
import {
  decodeKey,
  encodeHello,
  expectReady,
  findHintedKey,
  readHello,
  VERSION,
  WrongKeyError,
} from './hello';
import { EphemeralKey } from '../../../crypto/x25519';
import { deriveSessionKeys, type SessionKeys } from './keyExchange';
import type { Hello, Refusal, Security } from '../session/messages';
import { describeRefusal, encodeRefusal, RefusedError } from '../session/refusal';
import { frameLimits, Session } from '../session/session';
import { say } from '../../../text';

interface ServerOptions {
  readonly keys: readonly NamedKey[];
  readonly limits: Limits;
  readonly requireEncryption: boolean;
  /** Whether a pairing code is shown that nobody has tried yet. */
  readonly isPairing?: boolean;
}

/** A session, and its purpose. */
export interface Greeted {
  readonly session: Session;
  readonly security: Security;
  /** The key that both sides have proved to hold. */
  readonly key?: NamedKey;
}

/**
 * Begins a session as the server. All of it may take the answer time, however slowly bytes arrive.
 * @throws RefusedError with the reason, which the client has been told
 */
export function greetClient(reader: ByteReader, channel: Channel, options: ServerOptions): Promise<Greeted> {
  return reader.within(options.limits.answerTime, () => receiveGreeting(reader, channel, options));
}

async function receiveGreeting(
  reader: ByteReader,
  channel: Channel,
  options: ServerOptions,
): Promise<Greeted> {
  const frames = frameLimits(options.limits.headerSize);
  const agreed = await agree(reader, options).catch(async (error: unknown) => {
    await refuse(channel, error);
    throw error;
  });
  await channel.write(Buffer.concat([PREAMBLE, agreed.hello]));
  const { client, server, transcript } = agreed.keys;
  const keys = { own: server, other: client };
  const { security, key } = agreed;
  const session = new Session(reader, channel, frames, keys, security === 'key', transcript);
  await session.send({ type: 'ready' });
  await expectReady(session, 'sender', refusedByClient).catch(async (error: unknown) => {
    const isKnown = error instanceof RefusedError || error instanceof WrongKeyError;
    if (!isKnown) await session.send(describeRefusal(error)).catch(() => undefined);
    throw error;
  });
  return { session, security, ...(key && { key }) };
}

interface Agreement {
  readonly hello: Buffer;
  readonly keys: SessionKeys;
  readonly security: Security;
  readonly key: NamedKey | undefined;
}

/** Reads the client's hello, and makes this side's hello and the keys of both. @throws RefusedError, ProtocolError */
async function agree(reader: ByteReader, options: ServerOptions): Promise<Agreement> {
  const start = await reader.need(PREAMBLE.length);
  if (!start.equals(PREAMBLE))
    throw new ProtocolError(
      'InvalidHello',
      say`The sender is not Picklepost, or its first message is damaged.`,
    );
  const { message, frame } = await readHello(reader);
  if (message.type === 'refusal') throw refusedByClient(message);
  const key = message.security === 'key' ? findHintedKey(message, options.keys) : undefined;
  const problem = findProblem(message, key, options);
  if (problem) throw problem;
  await reader.nextTurn();
  const ephemeral = EphemeralKey.generate();
  const hello = encodeHello(message.security, ephemeral);
  const { security } = message;
  const transcript = [PREAMBLE, frame, PREAMBLE, hello];
  const secret = ephemeral.agree(decodeKey(message));
  return { hello, keys: deriveSessionKeys(secret, key?.key, transcript), security, key };
}

/** Tells a client, unencrypted, why there will be no session; sends nothing if the connection failed. */
async function refuse(channel: Channel, error: unknown): Promise<void> {
  const code =
    error instanceof RefusedError ? error.refusal : error instanceof ProtocolError ? 'protocol' : undefined;
  if (code === undefined) return;
  const refusal = Buffer.concat([PREAMBLE, encodeRefusal(code, messageOf(error))]);
  await channel.write(refusal).catch(() => undefined);
}

function findProblem(
  client: Hello,
  key: NamedKey | undefined,
  { keys, requireEncryption, isPairing }: ServerOptions,
): RefusedError | undefined {
  if (!client.versions.includes(VERSION))
    return new RefusedError(
      'version',
      say`The sender speaks another version of the protocol. Update the older one of the two.`,
    );
  if (client.security === 'key' && keys.length === 0)
    return new RefusedError(
      'no-key',
      say`The sender encrypts, but this receiver has no key. Import the key of the sender.`,
    );
  if (client.security === 'key' && !key)
    return new RefusedError(
      'wrong-key',
      say`The receiver does not have the sender's key, or somebody is changing the data in transit. Compare the keys on both sides.`,
    );
  if (client.security === 'none' && requireEncryption)
    return new RefusedError('encryption-required', new EncryptionRequiredError().words);
  if (client.security === 'pairing' && !isPairing)
    return new RefusedError(
      'not-pairing',
      say`The receiver shows no pairing code. Show one there, then type it here.`,
    );
  return undefined;
}

function refusedByClient({ code, reason }: Refusal): RefusedError {
  return new RefusedError(code, say`The sender gave up: ${reason}`);
}
