import type { ReceivedItem } from '../../core/item/item';

export interface WholeEntry {
  readonly state: 'whole';
  readonly item: ReceivedItem;
}

export interface DamagedEntry {
  readonly state: 'damaged';
  readonly id: string;
  readonly receivedAt: number;
  readonly reason: string;
  /** If only its content is damaged. */
  readonly name?: string;
}

/** One row of the inbox. A damaged item cannot be shown, and says why; it can be deleted. */
export type InboxEntry = WholeEntry | DamagedEntry;
