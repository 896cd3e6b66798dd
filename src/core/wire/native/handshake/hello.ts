import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FernetKey } from '../../../crypto/keys';
import type { NamedKey } from '../../../crypto/namedKey';
import { InvalidTokenError, PicklepostError, ProtocolError } from '../../../errors';
import type { ByteReader } from '../../byteReader';
import { encodeFrame, FRAME_TYPES, readFrame } from '../session/frames';
import type { EphemeralKey } from '../../../crypto/x25519';
import { decodeMessage, encodeMessage } from '../session/messageCodec';
import type { Hello, Refusal, Security } from '../session/messages';
import { changedOnTheWay, FIRST_FRAMES, type Session } from '../session/session';
import { say } from '../../../text';

/** Version of the protocol. */
export const VERSION = 1;

const AGENT = 'Picklepost';

/** A whole frame. @param key the client's key, for which it gives a hint */
export function encodeHello(security: Security, ephemeral: EphemeralKey, key?: FernetKey): Buffer {
  const nonce = randomBytes(16);
  const hint = key && keyHint(key, ephemeral.publicBytes, nonce).toString('base64');
  return encodeFrame(
    FRAME_TYPES.control,
    encodeMessage({
      type: 'hello',
      versions: [VERSION],
      agent: AGENT,
      security,
      publicKey: ephemeral.publicBytes.toString('base64'),
      nonce: nonce.toString('base64'),
      ...(hint !== undefined && { keyHint: hint }),
    }),
  );
}

/** A hint to the client's key. It tells a server with several keys which one is meant, and reveals nothing to a listener. */
export function findHintedKey(hello: Hello, keys: readonly NamedKey[]): NamedKey | undefined {
  const hint = Buffer.from(hello.keyHint ?? '', 'base64');
  if (hint.length !== KEY_HINT_LENGTH) return undefined;
  const nonce = Buffer.from(hello.nonce, 'base64');
  // All keys are tried, so that the time reveals nothing about which one it is.
  return keys.filter(({ key }) => timingSafeEqual(keyHint(key, decodeKey(hello), nonce), hint))[0];
}

const KEY_HINT_LENGTH = 16;

function keyHint(key: FernetKey, publicKey: Uint8Array, nonce: Uint8Array): Buffer {
  const hmac = createHmac('sha256', Buffer.concat([key.signing, key.encryption]));
  return hmac
    .update('picklepost native 1 key hint')
    .update(publicKey)
    .update(nonce)
    .digest()
    .subarray(0, KEY_HINT_LENGTH);
}

/** The public key in a hello; whether it is valid shows when it is used. */
export function decodeKey(hello: Hello): Buffer {
  return Buffer.from(hello.publicKey, 'base64');
}

/** Reads the first message of the other side, with its whole frame. @throws ProtocolError; as {@link readFrame} */
export async function readHello(reader: ByteReader): Promise<{ message: Hello | Refusal; frame: Buffer }> {
  const frame = await readFrame(reader, FIRST_FRAMES);
  if (frame === undefined)
    throw new PicklepostError(
      'connection-lost',
      say`The other side closed the connection before the handshake.`,
    );
  if (frame.type === FRAME_TYPES.control) {
    const message = decodeMessage(frame.body);
    if (message.type === 'hello' || message.type === 'refusal')
      return { message, frame: encodeFrame(frame.type, frame.body) };
  }
  throw new ProtocolError('InvalidHello', say`The other side did not begin with a hello.`);
}

/** The `ready` of the other side does not open. The other side finds the same, so no message is needed. */
export class WrongKeyError extends PicklepostError {
  constructor(other: 'receiver' | 'sender', cause: unknown) {
    super(
      'invalid-token',
      say`The ${other === 'receiver' ? say`receiver` : say`sender`} has a different key, or somebody is changing the data in transit. Compare the keys on both sides.`,
      { cause },
    );
  }
}

/**
 * Reads the `ready` of the other side, which opens only if both have the same key.
 * @param refused what to throw if it refuses instead
 * @throws WrongKeyError, RefusedError, ProtocolError; as {@link Session.receive}
 */
export async function expectReady(
  session: Session,
  other: 'receiver' | 'sender',
  refused: (refusal: Refusal) => PicklepostError,
): Promise<void> {
  try {
    const message = await session.receive();
    if (message?.type === 'ready') return;
    if (message?.type === 'refusal') throw refused(message);
    throw new ProtocolError('InvalidHello', say`The other side did not say that it is ready.`);
  } catch (error) {
    if (!(error instanceof InvalidTokenError)) throw error;
    throw session.isVerified
      ? new WrongKeyError(other, error)
      : changedOnTheWay(say`The greeting of one side was changed in transit`, error);
  }
}
