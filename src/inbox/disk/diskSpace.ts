import { statfs } from 'node:fs/promises';
import { PIECE_SIZE } from '../../core/crypto/tokenStream';
import { NoSpaceError } from '../../core/errors';
import { say } from '../../core/text';

/** Bytes that are left free on a disk, for everything else: so many, but no more than a share of a small disk. */
const RESERVE = 256 * PIECE_SIZE;
const RESERVED_SHARE = 0.02;
/** Milliseconds without content after which an item is promised nothing. */
const STALLED = 10_000;

/** An item that arrives. */
export interface Arriving {
  /** Bytes that are still to come, as far as its sender has said; 0 when it has ended. */
  readonly missing: number;
  /** Bytes that have come. */
  readonly received: number;
  /** When the last of them came, by the clock of `performance`. */
  readonly changedAt: number;
}

/**
 * The free space of a disk, with what is promised of it to items that this process is receiving: of what is still to come of one as much
 * as has come. So offers alone cost others nothing, and whoever wants to keep a disk from others has to send half of it.
 */
export class DiskSpace {
  private readonly arriving = new Set<Arriving>();
  /** Looks at the disk that have not been answered yet, by directory: whoever asks in the meantime gets the same answer. */
  private readonly looking = new Map<string, Promise<number>>();

  constructor(private readonly freeBytes: (directory: string) => Promise<number> = freeBytesOf) {}

  /** Has an item counted from now on, until nothing of it is missing. */
  add(item: Arriving): void {
    this.arriving.add(item);
  }

  /**
   * @param size bytes that are to come
   * @param item what they belong to, if it has begun
   * @throws NoSpaceError if there is no room for them; what node:fs throws
   */
  async check(directory: string, size: number, item?: Arriving): Promise<void> {
    const free = (await this.free(directory)) - this.promised(item);
    if (size > free) throw tooLarge(size, Math.max(0, free));
  }

  /** Bytes that items may take. @throws what node:fs throws */
  free(directory: string): Promise<number> {
    const under = this.looking.get(directory);
    if (under) return under;
    const looking = this.freeBytes(directory).finally(() => this.looking.delete(directory));
    this.looking.set(directory, looking);
    return looking;
  }

  private promised(except: Arriving | undefined): number {
    const now = performance.now();
    let sum = 0;
    for (const one of this.arriving) {
      if (one.missing === 0) this.arriving.delete(one);
      if (one !== except && now - one.changedAt < STALLED) sum += Math.min(one.missing, one.received);
    }
    return sum;
  }
}

async function freeBytesOf(directory: string): Promise<number> {
  const { bavail, blocks, bsize } = await statfs(directory);
  return bavail * bsize - Math.min(RESERVE, blocks * bsize * RESERVED_SHARE);
}

function tooLarge(size: number, free: number): NoSpaceError {
  return new NoSpaceError(
    say`The item has ${size} bytes, more than there is room for on the disk of the receiver (${free} bytes). Make room there, then send it again.`,
  );
}
