import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { open, readdir, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { FernetKey } from '../core/crypto/keys';
import { PIECE_SIZE, tokenOffset } from '../core/crypto/tokenStream';
import type { Arrival } from '../core/wire/item';
import type { ItemOffer } from '../core/wire/transfer';
import { PRIVATE, replaceFile } from './durableFile';
import { isProcessGone, PROCESS } from './incoming';

/** An item of which only the beginning is here: its transfer was cut off, or is going on. */
export interface PartialItem {
  readonly transfer: string;
  /** As the sender calls it. */
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

/** What is needed to continue an item. */
export interface PartialState {
  readonly arrival: Arrival;
  readonly offer: ItemOffer;
  readonly key: FernetKey;
}

/** A transfer that this process is receiving. */
export interface Receiving {
  /** Address of the connection over which it comes, `host:port`. */
  readonly from: string;
  /** Leaves what is here to be continued, or finishes it first where all of it is here. Never rejects. */
  letGo(): Promise<void>;
}

/** Milliseconds after which what was not continued is removed. */
const EXPIRY = 7 * 24 * 60 * 60 * 1000;
const STATE = '.state';
const STREAM = /^([0-9a-f]{32})\.(.+)\.stream$/;
const IDLE = 'idle';
const NONCE = 12;
const TAG = 16;

/**
 * The beginnings of items, in a directory of their own (docs/format.md). Each is two files: `{transfer}.state`, encrypted, and the
 * token stream `{transfer}.{owner}.stream`, where the owner is the process that is receiving it, or `idle`.
 */
export class Partials {
  private readonly receiving = new Map<string, Receiving>();
  constructor(
    private readonly directory: string,
    /** 32 bytes. */
    private readonly key: Buffer,
  ) {}

  /**
   * Ends what this process is receiving of a transfer over an older connection: its sender has lost that one, or it would not begin
   * again. Items of one connection do not end each other.
   */
  async takeOver(transfer: string, from: string): Promise<void> {
    const current = this.receiving.get(transfer);
    if (current && current.from !== from) await current.letGo();
  }

  /** Notes who receives a transfer that has been claimed or created. */
  note(transfer: string, receiving: Receiving): void {
    this.receiving.set(transfer, receiving);
  }

  /** Takes up what is here of a transfer, unless somebody is receiving it. @throws what node:fs throws */
  async claim(transfer: string): Promise<{ path: string; state: PartialState } | undefined> {
    const found = await this.find(transfer);
    if (!found || !this.isFree(found.owner)) return undefined;
    const state = await this.readState(transfer);
    if (!state) {
      await this.remove(transfer);
      return undefined;
    }
    const own = this.streamPath(transfer, PROCESS);
    await rename(path.join(this.directory, found.name), own);
    return { path: own, state };
  }

  /** Begins a transfer, unless somebody is receiving it. @returns undefined then @throws what node:fs throws */
  async create(
    transfer: string,
    state: PartialState,
  ): Promise<{ path: string; file: FileHandle } | undefined> {
    if (await this.find(transfer)) return undefined;
    await this.update(transfer, state);
    const own = this.streamPath(transfer, PROCESS);
    return { path: own, file: await open(own, 'wx+', PRIVATE) };
  }

  /** Notes a changed state of a transfer that this process is receiving. @throws what node:fs throws */
  async update(transfer: string, state: PartialState): Promise<void> {
    await replaceFile(this.statePath(transfer), [this.seal(state)], PRIVATE);
  }

  /** Ends receiving for now. */
  async release(transfer: string): Promise<void> {
    this.receiving.delete(transfer);
    await rename(this.streamPath(transfer, PROCESS), this.streamPath(transfer, IDLE));
  }

  /** Removes what is here of a transfer; its stream may have become an item already. */
  async remove(transfer: string): Promise<void> {
    this.receiving.delete(transfer);
    const found = await this.find(transfer);
    if (found) await rm(path.join(this.directory, found.name), { force: true });
    await rm(this.statePath(transfer), { force: true });
  }

  async list(): Promise<PartialItem[]> {
    const streams = (await this.streams()).map(async ({ name, transfer, owner }) => {
      const state = await this.readState(transfer);
      const status = await stat(path.join(this.directory, name)).catch(() => undefined);
      if (!status) return undefined;
      const received = Math.floor(status.size / tokenOffset(1)) * PIECE_SIZE;
      const known = { transfer, received, changedAt: status.mtimeMs, isArriving: !this.isFree(owner) };
      if (!state) return { ...known, name: '', from: '', size: undefined, isDamaged: true as const };
      return { ...known, name: state.offer.name, from: state.arrival.from, size: state.offer.size };
    });
    return (await Promise.all(streams)).filter((partial) => partial !== undefined);
  }

  /** Removes what nobody has continued for a week, and states without a stream. */
  async removeExpired(): Promise<void> {
    const streams = new Set((await this.streams()).map(({ transfer }) => transfer));
    for (const partial of await this.list()) {
      if (!partial.isArriving && partial.changedAt < Date.now() - EXPIRY) await this.remove(partial.transfer);
    }
    for (const name of await readdir(this.directory)) {
      const transfer = name.endsWith(STATE) ? name.slice(0, -STATE.length) : undefined;
      if (transfer !== undefined && !streams.has(transfer) && (await isOld(path.join(this.directory, name))))
        await this.remove(transfer);
    }
  }

  private async find(transfer: string): Promise<Stream | undefined> {
    return (await this.streams()).find((stream) => stream.transfer === transfer);
  }

  private async streams(): Promise<Stream[]> {
    const names = await readdir(this.directory);
    return names.flatMap((name) => {
      const [, transfer, owner] = STREAM.exec(name) ?? [];
      return transfer === undefined || owner === undefined ? [] : [{ name, transfer, owner }];
    });
  }

  private isFree(owner: string): boolean {
    return owner === IDLE || (owner !== PROCESS && isProcessGone(owner));
  }

  private statePath(transfer: string): string {
    return path.join(this.directory, transfer + STATE);
  }

  private streamPath(transfer: string, owner: string): string {
    return path.join(this.directory, `${transfer}.${owner}.stream`);
  }

  private async readState(transfer: string): Promise<PartialState | undefined> {
    try {
      const box = await readFile(this.statePath(transfer));
      const decipher = createDecipheriv('aes-256-gcm', this.key, box.subarray(0, NONCE), {
        authTagLength: TAG,
      });
      decipher.setAuthTag(box.subarray(-TAG));
      const plain = Buffer.concat([decipher.update(box.subarray(NONCE, -TAG)), decipher.final()]);
      const { key, ...state } = JSON.parse(plain.toString()) as Omit<PartialState, 'key'> & { key: string };
      return { ...state, key: FernetKey.parse(key) };
    } catch {
      // Nothing to continue from; the transfer begins again.
      return undefined;
    }
  }

  private seal({ key, ...state }: PartialState): Buffer {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce);
    const plain = JSON.stringify({ ...state, key: key.toText() });
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }
}

interface Stream {
  readonly name: string;
  readonly transfer: string;
  readonly owner: string;
}

/** A state is written a moment before its stream is made. */
async function isOld(file: string): Promise<boolean> {
  const status = await stat(file).catch(() => undefined);
  return status !== undefined && status.mtimeMs < Date.now() - 60_000;
}
