import assert from 'node:assert/strict';
import { createHash, createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto';
import { describe, it } from 'mocha';
import { FernetKey } from '../../../../../src/core/crypto/keys';
import { openPiece, readPieceHeader } from '../../../../../src/core/crypto/piece';
import { PIECE_SIZE, pieceTokenLength } from '../../../../../src/core/crypto/tokenStream';
import { DEFAULT_LIMITS } from '../../../../../src/core/limits';
import { ByteReader } from '../../../../../src/core/wire/byteReader';
import { FRAME_TYPES, PREAMBLE } from '../../../../../src/core/wire/native/session/frames';
import { greetClient } from '../../../../../src/core/wire/native/handshake/greetClient';
import { greetServer } from '../../../../../src/core/wire/native/handshake/greetServer';
import { deriveSessionKeys } from '../../../../../src/core/wire/native/handshake/keyExchange';
import { decodeMessage } from '../../../../../src/core/wire/native/session/messageCodec';
import { frameLimits, Session } from '../../../../../src/core/wire/native/session/session';
import { readVectors } from '../../../vectors';
import { ScriptedChannel } from '../scriptedChannel';
import { namedKeys } from '../../../../harness/namedKeys';

type Side = 'client' | 'server';

/** A whole session with fixed keys (docs/native.md). Binary values are hexadecimal, keys in text form. */
interface SessionVector extends Record<Side, SideVector> {
  /** Only of the verified session. */
  readonly sharedKey?: string;
  readonly secret: string;
  readonly transcriptHash: string;
  readonly clientKey: string;
  readonly serverKey: string;
  readonly frames: readonly FrameVector[];
}

interface SideVector {
  readonly privateKey: string;
  readonly publicKey: string;
  readonly nonce: string;
  readonly hello: string;
}

interface FrameVector {
  readonly from: Side;
  readonly frame: string;
  /** The message of a control frame. */
  readonly message?: { readonly type: string; readonly key?: string };
  /** The number of the item of a data frame. */
  readonly item?: number;
  readonly piece?: string;
}

const SIDES = ['client', 'server'] as const;
const other = { client: 'server', server: 'client' } as const;
const hex = (text: string): Buffer => Buffer.from(text, 'hex');

function framesOf(side: Side, vector: SessionVector): FrameVector[] {
  return vector.frames.filter(({ from }) => from === side);
}

function transcriptOf({ client, server }: SessionVector): Buffer[] {
  return [PREAMBLE, hex(client.hello), PREAMBLE, hex(server.hello)];
}

function sharedKeyOf({ sharedKey }: SessionVector): FernetKey | undefined {
  return sharedKey === undefined ? undefined : FernetKey.parse(sharedKey);
}

/** Everything that one side says, as it goes over the wire. */
function wordsOf(side: Side, vector: SessionVector): Buffer {
  const frames = framesOf(side, vector).map(({ frame }) => hex(frame));
  return Buffer.concat([PREAMBLE, hex(vector[side].hello), ...frames]);
}

/** A session of the other side, which reads these frames. */
function reading(side: Side, vector: SessionVector, frames: readonly FrameVector[]): Session {
  const channel = new ScriptedChannel(frames.map(({ frame }) => hex(frame)));
  const keys = { client: FernetKey.parse(vector.clientKey), server: FernetKey.parse(vector.serverKey) };
  const limits = frameLimits(DEFAULT_LIMITS.headerSize, other[side]);
  const ours = { own: keys[other[side]], other: keys[side] };
  return new Session(new ByteReader(channel, 1000), channel, limits, ours, vector.sharedKey !== undefined);
}

/** X25519; the bytes around the keys are those of RFC 8410. */
function secretOf(own: SideVector, peer: SideVector): string {
  const privateDer = hex(`302e020100300506032b656e04220420${own.privateKey}`);
  const publicDer = hex(`302a300506032b656e032100${peer.publicKey}`);
  return diffieHellman({
    privateKey: createPrivateKey({ key: privateDer, format: 'der', type: 'pkcs8' }),
    publicKey: createPublicKey({ key: publicDer, format: 'der', type: 'spki' }),
  }).toString('hex');
}

for (const name of ['verified', 'unverified']) {
  const vector = readVectors(`native/${name}`) as SessionVector;

  describe(`the documented ${name} session of the native dialect`, () => {
    for (const side of SIDES) {
      it(`has a hello of the ${side}`, () => {
        const frame = hex(vector[side].hello);
        assert.equal(frame.readUInt32BE(0), frame.length - 4);
        assert.equal(frame[4], FRAME_TYPES.control);
        const message = decodeMessage(frame.subarray(5));
        assert.ok(message.type === 'hello');
        assert.deepEqual(message.versions, [1]);
        assert.equal(message.security, name === 'unverified' ? 'none' : 'key');
        assert.equal(message.publicKey, hex(vector[side].publicKey).toString('base64'));
        assert.equal(message.nonce, hex(vector[side].nonce).toString('base64'));
      });

      it(`has messages and pieces of the ${side}`, async () => {
        const session = reading(side, vector, framesOf(side, vector));
        for (const { message, item, piece } of framesOf(side, vector)) {
          const expected = message ?? { type: 'piece', item, bytes: hex(piece!) };
          assert.deepEqual(await session.receive(), expected);
        }
        assert.equal(await session.receive(), undefined);
      });

      it(`is refused if messages of the ${side} are missing, repeated or sent back`, async () => {
        const [first, second] = framesOf(side, vector) as [FrameVector, FrameVector];
        await assert.rejects(reading(side, vector, [second]).receive(), { code: 'protocol' });
        const repeating = reading(side, vector, [first, first]);
        await repeating.receive();
        await assert.rejects(repeating.receive(), { code: 'protocol' });
        await assert.rejects(reading(other[side], vector, [first]).receive(), { code: 'invalid-token' });
      });
    }

    it('has session keys', () => {
      assert.equal(secretOf(vector.client, vector.server), vector.secret);
      assert.equal(secretOf(vector.server, vector.client), vector.secret);
      const transcript = transcriptOf(vector);
      const hash = createHash('sha256').update(Buffer.concat(transcript)).digest('hex');
      assert.equal(hash, vector.transcriptHash);
      const keys = deriveSessionKeys(hex(vector.secret), sharedKeyOf(vector), transcript);
      assert.equal(keys.client.toText(), vector.clientKey);
      assert.equal(keys.server.toText(), vector.serverKey);
    });

    it('is refused by a server that gets a recording of it', async () => {
      const channel = new ScriptedChannel([wordsOf('client', vector)]);
      const options = {
        keys: namedKeys(sharedKeyOf(vector)),
        limits: DEFAULT_LIMITS,
        requireEncryption: false,
      };
      await assert.rejects(
        greetClient(new ByteReader(channel, 1000), channel, options),
        name === 'unverified' ? { code: 'protocol' } : { code: 'invalid-token' },
      );
    });

    it('is refused by a client that gets a recording of it', async () => {
      const channel = new ScriptedChannel([wordsOf('server', vector)]);
      const options = { key: sharedKeyOf(vector), limits: DEFAULT_LIMITS };
      await assert.rejects(
        greetServer(new ByteReader(channel, 1000), channel, options),
        name === 'unverified' ? { code: 'protocol' } : { code: 'invalid-token' },
      );
    });
  });
}

describe('the native dialect, as documented', () => {
  it('has a piece that is decrypted with the key of the offer', () => {
    const { frames } = readVectors('native/verified') as SessionVector;
    const key = FernetKey.parse(frames.find(({ message }) => message?.type === 'offer')!.message!.key!);
    const token = hex(frames.find(({ piece }) => piece !== undefined)!.piece!);
    const header = { final: true, pieceSize: PIECE_SIZE, index: 0 };
    assert.deepEqual(readPieceHeader(key, token), header);
    assert.deepEqual(openPiece(key, token), { ...header, content: Buffer.from('hello') });
    assert.equal(token.length, pieceTokenLength(5));
  });

  it('has the documented limits for the length of frames', () => {
    const { headerSize } = DEFAULT_LIMITS;
    assert.deepEqual(Object.fromEntries(frameLimits(headerSize, 'server')), { 1: 65_609, 2: 1_048_669 });
    assert.deepEqual(Object.fromEntries(frameLimits(headerSize, 'client')), { 1: 65_609 });
  });

  it('has a client that refuses to continue if somebody has removed the proof of the key', async () => {
    const channel = new ScriptedChannel([
      wordsOf('server', readVectors('native/unverified') as SessionVector),
    ]);
    const options = { key: FernetKey.generate(), limits: DEFAULT_LIMITS };
    const greeting = greetServer(new ByteReader(channel, 1000), channel, options);
    await assert.rejects(greeting, { refusal: 'protocol' });
  });
});
