import { constants, existsSync } from 'node:fs';
import { lstat, open, readdir, realpath, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { PicklepostError } from '../../core/errors';
import { makeFolder, TEMPORARY_NAME } from '../disk/durableFile';
import { withPastTime } from '../disk/fileAge';
import { say } from '../../core/text';

/** Where Linux has a path for each open file: a folder that is opened so stays the same, whatever is renamed. */
const OPEN_FILES = '/proc/self/fd';
const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** Without links. */
const tidied = new Set<string>();

/**
 * A folder below another one, reached without following a link. On Linux it stays that very folder even if somebody puts a link in its
 * place meanwhile; elsewhere that is checked again before a file gets its name.
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
   * Opens a folder, and makes it and those above it unless they are there.
   * @param base may be, or lie behind, a link: the person chose it
   * @param folders below it, each a safe name
   * @throws PicklepostError `disk` where one of the folders is a link; what node:fs throws
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

  /** A path by which files of the folder are reached. */
  get path(): string {
    return this.handle ? `${OPEN_FILES}/${String(this.handle.fd)}` : this.real;
  }

  /** @throws PicklepostError `disk` if the folder is no longer where it was */
  async check(): Promise<void> {
    if ((await realpath(this.real)) !== this.real) throw isLink(this.folder);
  }

  /** Once for each folder in the life of a process: looking through a large one takes time. */
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
    // A link would be refused below too, but not with a reason.
    if ((await lstat(place)).isSymbolicLink()) throw isLink(folder);
    return AnchoredFolder.at(folder, path.join(this.real, name), place);
  }
}

/**
 * Removes what processes that were killed have left of files that they were writing into a folder. Never rejects.
 * @returns the names
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

/** Milliseconds after which nobody is still writing a file, whatever process has the number of its writer now. */
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
