import { open, statfs, type FileHandle } from 'node:fs/promises';
import { FernetKey } from '../core/crypto/keys';
import { PIECE_SIZE } from '../core/crypto/tokenStream';
import { PicklepostError } from '../core/errors';
import type { Arrival } from '../core/wire/item';
import type { ItemOffer, PieceWriter } from '../core/wire/transfer';
import { PRIVATE } from './durableFile';
import { newIncomingPath } from './incoming';
import type { ItemHome } from './itemWriter';
import type { Partials, PartialState } from './partials';
import { InboxPieceWriter, type PieceFile } from './pieceWriter';

/** Bytes that are left free on a disk, for everything else. */
const RESERVE = 4 * PIECE_SIZE;

/** An item that is about to come in pieces. */
export interface Beginning {
  readonly arrival: Arrival;
  readonly offer: ItemOffer;
  /** Of the sender's token stream; undefined where it sends plain pieces. */
  readonly key: FernetKey | undefined;
}

/**
 * Begins an item, or takes it up where it was cut off.
 * @param incoming folder for what is not to be continued
 * @throws PicklepostError `disk` if it would not fit; what node:fs throws
 */
export async function beginPieces(
  home: ItemHome,
  incoming: string,
  partials: Partials,
  beginning: Beginning,
): Promise<PieceWriter> {
  const { arrival, offer, key = FernetKey.generate() } = beginning;
  const state: PartialState = { arrival, offer, key };
  // Only a file of some size is worth continuing, and can be recognized.
  const isKept = offer.modified !== undefined && (offer.size ?? 0) > PIECE_SIZE;
  const resumed = isKept ? await resume(home, partials, state) : undefined;
  try {
    await checkSpace(incoming, (offer.size ?? 0) - (resumed?.pieces ?? 0) * PIECE_SIZE);
  } catch (error) {
    await resumed?.suspend();
    throw error;
  }
  if (resumed) return resumed;
  const kept = isKept ? await keptFile(partials, state) : undefined;
  const target = kept ?? (await passingFile(incoming));
  const writer = InboxPieceWriter.create(home, target, arrival, offer, key);
  if (kept) noteReceiving(partials, state, writer);
  return writer;
}

function noteReceiving(partials: Partials, { offer, arrival }: PartialState, writer: PieceWriter): void {
  partials.note(offer.transfer, { from: arrival.from, letGo: () => writer.suspend() });
}

async function resume(
  home: ItemHome,
  partials: Partials,
  wanted: PartialState,
): Promise<InboxPieceWriter | undefined> {
  const { transfer } = wanted.offer;
  const found = await partials.claim(transfer);
  if (!found) return undefined;
  if (!isSame(found.state, wanted)) {
    await partials.remove(transfer);
    return undefined;
  }
  const file = await open(found.path, 'r+');
  const target = pieceFile(partials, { ...found.state, arrival: wanted.arrival }, found.path, file);
  const writer = await InboxPieceWriter.resume(home, target, wanted.arrival, wanted.offer, found.state.key);
  noteReceiving(partials, wanted, writer);
  if (writer.pieces === 0) await writer.restart(wanted.key);
  return writer;
}

/** Undefined while another transfer of the same file is going on. */
async function keptFile(partials: Partials, state: PartialState): Promise<PieceFile | undefined> {
  const made = await partials.create(state.offer.transfer, state);
  return made && pieceFile(partials, state, made.path, made.file);
}

async function passingFile(incoming: string): Promise<PieceFile> {
  const path = newIncomingPath(incoming);
  return { path, file: await open(path, 'wx+', PRIVATE) };
}

function pieceFile(partials: Partials, state: PartialState, path: string, file: FileHandle): PieceFile {
  const { transfer } = state.offer;
  const kept = {
    rekey: (key: FernetKey) => partials.update(transfer, { ...state, key }),
    release: () => partials.release(transfer),
    forget: () => partials.remove(transfer),
  };
  return { path, file, kept };
}

/** Whether a sender offers again what was cut off, and in the same way. */
function isSame(before: PartialState, now: PartialState): boolean {
  const { offer } = before;
  return (
    before.arrival.encrypted === now.arrival.encrypted &&
    offer.size === now.offer.size &&
    offer.modified === now.offer.modified &&
    offer.kind === now.offer.kind &&
    offer.format === now.offer.format
  );
}

/** @throws PicklepostError `disk` */
async function checkSpace(directory: string, size: number): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize - RESERVE;
  if (size <= free) return;
  throw new PicklepostError(
    'disk',
    `The item has ${size} bytes more than there is room for on the disk of the receiver (${Math.max(0, free)} bytes). Make room there, then send it again.`,
  );
}
