import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { FernetKey } from '../../../../../src/core/crypto/keys';
import { PIECE_SIZE } from '../../../../../src/core/crypto/tokenStream';
import { PicklepostError, ProtocolError } from '../../../../../src/core/errors';
import { DEFAULT_LIMITS } from '../../../../../src/core/limits';
import { ByteReader } from '../../../../../src/core/wire/byteReader';
import {
  encodeFrame,
  encodeFrameHead,
  FRAME_TYPES,
  PREAMBLE,
  readFrame,
} from '../../../../../src/core/wire/native/session/frames';
import { EphemeralKey } from '../../../../../src/core/crypto/x25519';
import { decodeMessage, encodeMessage } from '../../../../../src/core/wire/native/session/messageCodec';
import type { Message } from '../../../../../src/core/wire/native/session/messages';
import { greetClient } from '../../../../../src/core/wire/native/handshake/greetClient';
import { greetServer } from '../../../../../src/core/wire/native/handshake/greetServer';
import { frameLimits, Session } from '../../../../../src/core/wire/native/session/session';
import { countTurns } from '../../../inbox/temporary';
import { inSteps, ScriptedChannel, serve, type Step } from '../scriptedChannel';

const LIMITS = frameLimits(1000);
const HASH = 'ab'.repeat(32);
const FERNET_KEY = FernetKey.generate().toText();

const MESSAGES: readonly Message[] = [
  { type: 'hello', versions: [1], agent: 'a', security: 'key', publicKey: 'AA==', nonce: 'AA==' },
  { type: 'refusal', code: 'busy', reason: 'r' },
  { type: 'ready' },
  {
    type: 'offer',
    item: 0,
    transfer: 'ab'.repeat(16),
    kind: 'dictionary',
    name: 'n',
    format: 'json',
    path: 'p/n',
    size: 1,
    modified: 2,
    mode: 0o111,
    key: FERNET_KEY,
  },
  { type: 'accept', item: 0, pieces: 1, sha256: HASH, key: FERNET_KEY },
  { type: 'restart', item: 0, key: FERNET_KEY },
  { type: 'have', item: 0, id: 'i', sha256: HASH, size: 1, name: 'n' },
  { type: 'decline', item: 0, code: 'failed', reason: 'r' },
  { type: 'progress', item: 0, pieces: 1 },
  { type: 'end', item: 0, size: 1, sha256: HASH },
  { type: 'stored', item: 0, id: 'i', sha256: HASH, name: 'n' },
  { type: 'cancel', item: 0 },
  { type: 'ping' },
];

/** What no field of any message may be. */
const WRONG = [null, true, {}, [{}], [-1], -1, 0.5, 1e300, '\u0000'.repeat(5000), { length: 1 }];

function reader(...steps: readonly Step[]): ByteReader {
  return new ByteReader(new ScriptedChannel(steps), 1000);
}

/** Decodes, or is a mistake of the peer, and nothing else. */
function tryDecode(bytes: Uint8Array): Message | undefined {
  try {
    return decodeMessage(bytes);
  } catch (error) {
    assert.ok(error instanceof ProtocolError, String(error));
    return undefined;
  }
}

describe('A native message', () => {
  for (const message of MESSAGES) {
    it(`"${message.type}" is read as it was written`, () => {
      assert.deepEqual(decodeMessage(encodeMessage(message)), message);
    });

    it(`"${message.type}" is refused with any wrong field, and read with an additional one`, () => {
      for (const field of Object.keys(message)) {
        for (const wrong of WRONG) {
          // Files may be older than 1970.
          if (field === 'modified' && wrong === -1) continue;
          const bytes = Buffer.from(JSON.stringify({ ...message, [field]: wrong }));
          assert.throws(() => decodeMessage(bytes), ProtocolError, `${field}: ${JSON.stringify(wrong)}`);
        }
      }
      const more = Buffer.from(JSON.stringify({ ...message, later: 1 }));
      assert.deepEqual(decodeMessage(more), message);
    });

    it(`"${message.type}" is refused if it is truncated anywhere`, () => {
      const bytes = encodeMessage(message);
      for (let end = 0; end < bytes.length; end++)
        assert.throws(() => decodeMessage(bytes.subarray(0, end)), ProtocolError);
    });
  }

  it('"offer" is read with times before 1970, and with only the executable bits of a mode', () => {
    const offer = MESSAGES.find(({ type }) => type === 'offer');
    const bytes = Buffer.from(JSON.stringify({ ...offer, modified: -141_000_000_000, mode: 0o106_755 }));
    assert.deepEqual(decodeMessage(bytes), { ...offer, modified: -141_000_000_000, mode: 0o111 });
  });

  it('"offer" is refused if a dictionary has no format, or anything else has one', () => {
    const offer = MESSAGES.find(({ type }) => type === 'offer');
    for (const change of [{ format: undefined }, { kind: 'file' }, { kind: 'text' }])
      assert.throws(() => decodeMessage(Buffer.from(JSON.stringify({ ...offer, ...change }))), ProtocolError);
  });

  it('is refused if the number of the item needs more than four bytes', () => {
    const [largest, tooLarge] = [2 ** 32 - 1, 2 ** 32].map((item) =>
      Buffer.from(JSON.stringify({ type: 'cancel', item })),
    ) as [Buffer, Buffer];
    assert.deepEqual(decodeMessage(largest), { type: 'cancel', item: 2 ** 32 - 1 });
    assert.throws(() => decodeMessage(tooLarge), /"item" is not below/);
  });

  it('of any bytes, or of any JSON, is read or refused with a ProtocolError', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void tryDecode(bytes)));
    const type = fc.constantFrom(...MESSAGES.map((message) => message.type), '__proto__', 'constructor');
    const json = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(type, json, (name, rest) => {
        tryDecode(Buffer.from(JSON.stringify({ ...rest, type: name })));
      }),
    );
  });

  it('is refused if a name occurs twice in any spelling, and read with white space', () => {
    const spaced = '{ "type" : "cancel",\r\n\t"item" : 1 , "later": {"a": 1, "b": {"a": ["item", "type"]}} }';
    assert.deepEqual(decodeMessage(Buffer.from(spaced)), { type: 'cancel', item: 1 });
    for (const twice of [
      '{"type":"ping","type":"ping"}',
      '{"type":"cancel","item":1,"item":2}',
      '{"type":"cancel","item":1,"it\\u0065m":2}',
      '{"later":{"item":1},"type":"ping","later":0}',
    ])
      assert.throws(() => decodeMessage(Buffer.from(twice)), /a name occurs twice/, twice);
  });

  it('with the deepest nesting that its length allows is read or refused with a ProtocolError', () => {
    const depth = (DEFAULT_LIMITS.headerSize - 100) / 2;
    tryDecode(Buffer.from(`{"type":"ping","later":${'['.repeat(depth)}${']'.repeat(depth)}}`));
  });

  it('is refused with a byte order mark', () => {
    assert.throws(() => decodeMessage(Buffer.from('\ufeff{"type":"ping"}')), /not JSON/);
  });

  it('has reasons in one line, so that they cannot forge lines of a log', () => {
    const reason = 'disk full\n[info] Received "a"\u001b[2J\u2028';
    for (const said of [
      { type: 'refusal', code: 'busy', reason },
      { type: 'decline', item: 0, code: 'failed', reason },
    ]) {
      const message = decodeMessage(Buffer.from(JSON.stringify(said)));
      assert.deepEqual(message, { ...said, reason: 'disk full [info] Received "a" [2J' });
    }
  });

  it('does not read fields from a prototype', () => {
    const hidden = `{"__proto__": {"item": 0, "pieces": 1}, "type": "progress"}`;
    assert.throws(() => decodeMessage(Buffer.from(hidden)), ProtocolError);
  });
});

describe('A native frame', () => {
  it('is read in parts of any size', async () => {
    const bytes = fc.uint8Array({ maxLength: 500 });
    await fc.assert(
      fc.asyncProperty(bytes, fc.integer({ min: 1, max: 50 }), async (body, size) => {
        const from = reader(...inSteps(encodeFrame(FRAME_TYPES.control, body), size));
        assert.deepEqual(await readFrame(from, LIMITS), {
          type: FRAME_TYPES.control,
          body: Buffer.from(body),
        });
        assert.equal(await readFrame(from, LIMITS), undefined);
      }),
    );
  });

  it('is refused by its header alone if it is too long, or has no valid type', async () => {
    for (const [type, largest] of LIMITS) {
      await assert.rejects(readFrame(reader(encodeFrameHead(type, largest + 1)), LIMITS), ProtocolError);
      await assert.rejects(readFrame(reader(encodeFrameHead(type, 2 ** 32 - 2)), LIMITS), ProtocolError);
      await assert.rejects(readFrame(reader(encodeFrameHead(type, -1)), LIMITS), ProtocolError);
    }
    for (const type of [0, 3, 255])
      await assert.rejects(readFrame(reader(encodeFrameHead(type, 1)), LIMITS), ProtocolError);
    const ofClient = frameLimits(1000, 'client');
    await assert.rejects(readFrame(reader(encodeFrameHead(FRAME_TYPES.data, 8)), ofClient), ProtocolError);
  });

  it('that is truncated anywhere is reported as a lost connection', async () => {
    const frame = encodeFrame(FRAME_TYPES.control, Buffer.from('{}'));
    for (let end = 1; end < frame.length; end++)
      await assert.rejects(readFrame(reader(frame.subarray(0, end)), LIMITS), { code: 'connection-lost' });
  });

  it('with a message that is not complete in time is refused, even if bytes keep arriving', async () => {
    const head = encodeFrameHead(FRAME_TYPES.control, 990);
    // No time at all, so that the test needs none.
    const withHead = new ByteReader(new ScriptedChannel([head, ...inSteps(Buffer.alloc(900), 1)]), -1);
    await assert.rejects(readFrame(withHead, LIMITS), { code: 'timeout' });
  });
});

describe('A native session', () => {
  const keys = { own: FernetKey.generate(), other: FernetKey.generate() };
  const pings: Message[] = [{ type: 'ping' }, { type: 'cancel', item: 1 }, { type: 'cancel', item: 2 }];

  async function frames(): Promise<Buffer[]> {
    const channel = new ScriptedChannel([]);
    const session = new Session(reader(), channel, LIMITS, { own: keys.other, other: keys.own });
    for (const message of pings) await session.send(message);
    return channel.written;
  }

  async function receiveAll(steps: readonly Buffer[]): Promise<unknown[]> {
    const session = new Session(reader(...steps), new ScriptedChannel([]), LIMITS, keys);
    const messages: unknown[] = [];
    for (let next = await session.receive(); next !== undefined; next = await session.receive())
      messages.push(next);
    return messages;
  }

  it('returns messages in their order', async () => {
    assert.deepEqual(await receiveAll(await frames()), pings);
  });

  it('writes messages that are sent at the same time together, and only after an earlier piece', async () => {
    const channel = new ScriptedChannel([]);
    const session = new Session(reader(), channel, LIMITS, { own: keys.other, other: keys.own });
    const piece = Buffer.alloc(PIECE_SIZE, 1);
    await Promise.all([
      ...pings.map((message) => session.send(message)),
      session.sendPiece(7, Buffer.from('small')),
      session.sendPiece(8, piece),
      session.send({ type: 'ping' }),
    ]);
    assert.equal(channel.written.length, 3);
    assert.deepEqual(await receiveAll(channel.written), [
      ...pings,
      { type: 'piece', item: 7, bytes: Buffer.from('small') },
      { type: 'piece', item: 8, bytes: piece },
      { type: 'ping' },
    ]);
  });

  it('lets other events run while there are very many messages', async () => {
    const channel = new ScriptedChannel([]);
    const session = new Session(reader(), channel, LIMITS, { own: keys.other, other: keys.own });
    await Promise.all(Array.from({ length: 2000 }, () => session.send({ type: 'ping' })));
    const { result, turns } = await countTurns(() => receiveAll(channel.written));
    assert.equal(result.length, 2000);
    assert.ok(turns > 2, `${turns} turns`);
  });

  for (const [what, order] of [
    ['dropped', [0, 2]],
    ['repeated', [0, 1, 1]],
    ['swapped', [0, 2, 1]],
    ['missing at the start', [1]],
  ] as const) {
    it(`refuses a message that is ${what}`, async () => {
      const sent = await frames();
      await assert.rejects(receiveAll(order.map((at) => sent[at] as Buffer)), { code: 'protocol' });
    });
  }

  it('refuses its own messages, sent back', async () => {
    const channel = new ScriptedChannel([]);
    await new Session(reader(), channel, LIMITS, keys).send({ type: 'ping' });
    await assert.rejects(receiveAll(channel.written), { code: 'invalid-token' });
  });

  it('refuses a message with any changed bit', async () => {
    const [first, second] = (await frames()) as [Buffer, Buffer];
    for (let at = 0; at < second.length; at++) {
      const changed = Buffer.from(second);
      changed.writeUInt8(changed.readUInt8(at) ^ (1 << (at % 8)), at);
      await assert.rejects(receiveAll([first, changed]), PicklepostError, `byte ${at}`);
    }
  });
});

