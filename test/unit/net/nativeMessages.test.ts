import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, it } from 'mocha';
import { decryptToken } from '../../../src/core/crypto/fernet';
import { FernetKey } from '../../../src/core/crypto/keys';
import { sealPiece } from '../../../src/core/crypto/tokenStream';
import { ProtocolError } from '../../../src/core/errors';
import type { OutgoingItem } from '../../../src/core/item/item';
import { SMALL_ITEM } from '../../../src/core/item/itemStore';
import { encodeFrame, FRAME_TYPES, PREAMBLE } from '../../../src/core/wire/native/session/frames';
import { EphemeralKey } from '../../../src/core/crypto/x25519';
import { deriveSessionKeys } from '../../../src/core/wire/native/handshake/keyExchange';
import { decodeMessage, encodeMessage } from '../../../src/core/wire/native/session/messageCodec';
import type { Message, Offer } from '../../../src/core/wire/native/session/messages';
import type { Piece, Session } from '../../../src/core/wire/native/session/session';
import { NativePeer } from './nativePeer';
import { fileOf, send } from './sending';
import { ServerFixture, SHORT, key } from './serverFixture';
import { TestPeer } from './testPeer';

const ITEM_KEY = FernetKey.generate();
const LARGE = SMALL_ITEM + 1;

function offer(item: number, size: number): Offer {
  return {
    type: 'offer',
    item,
    transfer: item.toString(16).padStart(32, '0'),
    kind: 'file',
    name: `item ${item}`,
    size,
    key: ITEM_KEY.toText(),
  };
}

/** Has a store answer an offer only when it is told to. */
function holdOffers({ store }: ServerFixture, isHeld: (name: string) => boolean): () => void {
  const answer = store.offer.bind(store);
  let release!: () => void;
  const released = new Promise<void>((resolve) => (release = resolve));
  store.offer = async (...about) => {
    if (isHeld(about[1].name)) await released;
    return answer(...about);
  };
  return release;
}

/** Has a store make nothing whole until it is told to. */
function holdFinishing({ store }: ServerFixture): () => void {
  const answer = store.offer.bind(store);
  let release!: () => void;
  const released = new Promise<void>((resolve) => (release = resolve));
  store.offer = async (...about) => {
    const given = await answer(...about);
    if (given.kind === 'accepted') {
      const { writer } = given;
      const finish = writer.finish.bind(writer);
      writer.finish = (end) => released.then(() => finish(end));
    }
    return given;
  };
  return release;
}

