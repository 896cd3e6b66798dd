import { open, type FileHandle } from 'node:fs/promises';
import { FernetKey } from '../../core/crypto/keys';
import { PIECE_SIZE } from '../../core/crypto/tokenStream';
import type { Arrival } from '../../core/item/item';
import type { ItemOffer, PieceWriter } from '../../core/item/transfer';
import { PRIVATE } from '../disk/durableFile';
import { newIncomingPath } from '../disk/processOwner';
import type { ItemCommitter } from '../items/itemCommitter';
import type { Partials, PartialState } from './partials';
import { PieceFile } from './pieceFile';
import { InboxPieceWriter } from './pieceWriter';
import type { DiskSpace } from '../disk/diskSpace';
import { isSmall, SmallItemWriter } from '../items/smallItem';

/** An item that is about to come in pieces. */
export interface Beginning {
  readonly arrival: Arrival;
  readonly offer: ItemOffer;
  /** Of the sender's token stream; undefined where it sends plain pieces. */
  readonly key: FernetKey | undefined;
}

/** Where items that come in pieces are put. */
export interface PieceReceivingParts {
  readonly committer: ItemCommitter;
  /** Folder for what is not to be continued. */
  readonly incoming: string;
  readonly partials: Partials;
  readonly diskSpace: DiskSpace;
}

/**
 * Begins an item, or takes it up where it was cut off.
 * @throws NoSpaceError if it would not fit; what node:fs throws
 */
export async function beginPieces(parts: PieceReceivingParts, beginning: Beginning): Promise<PieceWriter> {
  const { arrival, offer, key = FernetKey.generate() } = beginning;
  const state: PartialState = { arrival, offer, key };
  if (isSmall(offer)) return beginSmall(parts, state);
  return beginFile(parts, state);
}

function beginSmall(parts: PieceReceivingParts, state: PartialState): Promise<PieceWriter> {
  const { committer, incoming, diskSpace } = parts;
  const { offer } = state;
  const beginLarger = (): Promise<PieceWriter> => beginFile(parts, state);
  const about = { ...state, committer, path: newIncomingPath(incoming), beginLarger };
  return diskSpace.reserve(incoming, offer.size ?? 0, () => Promise.resolve(new SmallItemWriter(about)));
}

async function beginFile(parts: PieceReceivingParts, state: PartialState): Promise<PieceWriter> {
  const { incoming, diskSpace } = parts;
  const { offer } = state;
  // Only a file of some size is worth continuing, and can be recognized.
  const isKept = offer.modified !== undefined && (offer.size ?? 0) > PIECE_SIZE;
  const resumed = isKept ? await resume(parts, state) : undefined;
  try {
    return await diskSpace.reserve(
      incoming,
      (offer.size ?? 0) - (resumed?.pieces ?? 0) * PIECE_SIZE,
      async () => {
        return resumed ?? (await begin(parts, state, isKept));
      },
    );
  } catch (error) {
    await resumed?.suspend();
    throw error;
  }
}

async function begin(
  parts: PieceReceivingParts,
  state: PartialState,
  isKept: boolean,
): Promise<InboxPieceWriter> {
  const { committer, incoming, partials } = parts;
  const kept = isKept ? await keptFile(partials, state) : undefined;
  const target = kept ?? (await passingFile(incoming));
  const writer = new InboxPieceWriter(committer, target, state.arrival, state.offer, state.key);
  if (kept) noteReceiving(partials, state, kept.path, writer);
  return writer;
}

function noteReceiving(
  partials: Partials,
  { offer, arrival }: PartialState,
  path: string,
  writer: InboxPieceWriter,
): void {
  const { from } = arrival;
  const letGo = (): Promise<void> => writer.suspend();
  partials.note(offer.transfer, { from, path, letGo, cancel: () => writer.cancel() });
}

async function resume(
  { committer, partials }: PieceReceivingParts,
  wanted: PartialState,
): Promise<InboxPieceWriter | undefined> {
  const { transfer } = wanted.offer;
  const found = await partials.claim(transfer);
  if (!found) return undefined;
  const { path, state } = found;
  if (!isSame(state, wanted)) {
    await partials.forget(transfer, path);
    return undefined;
  }
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r+');
    const target = pieceFile(partials, { ...state, arrival: wanted.arrival }, path, file);
    const writer = new InboxPieceWriter(committer, target, wanted.arrival, wanted.offer, state.key);
    await writer.resume();
    noteReceiving(partials, wanted, path, writer);
    if (writer.pieces === 0) await writer.restart(wanted.key);
    return writer;
  } catch (error) {
    await file?.close().catch(() => undefined);
    await partials.release(transfer, path).catch(() => undefined);
    throw error;
  }
}

/** Undefined while another transfer of the same file is going on. */
async function keptFile(partials: Partials, state: PartialState): Promise<PieceFile | undefined> {
  const made = await partials.create(state.offer.transfer, state);
  return made && pieceFile(partials, state, made.path, made.file);
}

async function passingFile(incoming: string): Promise<PieceFile> {
  const path = newIncomingPath(incoming);
  return new PieceFile(path, await open(path, 'wx+', PRIVATE));
}

function pieceFile(partials: Partials, state: PartialState, path: string, file: FileHandle): PieceFile {
  const { transfer } = state.offer;
  return new PieceFile(path, file, {
    rekey: (key) => partials.update(transfer, { ...state, key }),
    release: () => partials.release(transfer, path),
    forget: () => partials.forget(transfer, path),
  });
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
