import { stat } from 'node:fs/promises';
import { PIECE_SIZE, tokenOffset } from '../../core/crypto/tokenStream';
import { withPastTime } from '../disk/fileAge';
import { itemName } from '../items/itemMetadata';
import type { PartialState, PartialStates } from './partialStates';
import type { PartialStream, PartialStreams } from './partialStreams';

/** An incomplete item: its transfer was interrupted, or is still running. */
export interface PartialItem {
  readonly transfer: string;
  /** The sender's name for it, made safe like the name of an item. */
  readonly name: string;
  readonly from: string;
  /** Plain bytes that are here. */
  readonly received: number;
  /** Plain bytes of the whole item, if the sender knew them. */
  readonly size: number | undefined;
  /** When its last part arrived, in milliseconds since the epoch. */
  readonly changedAt: number;
  readonly isArriving: boolean;
  /** Its state cannot be read, so it cannot be resumed, and has no name. */
  readonly isDamaged?: true;
}

/** A stream at the last look. */
interface Described {
  readonly changedAt: number;
  readonly bytes: number;
  readonly state: PartialState | undefined;
}

/** Descriptions of beginnings of items. Each state is read once, while its stream does not change. */
export class DescribedPartials {
  /** By the names of streams. */
  private readonly looks = new Map<string, Described>();

  constructor(
    private readonly streams: PartialStreams,
    private readonly states: PartialStates,
  ) {}

  /** Reads the state of a stream unless it is known. */
  async look(stream: PartialStream): Promise<Described | undefined> {
    const status = await stat(this.streams.path(stream)).catch(() => undefined);
    if (!status) {
      this.looks.delete(stream.name);
      return undefined;
    }
    const { size: bytes } = status;
    const changedAt = await withPastTime(this.streams.path(stream), status.mtimeMs);
    const known = this.looks.get(stream.name);
    if (known?.changedAt === changedAt && known.bytes === bytes) return known;
    const described = { changedAt, bytes, state: await this.states.read(stream.transfer) };
    this.looks.set(stream.name, described);
    return described;
  }

  async describe(stream: PartialStream): Promise<PartialItem | undefined> {
    const { transfer } = stream;
    const looked = await this.look(stream);
    if (!looked) return undefined;
    const { state, bytes, changedAt } = looked;
    const received = Math.floor(bytes / tokenOffset(1)) * PIECE_SIZE;
    const isArriving = !(await this.streams.isFree(stream));
    const known = { transfer, received, changedAt, isArriving };
    if (!state) return { ...known, name: '', from: '', size: undefined, isDamaged: true };
    const { from } = state.arrival;
    const { name, kind, format, size } = state.offer;
    // Named like a complete item.
    const shown = itemName(name, { from, receivedAt: changedAt, kind, ...(format && { format }) });
    return { ...known, name: shown, from, size };
  }

  /** Forgets all streams except these. */
  keepOnly(names: ReadonlySet<string>): void {
    for (const name of this.looks.keys()) if (!names.has(name)) this.looks.delete(name);
  }
}
