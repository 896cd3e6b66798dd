import { randomBytes } from 'node:crypto';
import type { FernetKey } from '../../crypto/keys';
import {
  EncryptionRequiredError,
  InvalidTokenError,
  messageOf,
  PicklepostError,
  ProtocolError,
  type ErrorCode,
} from '../../errors';
import type { Limits } from '../../limits';
import { nextTurn } from '../../turns';
import type { ByteReader } from '../byteReader';
import type { Channel } from '../channel';
import { encodeFrame, FRAME_TYPES, PREAMBLE, readFrame } from './frames';
import { deriveSessionKeys, EphemeralKey, type SessionKeys } from './keyExchange';
import { decodeMessage, encodeMessage, type Hello, type Refusal, type RefusalCode } from './messages';
import { cutReason, describeRefusal } from './reasons';
import { changedOnTheWay, FIRST_FRAMES, frameLimits, Session } from './session';

const VERSION = 1;
const AGENT = 'Picklepost';
/** What a receiver of too many connections says, before it knows the dialect of one. */
const BUSY = 'ERROR: B';

export interface HandshakeOptions {
  readonly key: FernetKey | undefined;
  readonly limits: Limits;
}

/** The other side refused the connection, with its reason, or this side did. */
export class RefusedError extends PicklepostError {
  constructor(
    readonly refusal: RefusalCode,
    message: string,
  ) {
    super(ERROR_CODES[refusal] ?? 'refused', message);
  }
}

/** The refusals that have a code of their own. */
const ERROR_CODES: Partial<Record<RefusalCode, ErrorCode>> = {
  'encryption-required': 'encryption-required',
  'no-key': 'invalid-key',
  'wrong-key': 'invalid-token',
};

/** What a person reads when a server refuses. */
const CLIENT_WORDING: Partial<Record<RefusalCode, string>> = {
  'encryption-required':
    'This receiver accepts only encrypted items. Send it encrypted, with the key of the receiver.',
  'no-key':
    'This receiver says that it has no key. Import the key there; if it has one, somebody may be changing what is sent between you.',
  'wrong-key':
    'The receiver has another key than this one, or somebody changes what is sent between you. Compare the keys on both sides.',
  busy: 'The receiver is busy with other senders. Send it again later.',
  version: 'The receiver speaks another version of the Picklepost protocol. Update the older one of the two.',
};

/**
 * Begins a session as the client. With a key, the session is encrypted or there is none.
 * @throws RefusedError; PicklepostError `other-dialect` if the server is not Picklepost
 */
export async function greetServer(
  reader: ByteReader,
  channel: Channel,
  { key, limits }: HandshakeOptions,
): Promise<Session> {
  await nextTurn();
  const ephemeral = new EphemeralKey();
  const begun = { ephemeral, hello: encodeHello(key ? 'key' : 'none', [VERSION], ephemeral) };
  await channel.write(Buffer.concat([PREAMBLE, begun.hello]));
  await expectPreamble(reader, limits.answerTime);
  return reader.within(limits.answerTime, () => finishGreeting(reader, channel, { key, limits }, begun));
}

/** What a client has begun with. */
interface Begun {
  readonly ephemeral: EphemeralKey;
  /** Whole frame. */
  readonly hello: Buffer;
}

async function finishGreeting(
  reader: ByteReader,
  channel: Channel,
  { key, limits }: HandshakeOptions,
  { ephemeral, hello }: Begun,
): Promise<Session> {
  const answer = await readHello(reader);
  if (answer.message.type === 'refusal') throw refusedByServer(answer.message);
  const server = answer.message;
  if (server.versions[0] !== VERSION) throw new RefusedError('version', CLIENT_WORDING.version ?? '');
  if ((server.security === 'key') !== (key !== undefined)) {
    throw new RefusedError(
      'protocol',
      'The receiver did not agree to the encryption that was asked for. Somebody may be changing what is sent between you.',
    );
  }
  await nextTurn();
  const transcript = [PREAMBLE, hello, PREAMBLE, answer.frame];
  const keys = deriveSessionKeys(ephemeral.agree(decodeKey(server)), key, transcript);
  const own = { own: keys.client, other: keys.server };
  const frames = frameLimits(limits.headerSize, 'client');
  const session = new Session(reader, channel, frames, own, key !== undefined);
  await expectReady(session, channel);
  await session.send({ type: 'ready' });
  return session;
}