describe('a native receiver, message by message', () => {
  afterEach(() => ServerFixture.stopAll());

  for (const [what, size] of [
    ['large', LARGE],
    ['small', 1],
  ] as const) {
    it(`sends keep-alive messages while it is busy with a ${what} item`, async () => {
      const fixture = await ServerFixture.start({ limits: SHORT });
      const release = holdOffers(fixture, () => true);
      const peer = await NativePeer.connect(fixture.port, undefined, 1000);
      await peer.session.send(offer(0, size));
      try {
        assert.deepEqual(await peer.session.receive(), { type: 'ping' });
      } finally {
        release();
      }
      let answer = await peer.session.receive();
      while (answer?.type === 'ping') answer = await peer.session.receive();
      assert.deepEqual(answer, { type: 'accept', item: 0, pieces: 0 });
      await peer.close();
    });
  }

  it('accepts small items while another one still waits for its answer', async () => {
    const fixture = await ServerFixture.start({ key });
    const release = holdOffers(fixture, (name) => name === 'item 0');
    const peer = await NativePeer.connect(fixture.port, key);
    const { session } = peer;
    await Promise.all([0, 1].map((item) => session.send(offer(item, 5))));
    assert.deepEqual(await session.receive(), { type: 'accept', item: 1, pieces: 0 });
    // What comes for the one that waits is not lost.
    await sendContent(session, 0, 'hello');
    await sendContent(session, 1, 'world');
    release();
    const stored: (number | undefined)[] = [];
    while (stored.length < 2) {
      const message = await session.receive();
      assert.ok(message);
      if (message.type === 'stored') stored.push(message.item);
    }
    assert.deepEqual(stored.sort(), [0, 1]);
    assert.deepEqual(fixture.store.texts.sort(), ['hello', 'world']);
    await peer.close();
  });

  it('refuses the pieces of many large items at once, each of which takes memory', async () => {
    const fixture = await ServerFixture.start();
    const peer = await NativePeer.connect(fixture.port);
    const { session } = peer;
    let answer: Message | Piece | undefined;
    for (let item = 0; item < 9; item++) {
      await session.send(offer(item, 2 * SMALL_ITEM));
      assert.equal((await session.receive())?.type, 'accept');
      await session.sendPiece(item, sealPiece(ITEM_KEY, 0, true, Buffer.alloc(2 * SMALL_ITEM)));
      answer = await session.receive();
      if (item < 8) assert.deepEqual(answer, { type: 'progress', item, pieces: 1 });
    }
    assertRefused(answer, /Pieces of more than 8 large items/);
    await peer.close();
  });

  it('accepts the pieces of another large item once one of the previous ones is stored', async () => {
    const fixture = await ServerFixture.start();
    const release = holdFinishing(fixture);
    const peer = await NativePeer.connect(fixture.port);
    const { session } = peer;
    const content = Buffer.alloc(2 * SMALL_ITEM);
    const sha256 = createHash('sha256').update(content).digest('hex');
    for (let item = 0; item < 9; item++) {
      await session.send(offer(item, 2 * SMALL_ITEM));
      assert.equal((await session.receive())?.type, 'accept');
      await session.sendPiece(item, sealPiece(ITEM_KEY, 0, true, content));
      await session.send({ type: 'end', item, size: 2 * SMALL_ITEM, sha256 });
      if (item < 8) assert.equal((await session.receive())?.type, 'progress');
    }
    release();
    const answers: (Message | Piece | undefined)[] = [];
    for (let stored = 0; stored < 9;) {
      const answer = await session.receive();
      answers.push(answer);
      if (answer?.type === 'stored') stored++;
    }
    assert.ok(answers.findIndex((answer) => answer?.type === 'progress') > 0, 'waits for one that is stored');
    await peer.close();
  });

  it('refuses a restart of an item that was not resumed', async () => {
    const fixture = await ServerFixture.start({ key });
    const peer = await NativePeer.connect(fixture.port, key);
    const { session } = peer;
    await session.send(offer(0, 5));
    assert.equal((await session.receive())?.type, 'accept');
    await session.send({ type: 'restart', item: 0, key: ITEM_KEY.toText() });
    assertRefused(await session.receive(), /Cannot restart an item/);
    await peer.close();
  });

  for (const type of ['offer', 'restart'] as const)
    it(`refuses ${type === 'offer' ? 'an offer' : 'a restart'} without a key, as all content is encrypted`, async () => {
      const fixture = await ServerFixture.start();
      const peer = await NativePeer.connect(fixture.port);
      const { session } = peer;
      const { key: _, ...keyless } = { ...offer(0, LARGE), type };
      await session.send(keyless as Message);
      assertRefused(await session.receive(), /"key"/);
      await peer.close();
    });

  it('refuses a piece before its sender has reported that it is ready', async () => {
    const fixture = await ServerFixture.start();
    const peer = await TestPeer.connect(fixture.port);
    const ephemeral = EphemeralKey.generate();
    const publicKey = ephemeral.publicBytes.toString('base64');
    const nonce = Buffer.alloc(16).toString('base64');
    const hello: Message = { type: 'hello', versions: [1], agent: '', security: 'none', publicKey, nonce };
    const said = Buffer.concat([PREAMBLE, encodeFrame(FRAME_TYPES.control, encodeMessage(hello))]);
    await peer.send(said);
    const answer = await frameAt(peer, PREAMBLE.length);
    const agreed = decodeMessage(answer.body);
    assert.ok(agreed.type === 'hello');
    const secret = ephemeral.agree(Buffer.from(agreed.publicKey, 'base64'));
    const keys = deriveSessionKeys(secret, undefined, [said, PREAMBLE, answer.frame]);
    const open = ({ body }: { body: Buffer }): Message =>
      decodeMessage(decryptToken(keys.server, body).subarray(8));
    const ready = await frameAt(peer, answer.end);
    assert.equal(open(ready).type, 'ready');
    await peer.send(encodeFrame(FRAME_TYPES.data, Buffer.from('\0\0\0\0hello')));
    await fixture.untilFailed();
    const [failure] = fixture.failures;
    assert.ok(failure?.error instanceof ProtocolError);
    assert.match(failure.error.message, /no frame of type 2/);
    assertRefused(open(await frameAt(peer, ready.end)), /no frame of type 2/);
    assert.equal(fixture.store.open, 0);
    peer.socket.destroy();
  });
});

