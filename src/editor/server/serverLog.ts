import type * as vscode from 'vscode';
import { messageOf } from '../../core/errors';
import type { AnnouncedItem } from '../../core/item/item';
import { Repetitions } from '../../core/scheduling/repetitions';
import { hostOf } from '../../core/wire/address';
import { protectionOf } from '../../core/wire/dialects';
import type { PeerFailure } from '../../net/receiveServer';

/** Lines of the log for failures of one kind, and how many kinds are distinguished, within so many milliseconds. */
const FAILURES = { allowed: 1, time: 10_000, kinds: 64 };

/** Logs arriving items and failed connections. */
export class ServerLog {
  /** Everybody who can reach the server can make it fail, thousands of times. */
  private readonly failures = new Repetitions<PeerFailure>(({ from, error }, more) => {
    const count = more === 0 ? '' : ` (and ${String(more)} more within ${String(FAILURES.time / 1000)} s)`;
    this.log.warn(`${from}: ${messageOf(error)}${count}`);
  }, FAILURES);

  constructor(private readonly log: vscode.LogOutputChannel) {}

  noteItem(item: AnnouncedItem): void {
    this.log.info(
      `received ${item.kind} ${item.id} from ${item.from}, ${String(item.size)} bytes${describeProtection(item)}`,
    );
    if (item.savedAs !== undefined)
      this.log.info(`${item.id} was sent as ${item.path ?? item.name}, and saved as ${item.savedAs}`);
  }

  noteFailure(failure: PeerFailure): void {
    this.failures.note(`${hostOf(failure.from)} ${messageOf(failure.error)}`, failure);
  }

  dispose(): void {
    this.failures.dispose();
  }
}

function describeProtection(item: AnnouncedItem): string {
  const protection = protectionOf(item);
  if (protection === undefined) return '';
  return protection === 'parts'
    ? ', encrypted in parts: order and completeness are not protected'
    : `, encrypted, ${item.key === undefined ? 'sender not verified' : `from ${item.key}`}`;
}
