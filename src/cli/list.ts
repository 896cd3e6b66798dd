import { protectionOf } from '../core/wire/dialects';
import type { InboxEntry, PartialItem } from '../inbox/inbox';
import { noPositionals, parseArguments } from './arguments';
import type { Command } from './command';
import { formatSize } from '../core/amounts';
import { describe } from './describe';
import { INBOX_OPTION, openInbox } from './inbox';

/** Items that are read and printed at once: all of them may take more memory than there is. */
const AT_ONCE = 1000;

export const listCommand: Command = {
  synopsis: 'list [--inbox DIR] [--json]',
  summary: 'list the received items, oldest first',
  details: `${INBOX_OPTION}
  --json       print one JSON object per line

Arriving and interrupted items follow at the end. An interrupted item resumes
when it is sent again, and is removed after a week.`,
  examples: ['list', 'list --json'],

  async run(args, { output }) {
    const { values, positionals } = parseArguments(args, {
      inbox: { type: 'string' },
      json: { type: 'boolean' },
    });
    noPositionals(positionals);
    output.isJson = values.json ?? false;
    const inbox = await openInbox(values.inbox, output);
    const [ids, partials] = [await inbox.ids(), await inbox.listPartial()];
    for (let at = 0; at < ids.length && !output.closed.aborted; at += AT_ONCE) {
      for (const entry of await inbox.entries(ids.slice(at, at + AT_ONCE))) {
        output.event(entryObject(entry));
        output.line(entryLine(entry));
      }
      await output.flush();
    }
    for (const partial of partials.sort((a, b) => a.changedAt - b.changedAt)) {
      output.event(partialObject(partial));
      output.line(partialLine(partial));
    }
    if (ids.length + partials.length === 0) output.line('The inbox is empty.');
  },
};

function entryObject(entry: InboxEntry): object {
  if (entry.state === 'damaged') return { id: entry.id, damaged: entry.reason, receivedAt: entry.receivedAt };
  const {
    id,
    kind,
    name,
    format = null,
    encrypted,
    size,
    from,
    sha256,
    receivedAt,
    note,
    message,
  } = entry.item;
  const protection = protectionOf(entry.item) ?? null;
  const { key = null } = entry.item;
  return {
    id,
    kind,
    name,
    format,
    encrypted,
    key,
    protection,
    size,
    from,
    sha256,
    receivedAt,
    note,
    message,
  };
}

function entryLine(entry: InboxEntry): string {
  if (entry.state === 'damaged')
    return `${entry.id}  ${localTime(entry.receivedAt)}  damaged: ${entry.reason}`;
  const { id, receivedAt, from } = entry.item;
  return `${id}  ${localTime(receivedAt)}  ${describe(entry.item)} from ${from}`;
}

/** Without an `id`, as there is nothing yet that could be shown or exported. */
function partialObject(partial: PartialItem): object {
  const { transfer, name, from, received, size = null, changedAt, isArriving, isDamaged = false } = partial;
  const state = 'partial';
  return { state, transfer, name, from, received, size, changedAt, arriving: isArriving, damaged: isDamaged };
}

function partialLine({ name, from, received, size, changedAt, isArriving, isDamaged }: PartialItem): string {
  const state = (isArriving ? 'arriving' : 'cut off').padEnd(15);
  const here = size === undefined ? formatSize(received) : `${formatSize(received)} of ${formatSize(size)}`;
  const about = isDamaged ? 'damaged, cannot be continued' : `${name} (${here}) from ${from}`;
  return `${state}  ${localTime(changedAt)}  ${about}`;
}

/** `2026-01-31 23:59:59` */
function localTime(time: number): string {
  return new Date(time).toLocaleString('sv');
}
