import { statfs } from 'node:fs/promises';
import { PIECE_SIZE } from '../../core/crypto/tokenStream';
import { NoSpaceError } from '../../core/errors';

/** Bytes that are left free on a disk, for everything else. */
const RESERVE = 4 * PIECE_SIZE;

/** What is still to come of an item that has been given space. */
interface Arriving {
  /** Bytes; 0 when it has ended. */
  readonly missing: number;
}

/** The free space of a disk, with what has been promised of it to items that this process is receiving. */
export class DiskSpace {
  private readonly arriving = new Set<Arriving>();
  /** Looks at the disk that have not been answered yet, by directory: who asks meanwhile gets the same answer. */
  private readonly looking = new Map<string, Promise<number>>();

  constructor(private readonly freeBytes: (directory: string) => Promise<number> = freeBytesOf) {}

  /**
   * Begins an item if it fits.
   * @param size bytes that are to come
   * @throws NoSpaceError if it does not; what node:fs and `begin` throw
   */
  async reserve<T extends Arriving>(directory: string, size: number, begin: () => Promise<T>): Promise<T> {
    const free = (await this.look(directory)) - this.promised() - RESERVE;
    if (size > free) throw tooLarge(size, Math.max(0, free));
    // Until it has begun, so that what is offered meanwhile does not get the same room.
    const expected = { missing: size };
    this.arriving.add(expected);
    try {
      const begun = await begin();
      this.arriving.add(begun);
      return begun;
    } finally {
      this.arriving.delete(expected);
    }
  }

  private look(directory: string): Promise<number> {
    const under = this.looking.get(directory);
    if (under) return under;
    const looking = this.freeBytes(directory).finally(() => this.looking.delete(directory));
    this.looking.set(directory, looking);
    return looking;
  }

  private promised(): number {
    let sum = 0;
    for (const one of this.arriving) {
      if (one.missing === 0) this.arriving.delete(one);
      sum += one.missing;
    }
    return sum;
  }
}

async function freeBytesOf(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

function tooLarge(size: number, free: number): NoSpaceError {
  return new NoSpaceError(
    `The item has ${size} bytes, more than there is room for on the disk of the receiver (${free} bytes). Make room there, then send it again.`,
  );
}