describe('a native sender, message by message', () => {
  afterEach(() => NativePeer.closeAll());

  const HASH = 'ab'.repeat(32);

  it('stops reading the part that the receiver has already once the connection is lost', async () => {
    const reading = new EventTarget();
    const begun = once(reading, 'begun');
    const ended = once(reading, 'ended');
    const endless: OutgoingItem = {
      kind: 'file',
      name: 'endless',
      async *open() {
        try {
          for (;;) {
            yield Buffer.alloc(1);
            reading.dispatchEvent(new Event('begun'));
            await setImmediate();
          }
        } finally {
          reading.dispatchEvent(new Event('ended'));
        }
      },
    };
    const port = await NativePeer.listen(undefined, async (peer) => {
      await peer.session.receive();
      await peer.session.send({ type: 'have', item: 0, id: 'a', sha256: HASH, size: 5 });
      await begun;
      await peer.close();
    });
    await assert.rejects(send([endless], port, { dialect: 'native' }), { code: 'connection-lost' });
    await ended;
  });

  it('sends keep-alive messages while it waits', async () => {
    const port = await NativePeer.listen(undefined, async ({ session }) => {
      const said = [await session.receive(), await session.receive(), await session.receive()];
      const reason = said.map((message) => message?.type).join();
      await session.send({ type: 'decline', item: 0, code: 'failed', reason });
      await session.receive();
    });
    await assert.rejects(send([fileOf('hello')], port, { dialect: 'native' }), /offer,ping,ping/);
  });

  it('offers an item again, only once, if the receiver has it with another content', async () => {
    const port = await NativePeer.listen(undefined, async ({ session }) => {
      for (let message; (message = await session.receive()) !== undefined;)
        if (message.type === 'offer')
          await session.send({ type: 'have', item: message.item, id: 'a', sha256: HASH, size: 5 });
    });
    await assert.rejects(
      send([fileOf('hello')], port, { dialect: 'native' }),
      (error) => error instanceof ProtocolError && /claims to have an item/.test(error.message),
    );
  });

  for (const [what, security, answer] of [
    ['a key for an item that is not resumed', key, { pieces: 0, key: ITEM_KEY.toText() }],
    ['a hash for an item that is not resumed', key, { pieces: 0, sha256: HASH }],
    ['a missing key for an item that is resumed', key, { pieces: 1, sha256: HASH }],
    ['a missing hash for an item that is resumed', undefined, { pieces: 1, key: ITEM_KEY.toText() }],
  ] as const) {
    it(`refuses ${what}`, async () => {
      let hear!: (message: Message | Piece | undefined) => void;
      const heard = new Promise<Message | Piece | undefined>((resolve) => (hear = resolve));
      const port = await NativePeer.listen(security, async ({ session }) => {
        await session.receive();
        await session.send({ type: 'accept', item: 0, ...answer });
        const received: (Message | Piece)[] = [];
        for (let message; (message = await session.receive()) !== undefined;) received.push(message);
        hear(received.at(-1));
      });
      const sending = send([fileOf('hello')], port, {
        dialect: 'native',
        ...(security && { key: security }),
      });
      await assert.rejects(
        sending,
        (error) => error instanceof ProtocolError && /and only then/.test(error.message),
      );
      assertRefused(await heard, /and only then/);
    });
  }
});

/** The frame that begins at an offset of all that a peer receives. */
async function frameAt(peer: TestPeer, start: number): Promise<{ frame: Buffer; body: Buffer; end: number }> {
  const head = (await peer.receive(start + 4)).subarray(start);
  const end = start + 4 + head.readUInt32BE();
  const frame = (await peer.receive(end)).subarray(start, end);
  return { frame, body: frame.subarray(5), end };
}

async function sendContent(session: Session, item: number, content: string): Promise<void> {
  const bytes = Buffer.from(content);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await session.sendPiece(item, sealPiece(ITEM_KEY, 0, true, bytes));
  await session.send({ type: 'end', item, size: bytes.length, sha256 });
}

function assertRefused(message: Message | Piece | undefined, reason: RegExp): void {
  assert.ok(message?.type === 'refusal', `the answer is ${message?.type}`);
  assert.equal(message.code, 'protocol');
  assert.match(message.reason, reason);
}
