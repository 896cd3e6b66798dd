import { PicklepostError, wordsOf } from '../../core/errors';
import { Emitter, type Disposable } from '../../core/scheduling/event';
import type { ReceivedItem } from '../../core/item/item';
import type { Inbox, InboxEntry, PartialItem } from '../../inbox/inbox';
import type { ValueWorker } from '../../worker/valueWorker';
import { ValueCache } from '../../worker/valueCache';
import { inEnglish, type Words } from '../../core/text';

/** Pause between two listings, as a multiple of the time that a listing takes. */
const QUIET = 4;

/**
 * Runs work on something with a name that may take long, and that the person may cancel.
 * @param unwanted aborted when nobody needs the result
 */
export type ReadPatiently = <T>(
  name: string,
  work: (signal: AbortSignal) => Promise<T>,
  unwanted: AbortSignal,
) => Promise<T>;

/** The inbox for the sidebar, the documents and the commands. It is opened when it is first needed. */
export class ReceivedItems implements Disposable {
  readonly values: ValueCache;
  private readonly changed = new Emitter<undefined>();
  readonly onDidChange = this.changed.event;
  private readonly problemFound = new Emitter<string>();
  /** It has turned out that the value of the item with this id cannot be shown, or that it can after all. */
  readonly onDidChangeProblem = this.problemFound.event;
  /** By id of the item. */
  private readonly problems = new Map<string, Words>();
  private opened: Promise<Inbox> | undefined;
  /** Until the next change. */
  private currentIds: Promise<readonly string[]> | undefined;
  /**
   * When the next change may be reported: if very many items are listed, changes in quick succession are reported as one.
   */
  private quietUntil = 0;
  private waiting: NodeJS.Timeout | undefined;
  private subscription: Disposable | undefined;

  constructor(
    private readonly openInbox: () => Promise<Inbox>,
    worker: ValueWorker,
    read: ReadPatiently = (_name, work, unwanted) => work(unwanted),
  ) {
    this.values = new ValueCache(async (id, forgotten) => {
      const { format, name } = await this.get(id);
      if (format === undefined) throw new Error(`item ${id} is no dictionary`);
      try {
        const content = (await this.inbox()).read(id);
        const value = await read(name, (signal) => worker.load(format, content, { signal }), forgotten);
        this.noteProblem(id, undefined);
        return value;
      } catch (error) {
        this.noteProblem(id, isLasting(error) ? wordsOf(error) : undefined);
        throw error;
      }
    });
  }

  inbox(): Promise<Inbox> {
    return (this.opened ??= this.open());
  }

  /** Oldest first; looked up once for all callers, until something changes. @throws PicklepostError `disk` */
  ids(): Promise<readonly string[]> {
    if (this.currentIds) return this.currentIds;
    const ids = this.lookUpIds();
    this.currentIds = ids;
    ids.catch(() => {
      this.currentIds = undefined;
    });
    return ids;
  }

  /** Those that still exist, in the order of the ids. */
  async entries(ids: readonly string[]): Promise<InboxEntry[]> {
    return (await this.inbox()).entries(ids);
  }

  /** As {@link entries}, for very many items, to search and sort: some may be damaged or deleted. */
  async *recall(ids: readonly string[]): AsyncGenerator<readonly InboxEntry[], void> {
    yield* (await this.inbox()).recall(ids);
  }

  /** Incomplete items, the last that changed first. */
  async listPartial(): Promise<PartialItem[]> {
    const partial = await (await this.inbox()).listPartial();
    return partial.sort((a, b) => b.changedAt - a.changedAt);
  }

  /** @throws PicklepostError `no-such-item`, `damaged-item` */
  async get(id: string): Promise<ReceivedItem> {
    return (await this.inbox()).get(id);
  }

  /** @throws PicklepostError `disk` */
  async delete(ids: readonly string[]): Promise<void> {
    await (await this.inbox()).deleteItems(ids);
    for (const id of ids) {
      this.values.forget(id);
      this.problems.delete(id);
    }
  }

  /** Why an item's value could not be shown at the last attempt; undefined if it could, or was not tried. */
  knownProblem(id: string): Words | undefined {
    return this.problems.get(id);
  }

  /** Why an item's value cannot be shown, or undefined if it can. */
  async problem(id: string): Promise<Words | undefined> {
    try {
      await this.values.use(id, (value) => Promise.resolve(value.root));
      return undefined;
    } catch (error) {
      return wordsOf(error);
    }
  }

  dispose(): void {
    clearTimeout(this.waiting);
    this.subscription?.dispose();
    this.values.dispose();
    void this.opened?.then((inbox) => inbox.close()).catch(() => undefined);
  }

  private noteProblem(id: string, problem: Words | undefined): void {
    const known = this.problems.get(id);
    if (known === problem || (known && problem && inEnglish(known) === inEnglish(problem))) return;
    if (problem === undefined) this.problems.delete(id);
    else this.problems.set(id, problem);
    this.problemFound.fire(id);
  }

  private async open(): Promise<Inbox> {
    try {
      const inbox = await this.openInbox();
      this.subscription = inbox.onDidChange(() => {
        const pause = Math.max(0, this.quietUntil - performance.now());
        this.waiting ??= setTimeout(() => this.tellChange(), pause).unref();
      });
      return inbox;
    } catch (error) {
      this.opened = undefined;
      throw error;
    }
  }

  private tellChange(): void {
    this.waiting = undefined;
    this.currentIds = undefined;
    this.changed.fire(undefined);
  }

  private async lookUpIds(): Promise<readonly string[]> {
    const inbox = await this.inbox();
    const start = performance.now();
    const ids = await inbox.ids();
    const end = performance.now();
    this.quietUntil = end + QUIET * (end - start);
    return ids;
  }
}

/** Whether the next attempt to decode a value will fail, too. */
function isLasting(error: unknown): boolean {
  return (
    error instanceof PicklepostError && (error.code === 'undecodable' || error.code === 'limit-exceeded')
  );
}
