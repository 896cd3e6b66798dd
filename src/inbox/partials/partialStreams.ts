import { constants, copyFile, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { hasErrorCode } from '../disk/diskError';
import { createEmptyFile } from '../disk/durableFile';
import { withPastTime } from '../disk/fileAge';
import { isProcessGone, newOwner } from '../disk/processOwner';

/** The received content of an incomplete item. */
export interface PartialStream {
  readonly name: string;
  readonly transfer: string;
  readonly owner: string;
}

/**
 * Milliseconds without a write after which the owner of a stream counts as gone, even if a process of that name seems to
 * exist: pids are used again, and machines change their names.
 */
const STALE = 10 * 60 * 1000;
const STREAM = /^([0-9a-f]{32})\.(.+)\.stream$/;
const IDLE = 'idle';

/**
 * The token streams in the directory of beginnings, and their owners: `{transfer}.{owner}.stream`, where the owner is the
 * process that is receiving it, or `idle`. Each owner has a unique name, so nobody writes, moves or removes the stream of
 * another. Everything here throws what node:fs throws.
 */
export class PartialStreams {
  /** Paths of the streams of this process that are being written, or are about to be. */
  private readonly own = new Set<string>();

  constructor(private readonly directory: string) {}

  async all(): Promise<PartialStream[]> {
    const names = await readdir(this.directory);
    return names.flatMap((name) => {
      const [, transfer, owner] = STREAM.exec(name) ?? [];
      return transfer === undefined || owner === undefined ? [] : [{ name, transfer, owner }];
    });
  }

  async of(transfer: string): Promise<PartialStream[]> {
    return (await this.all()).filter((stream) => stream.transfer === transfer);
  }

  path({ name }: PartialStream): string {
    return path.join(this.directory, name);
  }

  /** Whether nobody is receiving it. */
  async isFree(stream: PartialStream): Promise<boolean> {
    if (isLeft(stream)) return true;
    if (this.own.has(this.path(stream))) return false;
    const status = await stat(this.path(stream)).catch(() => undefined);
    if (status === undefined) return true;
    return (await withPastTime(this.path(stream), status.mtimeMs)) < Date.now() - STALE;
  }

  /** Begins a stream of this process. @returns its path */
  async create(transfer: string): Promise<string> {
    const own = this.newPath(transfer);
    try {
      await createEmptyFile(own);
      return own;
    } catch (error) {
      this.own.delete(own);
      throw error;
    }
  }

  /** Makes this process the owner of a free stream. @returns its new path; undefined if the stream is gone */
  async take(stream: PartialStream): Promise<string | undefined> {
    const from = this.path(stream);
    const own = this.newPath(stream.transfer);
    try {
      if (isLeft(stream)) {
        await rename(from, own);
        const now = new Date();
        await utimes(own, now, now);
      } else {
        // An owner that seems to be gone may be slow, and must not write into a stream that another one resumes.
        await copyFile(from, own, constants.COPYFILE_EXCL);
        await rm(from, { force: true });
      }
      return own;
    } catch (error) {
      this.own.delete(own);
      if (!isLeft(stream)) await rm(own, { force: true });
      if (hasErrorCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  /** Leaves a stream of this process to be resumed. */
  async release(transfer: string, own: string): Promise<void> {
    try {
      await rename(own, this.pathOf(transfer, IDLE));
    } finally {
      this.own.delete(own);
    }
  }

  /** Removes a stream of this process, if it still exists. */
  async remove(own: string): Promise<void> {
    try {
      await rm(own, { force: true });
    } finally {
      this.own.delete(own);
    }
  }

  private newPath(transfer: string): string {
    const own = this.pathOf(transfer, newOwner());
    this.own.add(own);
    return own;
  }

  private pathOf(transfer: string, owner: string): string {
    return path.join(this.directory, `${transfer}.${owner}.stream`);
  }
}

/** Whether its owner is certain to be gone. */
function isLeft({ owner }: PartialStream): boolean {
  return owner === IDLE || isProcessGone(owner);
}
