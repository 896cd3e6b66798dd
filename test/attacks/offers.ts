/* Attacks by what the native dialect lets a sender say of items, and by pieces of them. */
import { createHash, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { FernetKey } from '../../src/core/crypto/keys';
import { PIECE_SIZE, sealPiece } from '../../src/core/crypto/tokenStream';
import { encodeFrameHead, FRAME_TYPES, ITEM_NUMBER_BYTES } from '../../src/core/wire/native/session/frames';
import type { Offer } from '../../src/core/wire/native/session/messages';
import { write, type AttackSession, type Attacker } from './attacker';

const GIGABYTE = 1_000_000_000;
/** The key of all items; an attacker has no need for different ones. */
export const ITEM_KEY = FernetKey.generate();
const content = randomBytes(PIECE_SIZE);
const piece = sealPiece(ITEM_KEY, 0, false, content);
const lastByte = sealPiece(ITEM_KEY, 0, true, Buffer.from('x'));

/** Offers that together are far more than any disk has, of which nothing comes. */
export async function reserveDisk(attacker: Attacker): Promise<void> {
  await attacker.keep(4 * attacker.addresses.length, async (from) => {
    const peer = await attacker.openSession(from);
    void peer.listen();
    for (let i = 0; i < 64; i++) await offer(peer, { size: 8 * GIGABYTE, modified: i });
    return peer.socket;
  });
}

/** As many items under way as a connection may have, none of a known size, each with one byte. */
export async function openFiles(attacker: Attacker): Promise<void> {
  await attacker.keep(4 * attacker.addresses.length, async (from) => {
    const peer = await attacker.openSession(from);
    void peer.listen();
    for (let i = 0; i < 256; i++) await peer.session.sendPiece(await offer(peer), lastByte);
    return peer.socket;
  });
}

/** Large items of which a piece comes each, and one more piece but for its last byte. */
export async function holdPieces(attacker: Attacker): Promise<void> {
  await attacker.keep(20 * attacker.addresses.length, async (from) => {
    const peer = await attacker.openSession(from);
    void peer.listen();
    for (let i = 0; i < 2; i++) await offer(peer);
    await peer.session.sendPiece(0, piece);
    await write(peer.socket, Buffer.concat([pieceHead(0, piece.length), piece.subarray(1)]));
    return peer.socket;
  });
}

/** Empty items with as long a name, path and message as there may be, and some in as many folders as a path can have. */
export async function tellLongNames(attacker: Attacker): Promise<void> {
  const name = '\u03c0'.repeat(500);
  await sendSmall(attacker, 128, (i) => ({
    content: Buffer.alloc(0),
    about:
      i % 16 === 0
        ? { name: '', path: `${String(i)}/${'a/'.repeat(500)}` }
        : {
            name: `${String(i)}${name}`,
            path: `${'\u03c0'.repeat(400)}/${String(i)}${name}`,
            message: '\u03c0'.repeat(200),
          },
  }));
}

/** Items of a byte with one name, for a folder that can hold it only once. */
export async function repeatName(attacker: Attacker): Promise<void> {
  await sendSmall(attacker, 64, () => ({ content: randomBytes(4), about: { name: 'same.txt' } }));
}

/** One file in ever new states, each of which may be one that is here. */
export async function sendVersions(attacker: Attacker): Promise<void> {
  const transfer = '0'.repeat(32);
  await sendSmall(attacker, 128, (i) => ({
    content: randomBytes(4),
    about: { transfer, modified: i, name: 'version' },
  }));
}

/** Beginnings of large files, each left after its first piece. */
export async function leaveBeginnings(attacker: Attacker): Promise<void> {
  await attacker.again(() =>
    attacker.forEach(8, async (i) => {
      const peer = await attacker.openSession(attacker.addressOf(i));
      for (let k = 0; k < 4; k++) {
        await peer.session.sendPiece(await offer(peer, { size: 2 * PIECE_SIZE, modified: k }), piece);
        await peer.until('progress', 'decline');
      }
      peer.socket.resetAndDestroy();
    }),
  );
}

/** A long beginning, which is offered again and again by connections that end at once. */
export async function offerBeginning(attacker: Attacker): Promise<void> {
  const about = {
    transfer: randomBytes(16).toString('hex'),
    size: (BEGINNING + 1) * PIECE_SIZE,
    modified: 1,
  };
  const begin = async (): Promise<void> => {
    const peer = await attacker.openSession();
    const item = await offer(peer, about);
    for (let i = 0; i < BEGINNING; i++)
      await peer.session.sendPiece(item, sealPiece(ITEM_KEY, i, false, content));
    await peer.until('progress');
    peer.socket.destroy();
  };
  let hasBegun = false;
  while (!hasBegun && !attacker.hasEnded)
    hasBegun = await begin().then(
      () => true,
      () => false,
    );
  await attacker.again(() =>
    attacker.forEach(
      16,
      async (i) => {
        const again = await attacker.openSession(attacker.addressOf(i));
        await offer(again, about);
        await new Promise<void>((resolve) => {
          again.socket.once('close', resolve);
          again.socket.end(resolve);
        });
        again.socket.destroy();
      },
      4,
    ),
  );
}

/** Offers that have to be declined, by a sender that reads no answer. */
export async function neverRead(attacker: Attacker): Promise<void> {
  await attacker.keep(4 * attacker.addresses.length, async (from) => {
    const peer = await attacker.openSession(from);
    peer.socket.pause();
    void (async () => {
      while (!peer.socket.destroyed) await offer(peer, { size: Number.MAX_SAFE_INTEGER });
    })().catch(() => undefined);
    return peer.socket;
  });
}

/** Items that are offered and taken back, thousands in a row. */
export async function cancelOffers(attacker: Attacker): Promise<void> {
  await attacker.again((round) =>
    attacker.forEach(4, async (i) => {
      const peer = await attacker.openSession(attacker.addressOf(round + i));
      void peer.listen();
      for (let k = 0; k < 1000 && !attacker.hasEnded; k++) {
        const item = await offer(peer, { size: 3 });
        await peer.session.send({ type: 'cancel', item });
      }
      peer.socket.destroy();
    }),
  );
}

/** The least items that there are, thousands of them, each over a connection of its own and in another dialect than the one before. */
export async function sendTinyItems(attacker: Attacker): Promise<void> {
  const ended = (socket: Socket): Promise<unknown> =>
    new Promise((resolve) => socket.resume().once('end', resolve).once('close', resolve));
  const send = [
    async (from: string) => {
      const peer = await attacker.openSession(from);
      await sendOne(peer, { content: randomBytes(1), about: {} });
      await peer.until('stored', 'have', 'decline');
      peer.socket.destroy();
    },
    async (from: string) => {
      const socket = await attacker.connect(from);
      socket.end(Buffer.from('0c00000178', 'hex'));
      await ended(socket);
    },
    async (from: string) => {
      const socket = await attacker.connect(from);
      socket.end('[1]');
      await ended(socket);
    },
  ];
  await attacker.again((round) =>
    attacker.forEach(48, async (i) => send[i % send.length]?.(attacker.addressOf(round + i))),
  );
}

interface SmallItem {
  readonly content: Buffer;
  readonly about: Partial<Offer>;
}

/** Rounds of so many small items over one connection, all of a round before any of its answers is read. */
async function sendSmall(attacker: Attacker, count: number, make: (i: number) => SmallItem): Promise<void> {
  let peer: AttackSession | undefined;
  await attacker.again(async (round) => {
    if (!peer || peer.socket.destroyed) peer = await attacker.openSession(attacker.addressOf(round));
    for (let i = 0; i < count; i++) await sendOne(peer, make(round * count + i));
    for (let i = 0; i < count; i++) await peer.until('stored', 'have', 'decline');
  });
}

async function sendOne(peer: AttackSession, { content, about }: SmallItem): Promise<void> {
  const size = content.length;
  const item = await offer(peer, { ...about, size });
  await peer.session.sendPiece(item, sealPiece(ITEM_KEY, 0, true, content));
  const sha256 = createHash('sha256').update(content).digest('hex');
  await peer.session.send({ type: 'end', item, size, sha256 });
}

/** @returns the number of the item that is offered */
export async function offer(
  { session, nextItem }: AttackSession,
  about: Partial<Offer> = {},
): Promise<number> {
  const item = nextItem();
  const transfer = randomBytes(16).toString('hex');
  const key = ITEM_KEY.toText();
  await session.send({ type: 'offer', item, transfer, kind: 'file', name: 'attack', key, ...about });
  return item;
}

function pieceHead(item: number, length: number): Buffer {
  const number = Buffer.alloc(ITEM_NUMBER_BYTES);
  number.writeUInt32BE(item);
  return Buffer.concat([encodeFrameHead(FRAME_TYPES.data, ITEM_NUMBER_BYTES + length), number]);
}

/** Pieces of a beginning that is worth hashing. */
const BEGINNING = 48;
