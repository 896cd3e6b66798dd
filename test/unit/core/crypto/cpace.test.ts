import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beginCPace, finishCPace, generatorOf, type CPaceInput } from '../../../../src/core/crypto/cpace';
import { EphemeralKey } from '../../../../src/core/crypto/x25519';

interface Vectors {
  readonly G_25519: Readonly<Record<string, string>>;
  readonly X25519_points: Readonly<Record<string, string>>;
}

const vectors = JSON.parse(readFileSync('test/vectors/cpace/x25519.json', 'utf8')) as Vectors;
const bytes = (name: string): Buffer => Buffer.from(vectors.G_25519[name] ?? '', 'hex');
const input: CPaceInput = { password: bytes('PRS'), channel: bytes('CI'), sessionId: bytes('sid') };
const messages = {
  initiator: { share: bytes('Ya'), associated: bytes('ADa') },
  responder: { share: bytes('Yb'), associated: bytes('ADb') },
};

/** PKCS #8 of an X25519 key, without its 32 bytes (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex');

function shareOf(scalar: Buffer): EphemeralKey {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, scalar]), format: 'der', type: 'pkcs8' });
  return EphemeralKey.generateFor(generatorOf(input), key);
}

describe('CPace', () => {
  it('makes the generator and the shares of the published vector', () => {
    assert.deepEqual(generatorOf(input), bytes('g'));
    assert.deepEqual(shareOf(bytes('ya')).publicBytes, bytes('Ya'));
    assert.deepEqual(shareOf(bytes('yb')).publicBytes, bytes('Yb'));
  });

  it('derives the secret of the published vector on both sides', () => {
    assert.deepEqual(finishCPace(input, shareOf(bytes('ya')), 'initiator', messages), bytes('ISK_IR'));
    assert.deepEqual(finishCPace(input, shareOf(bytes('yb')), 'responder', messages), bytes('ISK_IR'));
  });

  const finishWith = (share: Buffer): Buffer => {
    const own = beginCPace(input);
    const none = Buffer.of();
    return finishCPace(input, own, 'initiator', {
      initiator: { share: own.publicBytes, associated: none },
      responder: { share, associated: none },
    });
  };

  /** The published points that must abort. The others are of large order once X25519 has cleared the top bit. */
  const MUST_ABORT = [0, 1, 2, 3, 4, 5, 7].map((number) => `Invalid Y${String(number)}`);

  for (const [name, point] of Object.entries(vectors.X25519_points)) {
    const share = Buffer.from(point, 'hex');
    if (MUST_ABORT.includes(name))
      it(`refuses the point of small order "${name}"`, () => {
        assert.throws(() => finishWith(share), /cannot be used/);
      });
    else
      it(`takes the point "${name}" with its top bit cleared`, () => {
        assert.equal(finishWith(share).length, 64);
      });
  }

  it('gives both sides the same secret if and only if they know the same code', () => {
    const code = fc.string({ maxLength: 300 });
    fc.assert(
      fc.property(code, code, (one, other) => {
        const of = (text: string): CPaceInput => ({ ...input, password: Buffer.from(text) });
        const a = beginCPace(of(one));
        const b = beginCPace(of(other));
        const exchanged = {
          initiator: { share: a.publicBytes, associated: Buffer.from('a') },
          responder: { share: b.publicBytes, associated: Buffer.from('b') },
        };
        const secrets = [
          finishCPace(of(one), a, 'initiator', exchanged),
          finishCPace(of(other), b, 'responder', exchanged),
        ] as const;
        assert.equal(secrets[0].equals(secrets[1]), Buffer.from(one).equals(Buffer.from(other)));
      }),
      { numRuns: 30 },
    );
  });

  it('refuses its own share, sent back', () => {
    const own = beginCPace(input);
    const reflected = { share: own.publicBytes, associated: Buffer.of() };
    assert.throws(
      () => finishCPace(input, own, 'initiator', { initiator: reflected, responder: reflected }),
      /sent back/,
    );
  });
});
