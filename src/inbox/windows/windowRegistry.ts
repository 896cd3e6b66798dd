import { rmSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { PicklepostError } from '../../core/errors';
import { Emitter, type Disposable } from '../../core/scheduling/event';
import { Mutex } from '../../core/scheduling/mutex';
import { DirectoryWatcher } from '../disk/directoryWatcher';
import { diskError } from '../disk/diskError';
import { makeFolder, PRIVATE, PRIVATE_FOLDER, replaceFile } from '../disk/durableFile';
import { isProcessGone, isProcessHere, PROCESS } from '../disk/processOwner';
import { say } from '../../core/text';

/** A note of a window to the others that share its inbox. */
export interface WindowNote {
  /** The address of its receive server, while it listens. */
  readonly receiving?: { readonly host: string; readonly port: number };
  /** It waits to receive, in case the receiving window goes away. */
  readonly waits?: boolean;
  /** Ids of the items that are open in it. */
  readonly open: readonly string[];
  /** A pairing code that it shows, for the receiving window to serve. */
  readonly code?: WindowCode;
  /** From the receiving window: the outcome of a code that another window shows. */
  readonly pairing?: WindowPairing;
}

/** A pairing code that a window shows. */
export interface WindowCode {
  /** Distinguishes it from every other one. */
  readonly id: string;
  /** As `PairingCode` has it. */
  readonly text: string;
  /** How this side calls itself. */
  readonly name: string;
  /** When it expires, in milliseconds since the epoch. */
  readonly until: number;
}

/** The outcome of a code, for the window that shows it. */
export type WindowPairing = { readonly id: string } & (
  | { readonly kind: 'paired'; readonly name: string; readonly digits: string }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'wrong-code' | 'expired' | 'cancelled' | 'stopped' | 'busy' }
);

/** Another window that is there. */
export interface OtherWindow extends WindowNote {
  /** Its process, as {@link PROCESS}. */
  readonly owner: string;
}

const NOTE = '.json';
const REQUEST = '.stop';
/** Milliseconds between two checks whether the receiving window still exists; a killed one cannot say so. */
const LIFE_SIGN_TIME = 5_000;
/** Milliseconds that another window has to stop receiving. */
const STOP_TIME = 10_000;

/**
 * The windows that share an inbox on this machine, in a directory of their own (docs/format.md). Each window, which is a
 * process, has a file `{process}.json` that only it writes; a file `{process}.stop` asks it to stop receiving. Files of
 * ended processes are ignored, and removed.
 */
export class WindowRegistry implements Disposable {
  private readonly changed = new Emitter<undefined>();
  readonly onDidChange = this.changed.event;
  private readonly asked = new Emitter<undefined>();
  /**
   * Another window wants to receive in place of this one. Its request is removed when this window's file says that it does
   * not receive.
   */
  readonly onDidAskToStop = this.asked.event;
  private readonly watcher: DirectoryWatcher;
  private readonly writing = new Mutex();
  private lifeSigns: NodeJS.Timeout | undefined;
  private known: readonly OtherWindow[] = [];
  private written = '';

  private constructor(private readonly directory: string) {
    this.watcher = new DirectoryWatcher(directory, () => void this.look());
  }

  /** @param directory made if it is not there. @throws PicklepostError `disk` */
  static async join(directory: string): Promise<WindowRegistry> {
    try {
      await makeFolder(directory, PRIVATE_FOLDER);
      const windows = new WindowRegistry(directory);
      await windows.look();
      return windows;
    } catch (error) {
      throw diskError(say`Cannot share the inbox ${directory} with other windows`, error);
    }
  }

  get others(): readonly OtherWindow[] {
    return this.known;
  }

  /** Whether this window is the next to receive, of all that wait for the receiving one to go. */
  get isNext(): boolean {
    return this.known.every(({ owner, waits }) => waits !== true || PROCESS < owner);
  }

  /** Publishes the state of this window. @throws PicklepostError `disk` */
  async tell(note: WindowNote): Promise<void> {
    await this.writing.run(async () => {
      const text = `${JSON.stringify(note)}\n`;
      if (text === this.written) return;
      try {
        await replaceFile(this.notePath(PROCESS), [Buffer.from(text)], PRIVATE);
        if (!note.receiving) await rm(this.requestPath(PROCESS), { force: true });
      } catch (error) {
        throw diskError(say`Cannot tell the other windows`, error);
      }
      this.written = text;
    });
  }

