import type { FernetKey } from '../core/crypto/keys';
import { CancelledError, PicklepostError, wordsOf } from '../core/errors';
import { DEFAULT_LIMITS, type Limits } from '../core/limits';
import { say, type Words } from '../core/text';
import { ByteReader } from '../core/wire/byteReader';
import { BusyError, OtherDialectError, SilentServerError } from '../core/wire/dialectErrors';
import { DEFAULT_DIALECT, findDialect, type DialectName } from '../core/wire/dialects';
import { greetServer, RefusedError, WrongKeyError } from '../core/wire/native/dialect';
import { recognizeProgram, TELLING_BYTES } from '../core/wire/serverBanners';
import { openChannel } from './connect';
import type { SocketChannel } from './socketChannel';
import { unreachableReason, type Unreachable } from './socketErrors';

/**
 * The outcome of a connection test. The round trip is in milliseconds: from this side's hello until the answer is checked.
 */
export type TestOutcome =
  /** Encrypted, and the server has proved that it has the key. */
  | { readonly kind: 'fine'; readonly roundTrip: number }
  /** Encrypted, but nothing proves whose server it is, as there is no key for it. */
  | { readonly kind: 'unverified'; readonly roundTrip: number }
  /** Something accepts connections; its dialect offers no further test. */
  | { readonly kind: 'listens'; readonly roundTrip: number }
  /** Nothing was tried, because a receiver of this dialect takes each connection for an item. */
  | { readonly kind: 'untestable'; readonly advice: Words }
  | { readonly kind: 'unreachable'; readonly why: Unreachable; readonly advice: Words }
  /** @property speaks the recognized protocol */
  | { readonly kind: 'other-program'; readonly speaks: string | undefined; readonly advice: Words }
  /** It accepts connections, and sends nothing (`timed-out`) or closes them at once (`closed`). */
  | { readonly kind: 'silent'; readonly why: 'timed-out' | 'closed'; readonly advice: Words }
  | { readonly kind: 'wrong-key'; readonly advice: Words }
  /** @property why the code of the refusal (docs/native.md) */
  | { readonly kind: 'declined'; readonly why: string; readonly advice: Words }
  | { readonly kind: 'busy'; readonly advice: Words }
  /** Anything else, such as a connection that broke. */
  | { readonly kind: 'failed'; readonly advice: Words };

export interface TestOptions {
  readonly host: string;
  readonly port: number;
  /** The native one unless given. */
  readonly dialect?: DialectName;
  /** The key that the server is expected to have. */
  readonly key?: FernetKey;
  readonly signal?: AbortSignal;
  /** Milliseconds that the server has to accept the connection, and again to answer (default: 5 s). */
  readonly patience?: number;
}

const PATIENCE = 5_000;
const BUFFER_SIZE = 64 * 1024;
/** Milliseconds that the other side has to end its side too. */
const LINGER_TIME = 500;

/**
 * Tests whether a receiver can be reached, and for a native one, whether it has the key, with a handshake after which this
 * side leaves regularly. Nothing is offered, and the receiver keeps nothing.
 * @throws CancelledError
 */
export async function testConnection(options: TestOptions): Promise<TestOutcome> {
  const { farewell, protection } = findDialect(options.dialect ?? DEFAULT_DIALECT);
  const greets = protection === 'session';
  if (!greets && !farewell)
    return {
      kind: 'untestable',
      advice: say`A receiver of this kind takes each connection for an item. Send something short to test it.`,
    };
  const started = performance.now();
  const patience = options.patience ?? PATIENCE;
  const limits: Limits = { ...DEFAULT_LIMITS, answerTime: patience, idleTime: patience };
  let channel: SocketChannel;
  try {
    channel = await openChannel({ ...options, localPort: 0, bufferSize: BUFFER_SIZE, limits });
  } catch (error) {
    if (error instanceof PicklepostError && error.code === 'connection-failed')
      return { kind: 'unreachable', why: unreachableReason(error), advice: error.words };
    throw error;
  }
  const cancel = (): void => channel.cancel();
  options.signal?.addEventListener('abort', cancel);
  try {
    if (greets) return await greet(channel, options.key, limits);
    const roundTrip = performance.now() - started;
    await channel.end(farewell);
    return { kind: 'listens', roundTrip };
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    return { kind: 'failed', advice: wordsOf(error) };
  } finally {
    options.signal?.removeEventListener('abort', cancel);
    await channel.close(LINGER_TIME);
  }
}

