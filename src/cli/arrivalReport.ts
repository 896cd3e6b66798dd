import type { AnnouncedItem } from '../core/item/item';
import { protectionOf, traitsOf } from '../core/wire/dialects';
import { onOneLine } from '../inbox/output/screenText';
import { describe, describeProtection } from './describe';

/** A received item, with the data to report. */
export interface ArrivalReport {
  readonly item: AnnouncedItem;
  /** The file in which it has been saved, unencrypted. */
  readonly savedTo: string | undefined;
  /** A folder in its path whose name was changed, since programs run commands from it. */
  readonly disarmed: string | undefined;
}

/** The event of `receive --json`. */
export function arrivalEvent({ item, savedTo, disarmed }: ArrivalReport): object {
  const { id, kind, name, sentName, path, mode, format = null, encrypted, size, from, sha256 } = item;
  const { key = null } = item;
  const about = { id, kind, name, sentName, path, mode, format, encrypted, key };
  const protection = protectionOf(item) ?? null;
  const { note, message, existed, savedAs } = item;
  const proof = { verified: isVerified(item), existed, note, message, savedTo, savedAs, disarmed };
  return { event: 'received', ...about, protection, size, from, sha256, ...proof };
}

/** The same for people, one line each. */
export function arrivalLines({ item, savedTo, disarmed }: ArrivalReport): string[] {
  const { id, from, sha256, name, path, sentName, savedAs, note, message, existed } = item;
  const again = existed ? ' again, which was here already,' : '';
  const lines = [`Received ${describe(item)}${again} from ${from}: ${id}, ${proofOf(item)}SHA-256 ${sha256}`];
  if (message !== undefined) lines.push(`Its sender says: ${onOneLine(message)}`);
  if (sentName !== undefined)
    lines.push(`It came with a name that cannot be kept here: ${onOneLine(sentName)}`);
  if (savedTo !== undefined) lines.push(`Saved ${savedTo}`);
  if (savedAs !== undefined)
    lines.push(`A name in it had to change: it was sent as ${onOneLine(path ?? sentName ?? name)}`);
  if (disarmed !== undefined)
    lines.push(
      `Programs run commands from ${disarmed}, so its name was changed. --allow-tool-folders keeps it.`,
    );
  if (note !== undefined) lines.push(note);
  const protection = protectionOf(item);
  if (protection === 'parts') lines.push(`${item.name} was ${describeProtection(protection)}.`);
  return lines;
}

function isVerified(item: AnnouncedItem): boolean {
  return (traitsOf(item)?.verifies ?? false) && !item.isHashClaimed;
}

function proofOf(item: AnnouncedItem): string {
  if (isVerified(item)) return 'verified: ';
  return item.isHashClaimed ? 'checked piece by piece; of the sender: ' : '';
}
