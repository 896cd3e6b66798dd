import { hkdfSync } from 'node:crypto';
import { beginCPace, finishCPace, type CPaceInput } from '../../../crypto/cpace';
import { decryptToken, encryptToken } from '../../../crypto/fernet';
import { FernetKey } from '../../../crypto/keys';
import type { EphemeralKey } from '../../../crypto/x25519';
import { PicklepostError, ProtocolError } from '../../../errors';
import type { PairingCode } from '../../../pairing/code';
import { say } from '../../../text';

/** Part of the secret, so that no other protocol or version derives the same one (`CI`). */
const CHANNEL = Buffer.from('picklepost native 1 pairing: guest, host');
const NAME_LENGTH = 100;
/** Control characters, line ends and direction marks: a name appears in the views and lists of the other side. */
const UNFIT_FOR_NAME = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

export type PairingRole = 'guest' | 'host';

/**
 * One run of CPace, from the point of view of one side (docs/native.md, "Pairing"). The guest, who connects and types the
 * code, is the initiator. Its confirmation comes first, so that the host counts a guess before it reveals whether the guess
 * was right.
 */
export class PairingExchange {
  private readonly input: CPaceInput;
  private readonly own: EphemeralKey;
  private secret: Buffer | undefined;

  /** @param transcript hash over the hellos of both sides, 32 bytes */
  constructor(
    private readonly role: PairingRole,
    code: PairingCode,
    transcript: Uint8Array,
  ) {
    this.input = { password: code.password, channel: CHANNEL, sessionId: transcript };
    this.own = beginCPace(this.input);
  }

  /** 32 bytes. */
  get share(): Buffer {
    return this.own.publicBytes;
  }

  /** Takes the share of the other side. @throws ProtocolError if it is invalid */
  takeShare(share: Uint8Array): void {
    const message = (bytes: Uint8Array) => ({ share: bytes, associated: Buffer.of() });
    const [guest, host] = this.role === 'guest' ? [this.share, share] : [share, this.share];
    this.secret = finishCPace(this.input, this.own, this.role === 'guest' ? 'initiator' : 'responder', {
      initiator: message(guest),
      responder: message(host),
    });
  }

  /** Six digits, equal on both sides if and only if both have the same secret. */
  get digits(): string {
    return String(this.derive('digits').readUIntBE(0, 6) % 1_000_000).padStart(6, '0');
  }

  /** A confirmation, which only somebody who knows the code can make: a token that holds the content. */
  confirm(content: Confirmation): Buffer {
    return encryptToken(this.confirmationKey(this.role), Buffer.from(JSON.stringify(content)));
  }

  /** Opens the confirmation of the other side. @throws WrongCodeError, ProtocolError */
  open(confirmation: Uint8Array): Confirmation {
    const other = this.role === 'guest' ? 'host' : 'guest';
    let plain: Buffer;
    try {
      plain = decryptToken(this.confirmationKey(other), confirmation);
    } catch (cause) {
      throw new WrongCodeError(cause);
    }
    return readConfirmation(plain, other);
  }

  private confirmationKey(role: PairingRole): FernetKey {
    return FernetKey.fromBytes(this.derive(role));
  }

  private derive(what: PairingRole | 'digits'): Buffer {
    if (!this.secret) throw new Error('the share of the other side has not been taken');
    return Buffer.from(
      hkdfSync('sha256', this.secret, this.input.sessionId, `picklepost pairing 1 ${what}`, 32),
    );
  }
}

/** The content of a confirmation: what one side tells the other about itself. */
export interface Confirmation {
  /** 1 to 100 characters. */
  readonly name: string;
  /** From the host: the key that both sides keep from now on, as in key files. */
  readonly key?: string;
  /** The port of a guest that receives items. */
  readonly port?: number;
}

/** The codes of both sides differ, or somebody is in the middle. */
export class WrongCodeError extends PicklepostError {
  constructor(cause?: unknown) {
    super(
      'wrong-code',
      say`Wrong pairing code. It can no longer be used: show a new code on the other side and type that.`,
      { cause },
    );
  }
}

/** Reads the content of an opened confirmation. @throws ProtocolError, InvalidKeyError */
export function readConfirmation(plain: Buffer, from: PairingRole): Confirmation {
  const { name, key, port } = parse(plain);
  if (
    typeof name !== 'string' ||
    name.trim() === '' ||
    name.length > NAME_LENGTH ||
    UNFIT_FOR_NAME.test(name)
  )
    throw new ProtocolError('InvalidMessage', say`The other side has no usable name.`);
  if ((from === 'host') !== (typeof key === 'string'))
    throw new ProtocolError(
      'InvalidMessage',
      say`In a pairing, the host sends a key and the guest does not.`,
    );
  return {
    name: name.trim(),
    ...(typeof key === 'string' && { key: FernetKey.parse(key).toText() }),
    ...(isPort(port) && { port }),
  };
}

/** An impossible port counts as none: it only saves the person typing. */
function isPort(port: unknown): port is number {
  return typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65535;
}

function parse(plain: Buffer): Readonly<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(plain.toString('utf8'));
    if (typeof content === 'object' && content !== null) return content as Record<string, unknown>;
  } catch {
    // Reported below, like JSON that is not an object.
  }
  throw new ProtocolError('InvalidMessage', say`The pairing message of the other side cannot be read.`);
}
