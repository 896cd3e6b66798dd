import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { ed25519, ed25519_hasher, x25519 } from '@noble/curves/ed25519';
import fc from 'fast-check';
import { beginCPace, finishCPace, generatorOf, type CPaceInput } from '../../../../src/core/crypto/cpace';

/*
 * CPace written from the draft once more, on top of a curve that is not that of Node.js and a map to it that is not ours. The map of
 * @noble/curves ends in the multiple by eight of what CPace calls its generator, which says as much.
 */

type Point = InstanceType<typeof ed25519.Point>;

/** `lv_cat`, of parts with fewer than 128 bytes. */
const join = (...parts: readonly Uint8Array[]): Buffer =>
  Buffer.concat(parts.flatMap((part) => [Buffer.of(part.length), part]));
const sha512 = (...parts: readonly Uint8Array[]): Buffer =>
  createHash('sha512').update(Buffer.concat(parts)).digest();
const montgomery = (point: Point): Buffer => Buffer.from(ed25519.utils.toMontgomery(point.toBytes()));

/** Eight times the generator. */
function generatorTimesEight({ password, channel, sessionId }: CPaceInput): Point {
  const domain = Buffer.from('CPace255');
  const padding = Buffer.alloc(Math.max(0, 128 - 1 - join(domain, password).length));
  const hash = sha512(join(domain, password, padding, channel, sessionId)).subarray(0, 32);
  hash.writeUInt8(hash.readUInt8(31) & 0x7f, 31);
  const number = BigInt(`0x${Buffer.from(hash).reverse().toString('hex')}`);
  return ed25519_hasher.mapToCurve([number]) as Point;
}

/** The points of the Edwards curve with a u-coordinate of curve25519 are one another's negatives: either will do. */
function edwards(u: Uint8Array): Point {
  const { Fp } = ed25519.Point;
  const value = Fp.fromBytes(Uint8Array.from(u));
  const y = Fp.div(Fp.sub(value, Fp.ONE), Fp.add(value, Fp.ONE));
  return ed25519.Point.fromBytes(Fp.toBytes(y));
}

/** The responder. @returns its share, and the secret for a share of the initiator */
function respond(input: CPaceInput): { share: Buffer; finish: (share: Uint8Array) => Buffer } {
  const scalar = x25519.utils.randomSecretKey();
  const clamped = Buffer.from(scalar);
  clamped.writeUInt8(clamped.readUInt8(0) & 248, 0);
  clamped.writeUInt8((clamped.readUInt8(31) & 127) | 64, 31);
  const eighth = BigInt(`0x${clamped.reverse().toString('hex')}`) / 8n;
  const share = montgomery(generatorTimesEight(input).multiply(eighth));
  const finish = (other: Uint8Array): Buffer => {
    const secret = x25519.scalarMult(scalar, Uint8Array.from(other));
    const domain = Buffer.from('CPace255_ISK');
    const [a, b] = [Buffer.from('Anna'), Buffer.from('Ben')];
    return sha512(join(domain, input.sessionId, secret), join(other, a), join(share, b));
  };
  return { share, finish };
}

const bytes = fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array));
const inputs: fc.Arbitrary<CPaceInput> = fc.record({ password: bytes, channel: bytes, sessionId: bytes });

describe('CPace, against another implementation', () => {
  it('maps every code to the same generator', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const ours = edwards(generatorOf(input)).clearCofactor();
        assert.deepEqual(montgomery(ours), montgomery(generatorTimesEight(input)));
      }),
    );
  });

  it('derives the same secret from every code', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const own = beginCPace(input);
        const other = respond(input);
        const secret = finishCPace(input, own, 'initiator', {
          initiator: { share: own.publicBytes, associated: Buffer.from('Anna') },
          responder: { share: other.share, associated: Buffer.from('Ben') },
        });
        assert.deepEqual(secret, other.finish(own.publicBytes));
      }),
      { numRuns: 30 },
    );
  });
});
