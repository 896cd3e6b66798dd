import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { shareAddressOf } from '../../core/wire/address';
import { PicklepostError } from '../../core/errors';
import { isOlder } from '../disk/fileAge';
import { DescribedPartials, type PartialItem } from './describedPartials';
import { beyondQuota, quotaFor, type IdlePartial, type PartialQuota } from './partialQuota';
import { PartialStates, STATE, type PartialState } from './partialStates';
import { PartialStreams, type PartialStream } from './partialStreams';
import { PrefixCache } from '../items/prefixCache';
import { say } from '../../core/text';

/** A transfer that this process is receiving. */
export interface Receiving {
  /** The connection over which it arrives: its address, `host:port`. */
  readonly from: string;
  /** Leaves the content to be resumed, or finishes the item first if it is complete. Never rejects. */
  letGo(): Promise<void>;
  /** Removes the content, and tells the sender, unless the item is complete. Never rejects. */
  cancel(): Promise<void>;
}

/** Milliseconds after which a beginning that was not resumed is removed. */
const EXPIRY = 7 * 24 * 60 * 60 * 1000;
/** Milliseconds between two checks of the quotas, at least. */
const TIDY_INTERVAL = 1_000;
/** A state that was being written when its process was killed. */
const TEMPORARY = /^\.picklepost-.+\.part$/;

/**
 * The beginnings of items, in a directory of their own (docs/format.md). Each is two files: `{transfer}.state`, encrypted, and the
 * token stream.
 */
export class Partials {
  private readonly receiving = new Map<string, Receiving>();
  private readonly streams: PartialStreams;
  private readonly states: PartialStates;
  private readonly described: DescribedPartials;
  /** Hashes of beginnings that nobody receives. */
  readonly prefixes = new PrefixCache();
  private tidying: NodeJS.Timeout | undefined;

  constructor(
    readonly directory: string,
    /** 32 bytes. */
    key: Buffer,
    /** Bytes of the disk. */
    private readonly freeBytes: () => Promise<number> = () => Promise.resolve(Infinity),
  ) {
    this.streams = new PartialStreams(directory);
    this.states = new PartialStates(directory, key);
    this.described = new DescribedPartials(this.streams, this.states);
  }

  /**
   * Ends what this process is receiving of a transfer over an older connection: its sender has lost that one, or it would
   * not start again. Items of one connection do not end each other.
   */
  async takeOver(transfer: string, from: string): Promise<void> {
    const current = this.receiving.get(transfer);
    if (current && current.from !== from) await current.letGo();
  }

  /** Registers the receiver of a transfer. @returns false if it has one already */
  note(transfer: string, receiving: Receiving): boolean {
    if (this.receiving.has(transfer)) return false;
    this.receiving.set(transfer, receiving);
    return true;
  }

  /** Unregisters the receiver of a transfer. Until then, the next receiver waits for it. */
  unnote(transfer: string, receiving: Receiving): void {
    if (this.receiving.get(transfer) === receiving) this.receiving.delete(transfer);
  }

  /** Resumes a transfer, unless somebody is receiving it. @throws what node:fs throws */
  async claim(transfer: string): Promise<{ path: string; state: PartialState } | undefined> {
    if (!(await this.states.has(transfer))) return undefined;
    const [found, ...others] = await this.streams.of(transfer);
    if (!found || others.length > 0 || !(await this.streams.isFree(found))) return undefined;
    const state = await this.states.read(transfer);
    if (!state) {
      await this.remove(transfer);
      return undefined;
    }
    const own = await this.streams.take(found);
    return own === undefined ? undefined : { path: own, state };
  }

  /** Begins a transfer. @returns the path; undefined if somebody is receiving it @throws what node:fs throws */
  async create(transfer: string, state: PartialState): Promise<string | undefined> {
    this.tidyLater();
    // A state is written before its stream.
    if ((await this.states.has(transfer)) && (await this.streams.of(transfer)).length > 0) return undefined;
    await this.update(transfer, state);
    return this.streams.create(transfer);
  }

  /** Writes a changed state of a transfer that this process is receiving. @throws what node:fs throws */
  async update(transfer: string, state: PartialState): Promise<void> {
    await this.states.write(transfer, state);
  }

  /** Leaves a stream of this process to be resumed. */
  async release(transfer: string, own: string): Promise<void> {
    this.tidyLater();
    await this.streams.release(transfer, own);
  }

