import { constants, existsSync } from 'node:fs';
import { lstat, open, readdir, realpath, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { PicklepostError } from '../../core/errors';
import { makeFolder, TEMPORARY_NAME } from '../disk/durableFile';
import { withPastTime } from '../disk/fileAge';
import { say } from '../../core/text';

/** Linux has a path for each open file: a folder that is opened in this way stays the same, whatever is renamed. */
const OPEN_FILES = '/proc/self/fd';
const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** Without links. */
const tidied = new Set<string>();

/**
 * A folder below another one, reached without following a link. On Linux, it stays that very folder even if somebody
 * replaces it by a link; elsewhere, this is checked again before a file gets its name.
 */
export class AnchoredFolder {
  private constructor(
    /** As a person knows it. */
    readonly folder: string,
    /** Without links. */
    private readonly real: string,
    private readonly handle: FileHandle | undefined,
  ) {}

  /**
   * Opens a folder; makes it and its parents if they are missing.
   * @param base may be a link, or be reached through one: the person chose it
   * @param folders below it, each a safe name
   * @throws PicklepostError `disk` if one of the folders is a link; what node:fs throws
   */
  static async open(base: string, folders: readonly string[]): Promise<AnchoredFolder> {
    await makeFolder(base);
    let anchored = await AnchoredFolder.at(base, await realpath(base));
    for (const name of folders) {
      const above = anchored;
      try {
        anchored = await above.below(name);
      } finally {
        await above.close();
      }
    }
    return anchored;
  }

  private static async at(folder: string, real: string, place = real): Promise<AnchoredFolder> {
    const canAnchor = process.platform === 'linux' && existsSync(OPEN_FILES);
    return new AnchoredFolder(folder, real, canAnchor ? await open(place, FOLDER) : undefined);
  }

  /** A path to files of the folder. */
  get path(): string {
    return this.handle ? `${OPEN_FILES}/${String(this.handle.fd)}` : this.real;
  }

  /** @throws PicklepostError `disk` if the folder is no longer where it was */
  async check(): Promise<void> {
    if ((await realpath(this.real)) !== this.real) throw isLink(this.folder);
  }

  /** Once for each folder in the life of a process: listing a large one takes time. */
  async removeLeftovers(): Promise<void> {
    if (tidied.has(this.real)) return;
    tidied.add(this.real);
    await removeLeftovers(this.path);
  }

  async close(): Promise<void> {
    await this.handle?.close();
  }

  private async below(name: string): Promise<AnchoredFolder> {
    const folder = path.join(this.folder, name);
    const place = path.join(this.path, name);
    await makeFolder(place);
    // A link would be refused below too, but without this reason.
    if ((await lstat(place)).isSymbolicLink()) throw isLink(folder);
    return AnchoredFolder.at(folder, path.join(this.real, name), place);
  }
}

/**
 * Removes unfinished files of killed processes from a folder. Never rejects.
 * @returns the remaining names
 */
export async function removeLeftovers(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const removed: string[] = [];
  for (const name of names) {
    const process = TEMPORARY_NAME.exec(name)?.[1];
    if (process === undefined || (await isInUse(path.join(folder, name), Number(process)))) continue;
    await rm(path.join(folder, name), { force: true }).catch(() => undefined);
    removed.push(name);
  }
  return removed;
}

/** Milliseconds after which a file is certainly no longer being written, whatever process has the pid of its writer now. */
const LONGEST_WRITING = 24 * 60 * 60 * 1000;

async function isInUse(file: string, writer: number): Promise<boolean> {
  const status = await stat(file).catch(() => undefined);
  if (!status || (await withPastTime(file, status.mtimeMs)) < Date.now() - LONGEST_WRITING) return false;
  try {
    process.kill(writer, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function isLink(folder: string): PicklepostError {
  return new PicklepostError(
    'disk',
    say`Nothing is saved in ${folder}: it is a link, or it replaced a folder. Remove it, or save elsewhere.`,
  );
}
