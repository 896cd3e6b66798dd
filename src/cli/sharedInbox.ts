import { formatSize } from '../core/amounts';
import { onOneLine } from '../inbox/output/screenText';
import { formatInboxAddress } from '../nats/inboxAddress';
import type { InboxReader, InboxState, SharedInbox, SharedItem } from '../nats/sharedInbox';
import { onlyPositional, parseArguments, parseNumber, UsageError } from './arguments';
import type { Command, Context } from './command';
import { ACCESS_HELP, ACCESS_OPTIONS, readAccess, readInboxKey, usualSender } from './sharedAccess';

export const inboxCommand: Command = {
  synopsis: `inbox create nats://HOST[:PORT]/INBOX --key-file FILE
             [--replicas N] [--max-age TIME] [--max-size SIZE]
inbox show nats://HOST[:PORT]/INBOX [--key-file FILE] [--json]
inbox delete nats://HOST[:PORT]/INBOX [--reader NAME]`,
  summary: 'make, show or delete a shared inbox on NATS',
  details: `
  --key-file FILE       with create, the key that seals the items; the inbox
                        shows its fingerprint. With show, also list the items,
                        and which is the latest of each sender
  --replicas N          number of servers in a cluster that keep each item: 1, 3
                        or 5 (default: 1)
  --max-age TIME        delete older items, such as 12h or 30d; 0 keeps them
                        (default: 30d)
  --max-size SIZE       largest size of all items, such as 500MB or 100GB; when
                        it is reached, senders wait (default: as the server
                        allows)
  --reader NAME         delete only this reader or group; no items wait for it
                        any more
${ACCESS_HELP}
  --json                print one JSON object per line`,
  examples: [
    'inbox create nats://nats.lab/bio --key-file bio.key --replicas 3',
    'inbox show nats://nats.lab/bio --key-file bio.key',
  ],

  async run(args, context) {
    const { values, positionals } = parseArguments(args, OPTIONS);
    context.output.isJson = values.json ?? false;
    const [action = '', ...rest] = positionals;
    const act = Object.hasOwn(actions, action) ? actions[action as keyof typeof actions] : undefined;
    if (!act) throw new UsageError('Say "inbox create URL", "inbox show URL" or "inbox delete URL".');
    const url = onlyPositional(rest, 'The address of the inbox');
    const access = await readAccess(url, values, usualSender(), context.output);
    const { SharedInbox } = await import('../nats/sharedInbox');
    await act({
      values,
      url: formatInboxAddress(access.address),
      context,
      open: () => SharedInbox.open(access),
    });
  },
};

const OPTIONS = {
  ...ACCESS_OPTIONS,
  'key-file': { type: 'string' },
  replicas: { type: 'string' },
  'max-age': { type: 'string' },
  'max-size': { type: 'string' },
  reader: { type: 'string' },
  json: { type: 'boolean' },
} as const;

interface Action {
  readonly values: ReturnType<typeof parseArguments<typeof OPTIONS>>['values'];
  readonly url: string;
  readonly context: Context;
  readonly open: () => Promise<SharedInbox>;
}

const actions = { create, show, delete: remove };

const DEFAULT_AGE = 30 * 86_400_000;

async function create({ values, url, context, open }: Action): Promise<void> {
  const replicas = parseNumber('--replicas', values.replicas, { min: 1, max: 5, otherwise: 1 });
  if (replicas % 2 === 0) throw new UsageError('--replicas takes 1, 3 or 5.');
  const maxAge = parseAge(values['max-age']);
  const maxSize = parseSize(values['max-size']);
  const { key } = await readInboxKey(values['key-file'], context.output);
  await using(open, (inbox) =>
    inbox.create({
      fingerprint: key.fingerprint,
      replicas,
      maxAge,
      ...(maxSize !== undefined && { maxSize }),
    }),
  );
  const about = { replicas, maxAge, maxSize: maxSize ?? null, key: key.fingerprint };
  context.output.event({ event: 'created', inbox: url, ...about });
  context.output.line(`Made the inbox ${url} for the key ${key.fingerprint}.`);
}

