import { Emitter, type Disposable } from '../../core/scheduling/event';
import { ReadMarks } from '../../inbox/windows/readMarks';
import type { ReceivedItems } from './receivedItems';

/** Which items have not been seen yet. Nothing counts as unread until the inbox has been opened. */
export class Unread implements Disposable {
  private readonly changed = new Emitter<undefined>();
  readonly onDidChange = this.changed.event;
  private opening: Promise<ReadMarks> | undefined;
  private marks: ReadMarks | undefined;
  private current = 0;
  private known = 0;
  private readonly subscription: Disposable;

  constructor(
    private readonly items: ReceivedItems,
    private readonly directory: string,
    private readonly onError: (error: unknown) => void,
  ) {
    this.subscription = items.onDidChange(() => void this.count());
  }

  get total(): number {
    return this.current;
  }

  /** The number of items, read and unread, as far as known. */
  get inboxSize(): number {
    return this.known;
  }

  has(id: string): boolean {
    return this.marks !== undefined && !this.marks.isRead(id);
  }

  /** Counts again, opening the inbox if necessary. Never rejects. */
  async count(): Promise<void> {
    const before = { unread: this.current, known: this.known };
    await this.recount();
    if (this.current !== before.unread || this.known !== before.known) this.changed.fire(undefined);
  }

  /** Notes that a person has seen these items. Never rejects. */
  async markRead(ids: readonly string[]): Promise<void> {
    const unread = ids.filter((id) => this.has(id));
    if (unread.length > 0) await this.mark((marks, all) => marks.markRead(unread, all));
  }

  /** Never rejects. */
  async markAllRead(): Promise<void> {
    await this.mark((marks, all) => marks.markAllRead(all));
  }

  dispose(): void {
    this.subscription.dispose();
    this.marks?.dispose();
  }

  private async mark(work: (marks: ReadMarks, all: readonly string[]) => Promise<void>): Promise<void> {
    try {
      await work(await this.open(), await this.items.ids());
    } catch (error) {
      this.onError(error);
    }
  }

  private async open(): Promise<ReadMarks> {
    this.opening ??= this.items.ids().then(async (ids) => {
      const marks = await ReadMarks.open(this.directory, ids);
      this.marks = marks;
      marks.onDidChange(() => void this.recount().then(() => this.changed.fire(undefined)));
      return marks;
    });
    try {
      return await this.opening;
    } catch (error) {
      this.opening = undefined;
      throw error;
    }
  }

  private async recount(): Promise<void> {
    try {
      const marks = await this.open();
      const ids = await this.items.ids();
      this.current = await marks.countUnread(ids);
      this.known = ids.length;
    } catch (error) {
      this.onError(error);
    }
  }
}