type ServerOptions = HandshakeOptions & { readonly requireEncryption: boolean };

/**
 * Begins a session as the server. All of it may take the answer time, however slowly bytes drip in.
 * @throws RefusedError with the reason, which the client has been told
 */
export function greetClient(reader: ByteReader, channel: Channel, options: ServerOptions): Promise<Session> {
  return reader.within(options.limits.answerTime, () => receiveGreeting(reader, channel, options));
}

async function receiveGreeting(
  reader: ByteReader,
  channel: Channel,
  { key, limits, requireEncryption }: ServerOptions,
): Promise<Session> {
  const frames = frameLimits(limits.headerSize);
  const agreed = await agree(reader, { key, requireEncryption }).catch(async (error: unknown) => {
    await refuse(channel, error);
    throw error;
  });
  await channel.write(Buffer.concat([PREAMBLE, agreed.hello]));
  const { client, server } = agreed.keys;
  const session = new Session(reader, channel, frames, { own: server, other: client }, agreed.isEncrypted);
  await session.send({ type: 'ready' });
  await expectClientReady(session).catch(async (error: unknown) => {
    // With another key, neither side can read what the other says.
    if (!(error instanceof RefusedError)) await session.send(describeRefusal(error)).catch(() => undefined);
    throw error;
  });
  return session;
}

interface Agreement {
  readonly hello: Buffer;
  readonly keys: SessionKeys;
  readonly isEncrypted: boolean;
}

/** Reads what a client begins with, and makes this side's hello and the keys of both. @throws RefusedError, ProtocolError */
async function agree(
  reader: ByteReader,
  { key, requireEncryption }: { key: FernetKey | undefined; requireEncryption: boolean },
): Promise<Agreement> {
  const start = await reader.need(PREAMBLE.length);
  if (!start.equals(PREAMBLE))
    throw new ProtocolError('InvalidHello', 'The sender begins unlike a Picklepost.');
  const { message, frame } = await readHello(reader);
  if (message.type === 'refusal')
    throw new RefusedError(message.code, `The sender gave up: ${message.reason}`);
  const problem = findProblem(message, key, requireEncryption);
  if (problem) throw problem;
  await nextTurn();
  const ephemeral = new EphemeralKey();
  const hello = encodeHello(message.security, [VERSION], ephemeral);
  const isEncrypted = message.security === 'key';
  const transcript = [PREAMBLE, frame, PREAMBLE, hello];
  const secret = ephemeral.agree(decodeKey(message));
  return { hello, keys: deriveSessionKeys(secret, isEncrypted ? key : undefined, transcript), isEncrypted };
}

/** Tells a client, in the plain, why there will be no session; nothing where it is the connection that failed. */
async function refuse(channel: Channel, error: unknown): Promise<void> {
  const code =
    error instanceof RefusedError ? error.refusal : error instanceof ProtocolError ? 'protocol' : undefined;
  if (code === undefined) return;
  const refusal = Buffer.concat([PREAMBLE, encodeRefusal(code, messageOf(error))]);
  await channel.write(refusal).catch(() => undefined);
}

/** Tells the other side, in the plain, why the connection ends. For refusals before there is a session. */
export function encodeRefusal(code: RefusalCode, reason: string): Buffer {
  return encodeFrame(
    FRAME_TYPES.control,
    encodeMessage({ type: 'refusal', code, reason: cutReason(reason) }),
  );
}

function findProblem(
  client: Hello,
  key: FernetKey | undefined,
  requireEncryption: boolean,
): RefusedError | undefined {
  if (!client.versions.includes(VERSION))
    return new RefusedError(
      'version',
      'The sender speaks another version of the protocol. Update the older one of the two.',
    );
  if (client.security === 'key' && !key)
    return new RefusedError(
      'no-key',
      'The sender encrypts, but this receiver has no key. Import the key of the sender.',
    );
  if (client.security === 'none' && requireEncryption)
    return new RefusedError('encryption-required', new EncryptionRequiredError().message);
  return undefined;
}

