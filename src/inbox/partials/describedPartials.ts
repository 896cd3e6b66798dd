import { stat } from 'node:fs/promises';
import { PIECE_SIZE, tokenOffset } from '../../core/crypto/tokenStream';
import { withPastTime } from '../disk/fileAge';
import { itemName } from '../items/describeItem';
import type { PartialState, PartialStates } from './partialStates';
import type { PartialStream, PartialStreams } from './partialStreams';

/** An item of which only the beginning is here: its transfer was cut off, or is going on. */
export interface PartialItem {
  readonly transfer: string;
  /** As the sender calls it, made safe as the name of an item is. */
  readonly name: string;
  readonly from: string;
  /** Plain bytes that are here. */
  readonly received: number;
  /** Plain bytes of the whole, where the sender knew it. */
  readonly size: number | undefined;
  /** When the last of it came, in milliseconds since the epoch. */
  readonly changedAt: number;
  readonly isArriving: boolean;
  /** What is known of it cannot be read: it cannot be continued, and has no name. */
  readonly isDamaged?: true;
}

/** A stream as it was when it was looked at last. */
interface Described {
  readonly changedAt: number;
  readonly bytes: number;
  readonly state: PartialState | undefined;
}

/** What is known of beginnings of items. Each state is read once, as long as its stream does not change. */
export class DescribedPartials {
  /** By the names of streams. */
  private readonly looks = new Map<string, Described>();

  constructor(
    private readonly streams: PartialStreams,
    private readonly states: PartialStates,
  ) {}

  /** Reads the state of a stream unless that is known. */
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
    // As an item that is whole would be called.
    const shown = itemName(name, { from, receivedAt: changedAt, kind, ...(format && { format }) });
    return { ...known, name: shown, from, size };
  }

  /** Forgets what is known of all streams but these. */
  keepOnly(names: ReadonlySet<string>): void {
    for (const name of this.looks.keys()) if (!names.has(name)) this.looks.delete(name);
  }
}