  /** Removes a stream of this process, which may have become an item already, and its state. */
  async forget(transfer: string, own: string): Promise<void> {
    await this.streams.remove(own);
    await this.removeLoneState(transfer);
  }

  /**
   * Removes the beginning of a transfer, and tells its sender if this process is receiving it.
   * @throws PicklepostError `refused` if another process is receiving it
   */
  async remove(transfer: string): Promise<void> {
    await this.receiving.get(transfer)?.cancel();
    for (const stream of await this.streams.of(transfer)) {
      if (!(await this.streams.isFree(stream))) throw receivedElsewhere();
      await rm(this.streams.path(stream), { force: true });
    }
    await this.states.remove(transfer);
  }

  /** All beginnings, after removing those that nobody has resumed for a week. */
  async list(): Promise<PartialItem[]> {
    const streams = await this.streams.all();
    const partials = await Promise.all(streams.map((stream) => this.describeUnlessExpired(stream)));
    const kept = partials.filter((partial) => partial !== undefined);
    // If a transfer has two streams, one of which was left behind, the growing one counts.
    kept.sort((a, b) => Number(a.isArriving) - Number(b.isArriving));
    return [...new Map(kept.map((partial) => [partial.transfer, partial])).values()];
  }

  /** Removes expired beginnings, and idle ones that exceed the quotas. */
  async tidy(quota?: PartialQuota): Promise<void> {
    await this.removeExpired();
    const idle = await this.listIdle();
    for (const { transfer } of beyondQuota(idle, quota ?? quotaFor(await this.freeBytes(), idle)))
      await this.removeIdle(transfer);
  }

  /** Ends looking after quotas. */
  close(): void {
    clearTimeout(this.tidying);
  }

  /** Removes beginnings that nobody has resumed for a week, and states that are incomplete or have no stream. */
  async removeExpired(): Promise<void> {
    await this.list();
    const all = await this.streams.all();
    const streams = new Set(all.map(({ transfer }) => transfer));
    const names = new Set(all.map(({ name }) => name));
    this.described.keepOnly(names);
    for (const name of await readdir(this.directory)) {
      const isLeft = name.endsWith(STATE) ? !streams.has(name.slice(0, -STATE.length)) : TEMPORARY.test(name);
      const file = path.join(this.directory, name);
      if (isLeft && (await isOld(file))) await rm(file, { force: true });
    }
  }

  private tidyLater(): void {
    this.tidying ??= setTimeout(() => {
      this.tidying = undefined;
      // The next call that stores something gets an error of this work.
      void this.tidy().catch(() => undefined);
    }, TIDY_INTERVAL).unref();
  }

  private async listIdle(): Promise<IdlePartial[]> {
    const idle: IdlePartial[] = [];
    for (const stream of await this.streams.all()) {
      const known = (await this.streams.isFree(stream)) ? await this.described.look(stream) : undefined;
      if (!known) continue;
      const { bytes, changedAt, state } = known;
      const from = state?.arrival.from ?? '';
      idle.push({ transfer: stream.transfer, sender: shareAddressOf(from), bytes, changedAt });
    }
    return idle;
  }

  /** Unless somebody has taken it up. */
  private async removeIdle(transfer: string): Promise<void> {
    for (const stream of await this.streams.of(transfer)) {
      if (this.receiving.has(transfer) || !(await this.streams.isFree(stream))) return;
      await rm(this.streams.path(stream), { force: true });
    }
    await this.removeLoneState(transfer);
  }

  private async describeUnlessExpired(stream: PartialStream): Promise<PartialItem | undefined> {
    const partial = await this.described.describe(stream);
    if (!partial || partial.isArriving || partial.changedAt >= Date.now() - EXPIRY) return partial;
    // Only this name: the next receiver of the transfer has given its stream another one.
    await rm(this.streams.path(stream), { force: true });
    await this.removeLoneState(stream.transfer);
    return undefined;
  }

  private async removeLoneState(transfer: string): Promise<void> {
    if ((await this.streams.of(transfer)).length === 0) await this.states.remove(transfer);
  }
}

function receivedElsewhere(): PicklepostError {
  return new PicklepostError(
    'refused',
    say`Another window or program is receiving this item. Delete it there, or stop receiving there first.`,
  );
}

/** A state is written a moment before its stream is made. */
async function isOld(file: string): Promise<boolean> {
  const status = await stat(file).catch(() => undefined);
  return status !== undefined && isOlder(status, 60_000);
}