function encodeHello(
  security: Hello['security'],
  versions: readonly number[],
  ephemeral: EphemeralKey,
): Buffer {
  const publicKey = ephemeral.publicBytes.toString('base64');
  const nonce = randomBytes(16).toString('base64');
  return encodeFrame(
    FRAME_TYPES.control,
    encodeMessage({ type: 'hello', versions, agent: AGENT, security, publicKey, nonce }),
  );
}

function decodeKey(hello: Hello): Buffer {
  return Buffer.from(hello.publicKey, 'base64');
}

async function readHello(reader: ByteReader): Promise<{ message: Hello | Refusal; frame: Buffer }> {
  const frame = await readFrame(reader, FIRST_FRAMES);
  if (frame === undefined)
    throw new PicklepostError(
      'connection-lost',
      'The other side closed the connection before it said hello.',
    );
  const message = decodeMessage(frame.body);
  if (frame.type !== FRAME_TYPES.control || (message.type !== 'hello' && message.type !== 'refusal')) {
    throw new ProtocolError('InvalidHello', 'The other side did not begin with a hello.');
  }
  return { message, frame: encodeFrame(frame.type, frame.body) };
}

/**
 * The server must begin as this protocol does; whatever else it says, or nothing at all, is another program's. One that closes without
 * a word may be stopping, or be a relay (`ssh -L`, docker) with nothing behind it.
 */
async function expectPreamble(reader: ByteReader, answerTime: number): Promise<void> {
  while (reader.buffered < PREAMBLE.length) {
    const got = await reader.fill(answerTime);
    const start = reader.peek(PREAMBLE.length);
    if (start.toString().startsWith(BUSY)) throw new RefusedError('busy', CLIENT_WORDING.busy ?? '');
    if (!start.equals(PREAMBLE.subarray(0, start.length)) || got === 'quiet') throw new OtherDialectError();
    if (got === 'end') throw closedWithoutAWord();
  }
  reader.takeBuffered(PREAMBLE.length);
}

/** The server does not speak this protocol. */
export class OtherDialectError extends PicklepostError {
  constructor() {
    super(
      'other-dialect',
      'This server does not speak Picklepost. Choose classic (the Python original) or raw (nc, scripts) for it.',
    );
  }
}

function closedWithoutAWord(): PicklepostError {
  return new PicklepostError(
    'connection-lost',
    'The server closed the connection without a word. It may be stopping or starting, or nothing listens behind a relay: send it again later. If it is no Picklepost, choose classic (the Python original) or raw (nc, scripts) for it.',
  );
}

async function expectReady(session: Session, channel: Channel): Promise<void> {
  try {
    const message = await session.receive();
    if (message?.type === 'ready') return;
    if (message?.type === 'refusal') throw refusedByServer(message);
    throw new ProtocolError('InvalidHello', 'The receiver did not say that it is ready.');
  } catch (error) {
    if (!(error instanceof InvalidTokenError)) throw error;
    if (!session.isEncrypted) throw changedOnTheWay('What both sides said first is damaged', error);
    // A reset, as which an unended connection ends, could overtake it.
    await channel.end(encodeRefusal('wrong-key', 'The keys of both sides differ.'));
    throw new RefusedError('wrong-key', CLIENT_WORDING['wrong-key'] ?? '');
  }
}

/** A client with another key says so in the plain, which cannot be read as a token either: both mean the same. */
async function expectClientReady(session: Session): Promise<void> {
  try {
    const message = await session.receive();
    if (message?.type === 'ready') return;
    if (message?.type === 'refusal')
      throw new RefusedError(message.code, `The sender gave up: ${message.reason}`);
    throw new ProtocolError('InvalidHello', 'The sender did not say that it is ready.');
  } catch (error) {
    if (!(error instanceof InvalidTokenError)) throw error;
    if (!session.isEncrypted) throw changedOnTheWay('What both sides said first is damaged', error);
    throw new RefusedError(
      'wrong-key',
      'The sender has another key than this receiver, or somebody changes what is sent between them. Compare the keys on both sides.',
    );
  }
}

function refusedByServer({ code, reason }: Refusal): RefusedError {
  return new RefusedError(code, CLIENT_WORDING[code] ?? `The receiver refused the connection: ${reason}`);
}