async function show({ values, url, context, open }: Action): Promise<void> {
  const { output } = context;
  const key =
    values['key-file'] === undefined ? undefined : (await readInboxKey(values['key-file'], output)).key;
  await using(open, async (inbox) => {
    const state = await inbox.state();
    output.event({ event: 'inbox', inbox: url, ...state });
    for (const line of describeState(url, state)) output.line(line);
    if (!key) return;
    const { checkFingerprint } = await import('../nats/sharedInbox');
    checkFingerprint(state, key, url);
    const items: SharedItem[] = [];
    for await (const item of inbox.items(key)) items.push(item);
    const latest = new Map(items.map((item) => [series(item), item]));
    for (const item of items) reportItem(item, latest.get(series(item)) === item, state.readers, context);
  });
}

async function remove({ values, url, context, open }: Action): Promise<void> {
  const { output } = context;
  const { reader } = values;
  await using(open, (inbox) => (reader === undefined ? inbox.delete() : inbox.deleteReader(reader)));
  output.event({ event: 'deleted', inbox: url, ...(reader !== undefined && { reader }) });
  output.line(reader === undefined ? `Deleted the inbox ${url}.` : `Deleted the reader ${reader} of ${url}.`);
}

async function using(
  open: () => Promise<SharedInbox>,
  use: (inbox: SharedInbox) => Promise<void>,
): Promise<void> {
  const inbox = await open();
  try {
    await use(inbox);
  } finally {
    await inbox.close();
  }
}

/** Items with the same key replace each other when they are handed in again. */
function series({ manifest: { sender, path, name } }: SharedItem): string {
  return JSON.stringify([sender, path ?? name]);
}

function describeState(url: string, state: InboxState): string[] {
  const { messages, bytes, replicas, maxAge, maxSize, fingerprint, readers } = state;
  const limit = maxSize === undefined ? '' : ` of ${formatSize(maxSize)}`;
  const age = maxAge === 0 ? 'are kept' : `are deleted after ${(maxAge / 3_600_000).toLocaleString('en')} h`;
  return [
    `${url}: ${formatSize(bytes)}${limit}, messages: ${messages}, replicas: ${replicas}. Items ${age}.`,
    fingerprint === undefined ? 'Its key is not published.' : `Its key is ${fingerprint}.`,
    ...readers.map(({ name, waiting }) => `Items waiting for reader ${name}: ${waiting}.`),
    ...(readers.length === 0 ? ['Nobody has fetched from it yet.'] : []),
  ];
}

function reportItem(
  { manifest, sequence, storedAt }: SharedItem,
  isLatest: boolean,
  readers: readonly InboxReader[],
  { output }: Context,
): void {
  const { sender, item, kind, format = null, name, path, size, sha256 } = manifest;
  const about = { item, sender, kind, format, name, path, size, sha256 };
  const fetchedBy = readers.filter(({ fetchedUpTo }) => fetchedUpTo >= sequence).map((one) => one.name);
  output.event({ event: 'item', sequence, ...about, storedAt, latest: isLatest, fetchedBy });
  const time = new Date(storedAt).toISOString();
  const mark = isLatest ? '' : ', replaced by a later one';
  const fetched = fetchedBy.length === 0 ? ', waits' : `, fetched by ${fetchedBy.join(', ')}`;
  output.line(
    `${sequence}  ${time}  ${sender}  ${onOneLine(path ?? name)} (${formatSize(size)})${mark}${fetched}`,
  );
}

/** Milliseconds. @throws UsageError */
function parseAge(text: string | undefined): number {
  if (text === undefined) return DEFAULT_AGE;
  const [, count, unit = 'd'] = /^(\d{1,6})([smhd])?$/.exec(text) ?? [];
  if (count === undefined)
    throw new UsageError(`Invalid --max-age "${text}": expected a time such as 12h or 30d.`);
  return Number(count) * UNITS_OF_TIME[unit as keyof typeof UNITS_OF_TIME];
}

/** Bytes. @throws UsageError */
function parseSize(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, count, unit = 'B'] = /^(\d{1,9})(B|kB|MB|GB|TB)?$/i.exec(text) ?? [];
  if (count === undefined || Number(count) === 0)
    throw new UsageError(`Invalid --max-size "${text}": expected a size such as 500MB or 100GB.`);
  return Number(count) * UNITS_OF_SIZE[unit.toUpperCase() as keyof typeof UNITS_OF_SIZE];
}

const UNITS_OF_TIME = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const UNITS_OF_SIZE = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };
