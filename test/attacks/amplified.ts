/* Attacks by what has the receiver hold or do more than its sender: content that is read again, unpacked, or begun and left. */
import { createHash, randomBytes } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import { PIECE_SIZE, sealPiece } from '../../src/core/crypto/tokenStream';
import { encodeFrameHead, FRAME_TYPES } from '../../src/core/wire/native/session/frames';
import { write, type Attacker } from './attacker';
import { ITEM_KEY, offer } from './offers';

const MEBIBYTE = 1024 * 1024;
/** Bytes of a message that a session takes, and a little less. */
const MESSAGE = 80_000;

/** Messages and packets on every connection that are there but for their last byte. */
export async function holdMessages(attacker: Attacker): Promise<void> {
  const packet = Buffer.concat([Buffer.from('0800ffff', 'hex'), Buffer.alloc(0xfffe, 'x')]);
  const message = Buffer.concat([encodeFrameHead(FRAME_TYPES.control, MESSAGE), Buffer.alloc(MESSAGE - 1)]);
  let count = 0;
  await attacker.keep(attacker.connections, async (from) => {
    if (count++ % 2 === 0) {
      const socket = await attacker.connect(from);
      await write(socket.resume(), packet);
      return socket;
    }
    const peer = await attacker.openSession(from);
    void peer.listen();
    await peer.session.send({ type: 'ping' });
    await write(peer.socket, message);
    return peer.socket;
  });
}

/** Items of a mebibyte, as many at once as a connection may have, which are all to be saved. */
export async function saveAtOnce(attacker: Attacker): Promise<void> {
  const content = randomBytes(MEBIBYTE);
  const token = sealPiece(ITEM_KEY, 0, true, content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  await attacker.again(
    () =>
      attacker.forEach(4 * attacker.addresses.length, async (i) => {
        const peer = await attacker.openSession(attacker.addressOf(i));
        for (let k = 0; k < 8; k++) {
          const item = await offer(peer, { size: MEBIBYTE });
          await peer.session.sendPiece(item, token);
          await peer.session.send({ type: 'end', item, size: MEBIBYTE, sha256 });
        }
        for (let k = 0; k < 8; k++) await peer.until('stored', 'have', 'decline');
        peer.socket.destroy();
      }),
    PAUSE,
  );
}

/** Beginnings of some pieces, one for each connection, that are all offered again at once and have to be hashed. */
export async function continueAtOnce(attacker: Attacker): Promise<void> {
  const content = randomBytes(PIECE_SIZE);
  const pieces = Array.from({ length: BEGUN }, (_, i) => sealPiece(ITEM_KEY, i, false, content));
  const beginnings = Array.from({ length: 24 * attacker.addresses.length }, (_, i) => ({
    from: attacker.addressOf(i),
    about: { transfer: randomBytes(16).toString('hex'), size: 8 * PIECE_SIZE, modified: 1 },
  }));
  const begin = async ({ from, about }: (typeof beginnings)[number]): Promise<void> => {
    const peer = await attacker.openSession(from);
    const item = await offer(peer, about);
    for (const piece of pieces) await peer.session.sendPiece(item, piece);
    while ((await peer.until('accept', 'progress', 'decline')) === 'accept');
    peer.socket.destroy();
  };
  await attacker.again(async (round) => {
    // Every other time something is added, so that it has to be read and hashed again.
    const work = async (i: number): Promise<void> => {
      const beginning = beginnings[i];
      if (!beginning) return;
      if (round % 2 === 0) return begin(beginning);
      const peer = await attacker.openSession(beginning.from);
      await offer(peer, beginning.about);
      await peer.until('accept', 'decline');
      peer.socket.destroy();
    };
    await attacker.forEach(beginnings.length, work, beginnings.length);
  });
}

/** Values with their length in front, so that all of each has to be read again to see what is in it. */
export async function frameValues(attacker: Attacker): Promise<void> {
  const pickle = pickledBytes(2 * MEBIBYTE);
  const value = Buffer.concat([Buffer.alloc(4), pickle]);
  value.writeUInt32BE(pickle.length);
  await attacker.again(() =>
    attacker.forEach(
      8 * attacker.addresses.length,
      async (i) => {
        const socket = await attacker.connect(attacker.addressOf(i));
        socket.resume().end(value);
        await new Promise((resolve) => socket.once('close', resolve).once('end', resolve));
        socket.destroy();
      },
      8 * attacker.addresses.length,
    ),
  );
}

/** Short values out of which very much comes, or very many. */
export async function packValues(attacker: Attacker): Promise<void> {
  const zeros = gzipSync(pickledBytes(64 * MEBIBYTE));
  const empty = Buffer.concat(Array<Buffer>(100_000).fill(Buffer.from('000000027b7d', 'hex')));
  // Each quad of base64 but the first is filled up as if it were the last one.
  const quads =
    pickledBytes(400_000)
      .toString('latin1')
      .match(/^[^]{3}|[^]{1,2}/g) ?? [];
  const filled = quads.map((pair) => Buffer.from(pair, 'latin1').toString('base64')).join('');
  // The second unpacking yields empty blocks, of which the third one makes nothing.
  const blocks = Buffer.alloc(64 * MEBIBYTE, Buffer.from('000000ffff', 'hex'));
  const swallowed = gzipSync(gzipSync(Buffer.concat([gzipSync('').subarray(0, 10), blocks])));
  const streams = Buffer.concat(Array<Buffer>(100_000).fill(deflateSync('')));
  const marks = Buffer.alloc(5 * MEBIBYTE, '(');
  const values = [gzipSync(zeros), empty, Buffer.from(filled, 'latin1'), swallowed, streams, marks];
  await attacker.again((round) =>
    attacker.forEach(values.length * attacker.addresses.length, async (i) => {
      const socket = await attacker.connect(attacker.addressOf(round + i));
      socket.resume().end(values[i % values.length] ?? Buffer.alloc(0));
      await new Promise((resolve) => socket.once('close', resolve).once('end', resolve));
      socket.destroy();
    }),
  );
}

/** Content in the smallest steps that there are: classic packets of a byte, and XML of nothing but attributes. */
export async function takeSmallSteps(attacker: Attacker): Promise<void> {
  const packets = Buffer.concat([
    Buffer.from('0800000178', 'hex'),
    Buffer.from('00000178'.repeat(20_000), 'hex'),
  ]);
  const attributes = Buffer.from(
    `<a ${Array.from({ length: 8_000 }, (_, i) => `a${String(i)}=""`).join(' ')}`,
  );
  await attacker.again((round) =>
    attacker.forEach(16, async (i) => {
      const socket = await attacker.connect(attacker.addressOf(round + i));
      await write(socket.resume(), i % 2 === 0 ? packets : attributes);
      socket.resetAndDestroy();
    }),
  );
}

/** A pickle of so many zeros. */
function pickledBytes(count: number): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(count));
  return Buffer.concat([Buffer.from('80048e', 'hex'), length, Buffer.alloc(count), Buffer.from('.')]);
}

/** Pieces of a beginning. */
const BEGUN = 3;
/** Milliseconds between two rounds. */
const PAUSE = 100;