  /**
   * Makes another window stop receiving, and settles when it has, or has ended.
   * @throws PicklepostError `timeout` if it does not answer; `disk`
   */
  async askToStop(owner: string): Promise<void> {
    try {
      await replaceFile(this.requestPath(owner), [], PRIVATE);
    } catch (error) {
      throw diskError(say`Cannot ask the other window`, error);
    }
    try {
      await this.hasStopped(owner);
    } finally {
      await rm(this.requestPath(owner), { force: true });
    }
  }

  /** Checks again which windows exist. Never rejects. */
  async look(): Promise<void> {
    const names = await readdir(this.directory).catch((): string[] => []);
    const notes = names.filter((name) => name.endsWith(NOTE)).map((name) => name.slice(0, -NOTE.length));
    const others: OtherWindow[] = [];
    for (const owner of notes.filter((name) => name !== PROCESS).sort()) {
      if (isProcessGone(owner)) await this.forget(owner);
      // Windows of other machines, on a shared disk, do not take ports here.
      const note = isProcessHere(owner) ? await this.read(owner) : undefined;
      if (note) others.push({ owner, ...note });
    }
    if (names.includes(PROCESS + REQUEST)) this.asked.fire(undefined);
    const isSame = JSON.stringify(others) === JSON.stringify(this.known);
    this.known = others;
    this.watchOverLives();
    if (!isSame) this.changed.fire(undefined);
  }

  /** Takes leave of the others. */
  dispose(): void {
    this.watcher.dispose();
    clearInterval(this.lifeSigns);
    for (const file of [this.notePath(PROCESS), this.requestPath(PROCESS)]) rmSync(file, { force: true });
  }

  private watchOverLives(): void {
    const isAnyReceiving = this.known.some(({ receiving }) => receiving);
    if (isAnyReceiving === (this.lifeSigns !== undefined)) return;
    clearInterval(this.lifeSigns);
    this.lifeSigns = isAnyReceiving
      ? setInterval(() => {
          if (this.known.some(({ owner }) => !isProcessHere(owner))) void this.look();
        }, LIFE_SIGN_TIME).unref()
      : undefined;
  }

  private async hasStopped(owner: string): Promise<void> {
    const isReceiving = (): boolean =>
      this.known.some((other) => other.owner === owner && other.receiving !== undefined);
    await this.look();
    if (!isReceiving()) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        subscription.dispose();
        reject(notStopped());
      }, STOP_TIME);
      const subscription = this.changed.event(() => {
        if (isReceiving()) return;
        clearTimeout(timer);
        subscription.dispose();
        resolve();
      });
    });
  }

  private async read(owner: string): Promise<WindowNote | undefined> {
    try {
      return parse(await readFile(this.notePath(owner), 'utf8'));
    } catch {
      return undefined;
    }
  }

  private async forget(owner: string): Promise<void> {
    for (const file of [this.notePath(owner), this.requestPath(owner)])
      await rm(file, { force: true }).catch(() => undefined);
  }

  private notePath(owner: string): string {
    return path.join(this.directory, owner + NOTE);
  }

  private requestPath(owner: string): string {
    return path.join(this.directory, owner + REQUEST);
  }
}

/** @throws whatever a damaged file leads to */
function parse(text: string): WindowNote {
  const { receiving, waits, open, code, pairing } = JSON.parse(text) as {
    receiving?: { host: unknown; port: unknown };
    waits?: unknown;
    open: unknown;
    code?: WindowCode;
    pairing?: WindowPairing;
  };
  const ids = Array.isArray(open) ? open.filter((id): id is string => typeof id === 'string') : [];
  const shown = { ...(code && { code }), ...(pairing && { pairing }) };
  const note = { waits: waits === true, open: ids, ...shown };
  if (typeof receiving?.host !== 'string' || typeof receiving.port !== 'number') return note;
  return { ...note, receiving: { host: receiving.host, port: receiving.port } };
}

function notStopped(): PicklepostError {
  return new PicklepostError(
    'timeout',
    say`The other window did not stop receiving. Close it, or receive on another port.`,
  );
}
