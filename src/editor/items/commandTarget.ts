import type { NodeInfo } from '../../core/inspection/inspection';
import type { ReceivedItem } from '../../core/item/item';
import { safeName } from '../../inbox/output/safeName';
import { itemTitle } from '../shell/formatting';

/** The target of a command: a received item, or a value in one. */
export interface CommandTarget {
  readonly item: ReceivedItem;
  /** Undefined for the item itself. */
  readonly info?: NodeInfo;
}

/** Distinguishes it for a person. */
export function targetLabel({ item, info }: CommandTarget): string {
  return info === undefined ? itemTitle(item) : `${info.expression} (${itemTitle(item)})`;
}

/** A name for a document or file of it: the name of an item, or the key of a value. */
export function targetName({ item, info }: CommandTarget): string {
  return info === undefined ? item.name : (safeName(info.key) ?? 'value');
}

/** Whether it holds a value that can be written in the forms. */
export function hasValue({ item, info }: CommandTarget): boolean {
  return info !== undefined || item.kind === 'dictionary';
}
