import { FernetKey } from '../../core/crypto/keys';
import { PIECE_SIZE } from '../../core/crypto/tokenStream';
import type { Arrival } from '../../core/item/item';
import type { ItemOffer, ItemWriter } from '../../core/item/itemStore';
import { shareAddressOf } from '../../core/wire/address';
import { createEmptyFile } from '../disk/durableFile';
import type { FilePool } from '../disk/filePool';
import { newIncomingPath } from '../disk/processOwner';
import { InboxItemWriter, type ItemStorage } from '../items/itemWriter';
import { isSmall, SmallItemWriter } from '../items/smallItem';
import type { Partials } from './partials';
import type { PartialState } from './partialStates';
import { PieceFile, type PiecePlace } from '../items/pieceFile';

/** An item that was offered. */
export interface Offered {
  readonly arrival: Arrival;
  readonly offer: ItemOffer;
  /** Key of the sender's token stream. */
  readonly key: FernetKey;
  /** Aborted when its sender has left, and no longer needs an answer. */
  readonly disconnected: AbortSignal | undefined;
}

/** The parts with which arriving items are stored. */
export interface ReceivingParts extends ItemStorage {
  readonly partials: Partials;
  readonly files: FilePool;
}

/** Begins an item about which nothing is known beforehand. */
export function beginStream(parts: ReceivingParts, arrival: Arrival): ItemWriter {
  const target = new PieceFile(parts.files, shareAddressOf(arrival.from), () => passingFile(parts.incoming));
  return new InboxItemWriter({ arrival, key: FernetKey.generate() }, target, parts);
}

/**
 * Begins an item, or resumes it where it was interrupted.
 * @throws NoSpaceError if it would not fit; what node:fs throws
 */
export async function beginPieces(parts: ReceivingParts, offered: Offered): Promise<ItemWriter> {
  const { arrival, offer, key } = offered;
  const state: PartialState = { arrival, offer, key };
  if (isSmall(offer)) return beginSmall(parts, state);
  return beginFile(parts, state, offered.disconnected);
}

async function beginSmall(parts: ReceivingParts, state: PartialState): Promise<ItemWriter> {
  const { committer, incoming, diskSpace } = parts;
  await diskSpace.check(incoming, state.offer.size ?? 0);
  const beginLarger = (): Promise<ItemWriter> => beginFile(parts, state);
  return new SmallItemWriter({ ...state, committer, path: newIncomingPath(incoming), beginLarger });
}

async function beginFile(
  parts: ReceivingParts,
  state: PartialState,
  disconnected?: AbortSignal,
): Promise<ItemWriter> {
  const { incoming, diskSpace } = parts;
  const { offer } = state;
  // Only a file of some size is worth resuming, and can be recognized.
  const isKept = offer.modified !== undefined && (offer.size ?? 0) > PIECE_SIZE;
  const resumed = isKept ? await resume(parts, state, disconnected) : undefined;
  const missing = (offer.size ?? 0) - (resumed?.pieces ?? 0) * PIECE_SIZE;
  try {
    await diskSpace.check(incoming, missing, resumed);
    return resumed ?? begin(parts, state, isKept);
  } catch (error) {
    await resumed?.suspend();
    throw error;
  }
}

function begin(parts: ReceivingParts, state: PartialState, isKept: boolean): InboxItemWriter {
  const { incoming, partials, files } = parts;
  const { prefixes } = partials;
  const make = async (): Promise<PiecePlace> => {
    const kept = isNoted ? await partials.create(state.offer.transfer, state) : undefined;
    return kept === undefined ? passingFile(incoming) : keptPlace(partials, state, kept);
  };
  const noted = noteReceiving(partials, state, () => writer);
  const beginning = { ...state, onEnd: noted.end, prefixes };
  const target = new PieceFile(files, shareAddressOf(state.arrival.from), make);
  const writer: InboxItemWriter = new InboxItemWriter(beginning, target, parts);
  // If another transfer of the same file is running, this one is not kept.
  const isNoted = isKept && noted.begin();
  return writer;
}

/** Registers this process as the receiver of a transfer, and unregisters it at the end. */
function noteReceiving(
  partials: Partials,
  { offer, arrival }: PartialState,
  writer: () => InboxItemWriter,
): { begin: () => boolean; end: () => void } {
  const { from } = arrival;
  const { transfer } = offer;
  const receiving = { from, letGo: () => writer().suspend(), cancel: () => writer().cancel() };
  return {
    begin: () => partials.note(transfer, receiving),
    end: () => partials.unnote(transfer, receiving),
  };
}

async function resume(
  parts: ReceivingParts,
  wanted: PartialState,
  disconnected: AbortSignal | undefined,
): Promise<InboxItemWriter | undefined> {
  const { incoming, partials, files } = parts;
  const { transfer } = wanted.offer;
  const found = await partials.claim(transfer);
  if (!found) return undefined;
  const { path, state } = found;
  if (!isSame(state, wanted)) {
    await partials.forget(transfer, path);
    return undefined;
  }
  try {
    const place = keptPlace(partials, { ...state, arrival: wanted.arrival }, path);
    const target = new PieceFile(
      files,
      shareAddressOf(wanted.arrival.from),
      () => passingFile(incoming),
      place,
    );
    const noted = noteReceiving(partials, wanted, () => writer);
    const { prefixes } = partials;
    const beginning = { ...wanted, key: state.key, onEnd: noted.end, prefixes };
    const writer: InboxItemWriter = new InboxItemWriter(beginning, target, parts);
    await writer.resume(disconnected);
    noted.begin();
    if (writer.pieces === 0) await writer.restart(wanted.key);
    return writer;
  } catch (error) {
    await files.close(path);
    await partials.release(transfer, path).catch(() => undefined);
    throw error;
  }
}

async function passingFile(incoming: string): Promise<PiecePlace> {
  const path = newIncomingPath(incoming);
  await createEmptyFile(path);
  return { path };
}

function keptPlace(partials: Partials, state: PartialState, path: string): PiecePlace {
  const { transfer } = state.offer;
  return {
    path,
    kept: {
      rekey: (key) => partials.update(transfer, { ...state, key }),
      release: () => partials.release(transfer, path),
      forget: () => partials.forget(transfer, path),
    },
  };
}

/** Whether a sender offers an interrupted item again, in the same way. */
function isSame(before: PartialState, now: PartialState): boolean {
  const { offer } = before;
  return (
    before.arrival.key === now.arrival.key &&
    offer.size === now.offer.size &&
    offer.modified === now.offer.modified &&
    offer.kind === now.offer.kind &&
    offer.format === now.offer.format
  );
}
