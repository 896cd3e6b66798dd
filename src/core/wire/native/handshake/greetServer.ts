import type { FernetKey } from '../../../crypto/keys';
import { EncryptionRequiredError, PicklepostError, type ErrorCode } from '../../../errors';
import type { Limits } from '../../../limits';
import { nextTurn } from '../../../scheduling/turns';
import type { ByteReader } from '../../byteReader';
import type { Channel } from '../../channel';
import { BusyError, OtherDialectError, SilentServerError } from '../../dialectErrors';
import { PREAMBLE } from '../session/frames';
import { decodeKey, encodeHello, expectReady, readHello, VERSION, WrongKeyError } from './hello';
import { EphemeralKey } from '../../../crypto/x25519';
import { deriveSessionKeys } from './keyExchange';
import type { RefusalCode, Security } from '../session/messages';
import { RefusedError } from '../session/refusal';
import { frameLimits, Session } from '../session/session';
import { say, type Words } from '../../../text';

/** The text of a receiver with too many connections, sent before it knows the dialect. */
const BUSY = 'ERROR: B';

interface ClientOptions {
  readonly key: FernetKey | undefined;
  readonly limits: Limits;
}

/** The texts for a person when a server refuses. */
const CLIENT_WORDING: Partial<Record<RefusalCode, Words>> = {
  'encryption-required': new EncryptionRequiredError().words,
  'no-key': say`This receiver says that it has no key. Import the key there; if it has one, somebody may be changing the data in transit.`,
  'wrong-key': say`The receiver does not have the key that is used here, or somebody is changing the data in transit. Compare the keys on both sides.`,
  'not-pairing': say`Nobody is waiting to pair there. Show a pairing code on the other side, then type it here.`,
  version: say`The receiver speaks another version of the Picklepost protocol. Update the older one of the two.`,
};

/**
 * Begins a session as the client. With a key, there is an encrypted session or none. The server has the answer time for its
 * part, however slowly bytes arrive.
 * @throws RefusedError; PicklepostError `other-dialect` if the server is not Picklepost
 */
export async function greetServer(
  reader: ByteReader,
  channel: Channel,
  { key, limits }: ClientOptions,
  security: Security = key ? 'key' : 'none',
): Promise<Session> {
  await nextTurn();
  const ephemeral = EphemeralKey.generate();
  const begun = { ephemeral, security, hello: encodeHello(security, ephemeral, key) };
  await channel.write(Buffer.concat([PREAMBLE, begun.hello]));
  return reader.within(limits.answerTime, async () => {
    await expectPreamble(reader, key !== undefined);
    return finishGreeting(reader, channel, { key, limits }, begun);
  });
}

/** The beginning of a session, as sent by a client. */
interface Begun {
  readonly ephemeral: EphemeralKey;
  readonly security: Security;
  /** Whole frame. */
  readonly hello: Buffer;
}

async function finishGreeting(
  reader: ByteReader,
  channel: Channel,
  { key, limits }: ClientOptions,
  { ephemeral, security, hello }: Begun,
): Promise<Session> {
  const answer = await readHello(reader);
  if (answer.message.type === 'refusal') throw refused(answer.message);
  // Some servers send back everything that they receive.
  if (answer.frame.equals(hello)) throw new OtherDialectError(key !== undefined);
  const server = answer.message;
  if (server.versions[0] !== VERSION) throw refused({ code: 'version' });
  if (server.security !== security) {
    throw new RefusedError(
      'protocol',
      say`The receiver did not agree to the requested encryption. Somebody may be changing the data in transit.`,
    );
  }
  await nextTurn();
  const transcript = [PREAMBLE, hello, PREAMBLE, answer.frame];
  const keys = deriveSessionKeys(ephemeral.agree(decodeKey(server)), key, transcript);
  const own = { own: keys.client, other: keys.server };
  const frames = frameLimits(limits.headerSize, 'client');
  const session = new Session(reader, channel, frames, own, key !== undefined, keys.transcript);
  await session.send({ type: 'ready' });
  await expectReady(session, 'receiver', refused).catch(async (error: unknown) => {
    // A connection that is not ended regularly is reset, and the reset could overtake this side's `ready`, from which the
    // server sees that the keys differ.
    if (error instanceof WrongKeyError) await channel.end();
    throw error;
  });
  return session;
}

/**
 * The server must begin with the preamble of this protocol; anything else, or silence, comes from another program. A server
 * that closes without sending anything may be stopping, or be a relay (`ssh -L`, docker) with nothing behind it.
 */
async function expectPreamble(reader: ByteReader, hasKey: boolean): Promise<void> {
  while (reader.buffered < PREAMBLE.length) {
    const got = await reader.fill().catch((error: unknown) => {
      if (isFailure(error, 'timeout')) throw new OtherDialectError(hasKey);
      throw isFailure(error, 'connection-lost') && reader.buffered === 0
        ? new SilentServerError(hasKey, error)
        : error;
    });
    const start = reader.peek(PREAMBLE.length);
    if (start.toString().startsWith(BUSY)) throw refused({ code: 'busy' });
    if (!start.equals(PREAMBLE.subarray(0, start.length))) throw new OtherDialectError(hasKey);
    if (got === 'end') throw new SilentServerError(hasKey);
  }
  reader.takeBuffered(PREAMBLE.length);
}

function isFailure(error: unknown, code: ErrorCode): boolean {
  return error instanceof PicklepostError && error.code === code;
}

function refused({ code, reason = '' }: { code: RefusalCode; reason?: Words }): PicklepostError {
  if (code === 'busy') return new BusyError();
  return new RefusedError(code, CLIENT_WORDING[code] ?? say`The receiver refused the connection: ${reason}`);
}
