import type { Disposable } from '../../core/scheduling/event';
import type { PartialItem } from '../../inbox/inbox';
import type { ReceivedItems } from '../items/receivedItems';

/** An incomplete item: its transfer was interrupted, or is still running. */
export interface PartialNode {
  readonly kind: 'partial';
  /** Its state at the last look. */
  partial: PartialItem;
}

/** Milliseconds between two updates of the progress. */
const INTERVAL = 1000;

/** The rows of incomplete items. While one is arriving, changed rows are reported; rows are added and removed elsewhere. */
export class ArrivingRows implements Disposable {
  private rows: readonly PartialNode[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly items: Pick<ReceivedItems, 'listPartial'>,
    private readonly onChange: (rows: PartialNode[]) => void,
    private readonly interval = INTERVAL,
  ) {}

  /** Makes rows that replace the previous ones. */
  show(partials: readonly PartialItem[]): readonly PartialNode[] {
    this.rows = partials.map((partial) => ({ kind: 'partial', partial }));
    this.schedule();
    return this.rows;
  }

  dispose(): void {
    this.rows = [];
    clearTimeout(this.timer);
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (this.rows.some(({ partial }) => partial.isArriving))
      this.timer = setTimeout(() => void this.look(), this.interval).unref();
  }

  private async look(): Promise<void> {
    const { rows } = this;
    // If it fails, the next list of all rows says so.
    const partials = await this.items.listPartial().catch((): PartialItem[] => []);
    if (rows !== this.rows) return;
    const changed = rows.filter((row) => {
      const now = partials.find(({ transfer }) => transfer === row.partial.transfer);
      const { received, isArriving } = row.partial;
      if (!now || (now.received === received && now.isArriving === isArriving)) return false;
      row.partial = now;
      return true;
    });
    if (changed.length > 0) this.onChange(changed);
    this.schedule();
  }
}