async function greet(
  channel: SocketChannel,
  key: FernetKey | undefined,
  limits: Limits,
): Promise<TestOutcome> {
  const heard = new FirstBytes(channel);
  const started = performance.now();
  try {
    await greetServer(new ByteReader(heard, limits.idleTime), heard, { key, limits });
    const roundTrip = performance.now() - started;
    await channel.end();
    return { kind: key ? 'fine' : 'unverified', roundTrip };
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    return outcomeOf(error, heard.bytes);
  }
}

/** @param heard the first bytes of the server */
function outcomeOf(error: unknown, heard: Uint8Array): TestOutcome {
  const advice = wordsOf(error);
  if (error instanceof OtherDialectError)
    return heard.length > 0
      ? { kind: 'other-program', speaks: recognizeProgram(heard), advice }
      : { kind: 'silent', why: 'timed-out', advice };
  if (error instanceof SilentServerError) return { kind: 'silent', why: 'closed', advice };
  if (error instanceof BusyError) return { kind: 'busy', advice };
  if (error instanceof WrongKeyError) return { kind: 'wrong-key', advice };
  if (!(error instanceof RefusedError)) return { kind: 'failed', advice };
  if (error.refusal === 'wrong-key') return { kind: 'wrong-key', advice };
  return { kind: 'declined', why: error.refusal, advice };
}

/** Keeps the first bytes received on a channel. */
class FirstBytes implements Pick<SocketChannel, 'peer' | 'read' | 'write' | 'end'> {
  bytes = Buffer.alloc(0);

  constructor(private readonly channel: SocketChannel) {}

  get peer(): string {
    return this.channel.peer;
  }

  async read(quietAfter: number): Promise<Buffer | 'end' | 'quiet'> {
    const read = await this.channel.read(quietAfter);
    const missing = TELLING_BYTES - this.bytes.length;
    if (typeof read !== 'string' && missing > 0)
      this.bytes = Buffer.concat([this.bytes, read.subarray(0, missing)]);
    return read;
  }

  write(...parts: readonly Uint8Array[]): Promise<void> {
    return this.channel.write(...parts);
  }

  end(last?: Uint8Array): Promise<void> {
    return this.channel.end(last);
  }
}

const UNREACHABLE: Readonly<Record<Unreachable, Words>> = {
  refused: say`Not reachable: nothing listens there`,
  'timed-out': say`Not reachable: no answer`,
  'unknown-host': say`Not reachable: the host is not known`,
  'no-route': say`Not reachable: no route to it`,
  other: say`Not reachable`,
};

/** The outcome in a few words, short enough for a row. */
export function outcomeWords(outcome: TestOutcome): Words {
  switch (outcome.kind) {
    case 'fine':
      return say`Reachable, key verified, ${roundTripText(outcome.roundTrip)}`;
    case 'unverified':
      return say`Reachable, encrypted, not verified, ${roundTripText(outcome.roundTrip)}`;
    case 'listens':
      return say`Something listens there, ${roundTripText(outcome.roundTrip)}`;
    case 'untestable':
      return say`Cannot be tested`;
    case 'unreachable':
      return UNREACHABLE[outcome.why];
    case 'other-program':
      return outcome.speaks === undefined
        ? say`Not Picklepost`
        : say`Not Picklepost: it speaks ${outcome.speaks}`;
    case 'silent':
      return outcome.why === 'closed'
        ? say`No answer: it closes the connection`
        : say`Not Picklepost: it does not reply`;
    case 'wrong-key':
      return say`Reachable, but it has a different key`;
    case 'declined':
      return declinedWords(outcome.why);
    case 'busy':
      return say`Reachable, but busy`;
    case 'failed':
      return say`The test failed`;
  }
}

function declinedWords(why: string): Words {
  switch (why) {
    case 'encryption-required':
      return say`Declined: it requires a key`;
    case 'no-key':
      return say`Declined: it has no key`;
    case 'version':
      return say`Declined: it speaks another version`;
    default:
      return say`Declined`;
  }
}

/** Milliseconds in a readable form: `0.4 ms`, `12 ms`. */
function roundTripText(milliseconds: number): string {
  return `${milliseconds < 1 ? milliseconds.toFixed(1) : String(Math.round(milliseconds))} ms`;
}
