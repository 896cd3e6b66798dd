import { createHash } from 'node:crypto';
import { ProtocolError } from '../errors';
import { EphemeralKey } from './x25519';
import { say } from '../text';

/**
 * CPace with X25519 and SHA-512 (draft-irtf-cfrg-cpace-21, `CPACE-X25519-SHA512`, initiator and responder): two sides that
 * know the same short code derive the same strong secret. Somebody in the middle can try one code for each run, and learns
 * only whether it was right. Nothing here says whether the codes were equal: both sides confirm the secret to each other
 * (section 9.4) before they use it.
 */
export interface CPaceInput {
  /** The secret that both sides know: the code, in bytes (`PRS`). */
  readonly password: Uint8Array;
  /** Names the two sides and the protocol (`CI`). */
  readonly channel: Uint8Array;
  /** Differs in each run (`sid`). */
  readonly sessionId: Uint8Array;
}

/** The message of one side to the other. */
export interface CPaceMessage {
  /** Public share, 32 bytes (`Ya`, `Yb`). */
  readonly share: Uint8Array;
  /** Data that must be equal on both sides (`ADa`, `ADb`). */
  readonly associated: Uint8Array;
}

const DOMAIN = Buffer.from('CPace255');
const ISK_DOMAIN = Buffer.from('CPace255_ISK');
/** Block size of SHA-512 in bytes; the password fills the first block (section 5.1.1). */
const HASH_BLOCK = 128;

/** The secret share of one side. */
export function beginCPace(input: CPaceInput): EphemeralKey {
  return EphemeralKey.generateFor(generatorOf(input));
}

/**
 * The secret of both sides, 64 bytes (`ISK`).
 * @param own the share of this side, from {@link beginCPace}
 * @throws ProtocolError for a share of small order, and for this side's own share sent back
 */
export function finishCPace(
  input: CPaceInput,
  own: EphemeralKey,
  role: 'initiator' | 'responder',
  messages: Readonly<Record<'initiator' | 'responder', CPaceMessage>>,
): Buffer {
  const { initiator, responder } = messages;
  const other = role === 'initiator' ? responder : initiator;
  if (own.publicBytes.equals(other.share))
    throw new ProtocolError('InvalidHello', say`The other side sent back the share of this side.`);
  return sha512(
    lengthsAndValues(ISK_DOMAIN, input.sessionId, own.agree(other.share)),
    lengthsAndValues(initiator.share, initiator.associated),
    lengthsAndValues(responder.share, responder.associated),
  );
}

/** The point from which both sides' shares are made, 32 bytes (section 7.2). */
export function generatorOf({ password, channel, sessionId }: CPaceInput): Buffer {
  const before = prefixed(DOMAIN).length + prefixed(password).length;
  const padding = Buffer.alloc(Math.max(0, HASH_BLOCK - 1 - before));
  const hash = sha512(lengthsAndValues(DOMAIN, password, padding, channel, sessionId));
  return elligator2(hash.subarray(0, 32));
}

function sha512(...parts: readonly Buffer[]): Buffer {
  return createHash('sha512').update(Buffer.concat(parts)).digest();
}

/** `lv_cat` (section 5.1). */
function lengthsAndValues(...parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat(parts.map(prefixed));
}

/** `prepend_len`: the length in LEB128, then the bytes. */
function prefixed(bytes: Uint8Array): Buffer {
  const length: number[] = [];
  let rest = bytes.length;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) length.push((rest & 0x7f) | 0x80);
  return Buffer.concat([Buffer.from([...length, rest]), bytes]);
}

/** The field of curve25519, and the curve's A (RFC 7748, section 4.1). */
const P = (1n << 255n) - 19n;
const A = 486662n;

/** Maps 32 bytes to a u-coordinate of curve25519 (RFC 9380, section 6.7.1, with the non-square 2). */
function elligator2(bytes: Uint8Array): Buffer {
  const r = littleEndian(bytes) & ((1n << 255n) - 1n);
  const x = modulo(-A * power(modulo(1n + 2n * r * r), P - 2n));
  const isSquare = power(modulo(x * (x * x + A * x + 1n)), (P - 1n) / 2n) <= 1n;
  return toLittleEndian(isSquare ? x : modulo(-x - A));
}

function modulo(value: bigint): bigint {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n, square = modulo(square * square))
    if (rest & 1n) result = modulo(result * square);
  return result;
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

function toLittleEndian(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();
}
