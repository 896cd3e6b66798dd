import type { NodeInfo } from '../../core/inspection/inspection';
import type { ReceivedItem } from '../../core/item/item';
import { safeName } from '../../inbox/output/safeName';
import { itemTitle } from '../shell/formatting';

/** What a command is about: a received item, or a value in one. */
export interface CommandTarget {
  readonly item: ReceivedItem;
  /** Undefined for the item itself. */
  readonly info?: NodeInfo;
}

/** How a person tells it from others. */
export function targetLabel({ item, info }: CommandTarget): string {
  return info === undefined ? itemTitle(item) : `${info.expression} (${itemTitle(item)})`;
}

/** A name for a document or file of it: of an item its own, of a value what it is called where it stands. */
export function targetName({ item, info }: CommandTarget): string {
  return info === undefined ? item.name : (safeName(info.key) ?? 'value');
}

/** Whether it holds a value that can be written in the forms. */
export function hasValue({ item, info }: CommandTarget): boolean {
  return info !== undefined || item.kind === 'dictionary';
}