describe('A native handshake that is not complete in time', () => {
  const publicKey = EphemeralKey.generate().publicBytes.toString('base64');
  const about = { versions: [1], agent: 'a', security: 'none', nonce: 'AA==' } as const;
  const hello = encodeMessage({ type: 'hello', ...about, publicKey });
  const drops = inSteps(encodeFrame(FRAME_TYPES.control, hello), 1);

  const now = performance.now.bind(performance);
  /** Milliseconds by which the clock is ahead. */
  let waited: number;
  beforeEach(() => {
    waited = 0;
    performance.now = () => now() + waited;
  });
  afterEach(() => {
    performance.now = now;
  });

  /** Whatever comes over it comes three seconds after what was before. */
  class SlowChannel extends ScriptedChannel {
    override async read(quietAfter: number): Promise<Buffer | 'end' | 'quiet'> {
      const got = await super.read(quietAfter);
      waited += 3_000;
      return got;
    }
  }

  it('is ended by the receiver, even if bytes keep arriving', async () => {
    const channel = new SlowChannel([PREAMBLE, ...drops]);
    const greeting = greetClient(new ByteReader(channel, 60_000), channel, {
      keys: [],
      limits: DEFAULT_LIMITS,
      requireEncryption: false,
    });
    await assert.rejects(greeting, { code: 'timeout' });
    assert.equal(waited, 21_000);
  });

  const scripts: [what: string, code: string, script: Uint8Array[]][] = [
    ['after the preamble', 'timeout', [PREAMBLE, ...drops]],
    ['from the first byte on', 'other-dialect', [...inSteps(PREAMBLE, 1), ...drops]],
  ];
  for (const [what, code, script] of scripts) {
    it(`is ended by the sender, even if bytes keep arriving ${what}`, async () => {
      const channel = new SlowChannel(script);
      const options = { key: undefined, limits: DEFAULT_LIMITS };
      await assert.rejects(greetServer(new ByteReader(channel, 60_000), channel, options), { code });
      assert.equal(waited, 21_000);
    });
  }
});

describe('The key exchange', () => {
  it('has the same result on both sides, and a different one for each pair', () => {
    const [one, other, third] = [EphemeralKey.generate(), EphemeralKey.generate(), EphemeralKey.generate()];
    assert.deepEqual(one.agree(other.publicBytes), other.agree(one.publicBytes));
    assert.notDeepEqual(one.agree(other.publicBytes), one.agree(third.publicBytes));
  });

  /** RFC 7748, section 6.1, and cr.yp.to/ecdh.html: points whose order divides 8, with which any secret would be known. */
  const SMALL_ORDER = [
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0100000000000000000000000000000000000000000000000000000000000000',
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  ];
  for (const point of SMALL_ORDER) {
    it(`refuses the point ${point.slice(0, 8)}…`, () => {
      assert.throws(() => EphemeralKey.generate().agree(Buffer.from(point, 'hex')), ProtocolError);
    });
  }

  it('refuses a point that is not 32 bytes long', () => {
    for (const length of [0, 31, 33])
      assert.throws(() => EphemeralKey.generate().agree(Buffer.alloc(length, 9)), ProtocolError);
  });
});

describe('A native receiver whose peer sends anything', () => {
  const hello = encodeFrame(FRAME_TYPES.control, encodeMessage(MESSAGES[0] as Message));

  it('ends with a ProtocolError or a lost connection, and keeps nothing', async () => {
    const anything = fc.array(fc.uint8Array({ minLength: 1, maxLength: 100 }), { maxLength: 5 });
    const start = fc.constantFrom(Buffer.alloc(0), hello, encodeFrameHead(FRAME_TYPES.control, 20));
    await fc.assert(
      fc.asyncProperty(start, anything, async (beginning, rest) => {
        const { store, error } = await serve(
          [PREAMBLE, beginning, ...rest].filter((step) => step.length > 0),
        );
        assert.ok(error instanceof PicklepostError, String(error));
        assert.deepEqual([store.items, store.open], [[], 0]);
      }),
    );
  });

  it('reports an incomplete preamble as a lost connection, and does not keep it as an item', async () => {
    for (let length = 1; length < PREAMBLE.length; length++) {
      const { store, error } = await serve([PREAMBLE.subarray(0, length)]);
      assert.ok(error instanceof PicklepostError);
      assert.deepEqual(store.items, []);
    }
  });
});
