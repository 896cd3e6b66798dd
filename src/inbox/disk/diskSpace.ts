import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { PIECE_SIZE } from '../../core/crypto/tokenStream';
import { NoSpaceError } from '../../core/errors';
import { say } from '../../core/text';
import { hasErrorCode } from './diskError';

/** Bytes and files that are left free on a disk for everything else, but no more than a share of a small disk. */
const RESERVE = 256 * PIECE_SIZE;
const RESERVED_FILES = 16_384;
const RESERVED_SHARE = 0.02;
/** Bytes that a file may take besides its content: what is left of its last block. */
const BLOCK = 4096;
/** Milliseconds without content after which nothing is reserved for an item. */
const STALLED = 10_000;
/** Milliseconds for which a measurement of a disk is used, minus what items have taken since. */
const BELIEVED = 100;

/** An item that arrives. */
export interface Arriving {
  /** Bytes that are still to come, as far as its sender has said; 0 when it has ended. */
  readonly missing: number;
  /** Bytes that have come. */
  readonly received: number;
  /** When the last content arrived, by the clock of `performance`. */
  readonly changedAt: number;
}

/** Bytes of a disk that items may take; negative if less is free than is to be left. */
export interface FreeSpace {
  readonly bytes: number;
  readonly files: number;
}

/** The rest of the measured space. */
interface Look {
  bytes: number;
  files: number;
  /** By the clock of `performance`. */
  readonly at: number;
}

/**
 * The free space of a disk, and reservations for items that this process is receiving: for each, as much again as has
 * arrived, but no more than is still to come. So offers alone cost others nothing, and somebody who wants to keep others
 * from a disk has to send half of it.
 */
export class DiskSpace {
  /** Items of which something is still to come. */
  private readonly arriving = new Set<Arriving>();
  /** The last measurement of each directory, and pending ones: all that ask in the meantime get the same answer. */
  private readonly looks = new Map<string, Look>();
  private readonly looking = new Map<string, Promise<Look>>();

  constructor(private readonly look: (directory: string) => Promise<FreeSpace> = roomOf) {}

  /** To be called when content of an item has arrived. */
  note(item: Arriving): void {
    if (item.missing > 0) this.arriving.add(item);
  }

  /**
   * To be called before something is accepted or written. The disk is measured only now and then, but always before the
   * answer is no.
   * @param directory need not exist yet
   * @param size bytes that are to come
   * @param item to which they are written now
   * @throws NoSpaceError if there is no space for them; what node:fs throws
   */
  async check(directory: string, size: number, item?: Arriving): Promise<void> {
    const promised = this.promised(item);
    const known = this.looks.get(directory);
    const isKnown = known && performance.now() - known.at < BELIEVED && hasRoom(known, size + promised);
    const look = isKnown ? known : await this.lookAt(directory);
    const left = look.bytes - promised;
    if (look.files <= 0) throw tooManyFiles();
    if (size > left) throw item ? noMoreRoom(left) : tooLarge(size, left);
    look.files--;
    look.bytes -= BLOCK + (item ? size : 0);
  }

  /** Bytes that items may take. @throws what node:fs throws */
  async free(directory: string): Promise<number> {
    return (await this.lookAt(directory)).bytes;
  }

  private lookAt(directory: string): Promise<Look> {
    const under = this.looking.get(directory);
    if (under) return under;
    const looking = this.look(directory)
      .then((room) => {
        const look = { ...room, at: performance.now() };
        this.looks.set(directory, look);
        return look;
      })
      .finally(() => this.looking.delete(directory));
    this.looking.set(directory, looking);
    return looking;
  }

  private promised(except: Arriving | undefined): number {
    const now = performance.now();
    let sum = 0;
    for (const one of this.arriving) {
      // It is added again when more of it arrives.
      if (one.missing === 0 || now - one.changedAt >= STALLED) this.arriving.delete(one);
      else if (one !== except) sum += Math.min(one.missing, one.received);
    }
    return sum;
  }
}

function hasRoom({ bytes, files }: FreeSpace, size: number): boolean {
  return files > 0 && size <= bytes;
}

/** @param directory or one that it will lie in */
async function roomOf(directory: string): Promise<FreeSpace> {
  try {
    const { bavail, blocks, bsize, files, ffree } = await statfs(directory);
    return {
      bytes: bavail * bsize - Math.min(RESERVE, blocks * bsize * RESERVED_SHARE),
      // File systems that do not count files report that there are none.
      files: files === 0 ? Infinity : ffree - Math.min(RESERVED_FILES, files * RESERVED_SHARE),
    };
  } catch (error) {
    const above = path.dirname(directory);
    if (!hasErrorCode(error, 'ENOENT') || above === directory) throw error;
    return roomOf(above);
  }
}

function tooLarge(size: number, left: number): NoSpaceError {
  return new NoSpaceError(
    say`The item has ${size} bytes, more than there is room for on the disk of the receiver (${Math.max(0, left)} bytes). Make room there, then send it again.`,
  );
}

function noMoreRoom(left: number): NoSpaceError {
  return new NoSpaceError(
    say`There is no more room for the item on the disk of the receiver (${Math.max(0, left)} bytes). Make room there, then send it again.`,
  );
}

function tooManyFiles(): NoSpaceError {
  return new NoSpaceError(
    say`The disk of the receiver has no room for more files. Delete some there, then send it again.`,
  );
}
