import { FORMAT_WORDS } from '../core/codecs/formats';
import type { OutgoingItem } from '../core/item/item';
import { formatSize } from '../core/amounts';
import { SHARED_INBOX } from '../core/wire/dialects';
import { onOneLine } from '../inbox/output/screenText';
import { formatInboxAddress, isInboxAddress } from '../nats/inboxAddress';
import type { Patience } from '../nats/publisher';
import type { InboxReceipt, InboxSendReports } from '../nats/sendToInbox';
import { parseArguments, parseFormat, UsageError } from './arguments';
import type { Context } from './command';
import { senderIdentity } from './identity';
import type { Output } from './output';
import { ACCESS_HELP, ACCESS_OPTIONS, readAccess, readInboxKey, usualSender } from './sharedAccess';
import { sendAll } from './sendAll';
import { describeItem, progressReport, reportSources, reportWaiting } from './sendReport';
import { Sources } from './sources';
import { BUFFER_SIZE } from './wire';

export const SHARED_SEND_SYNOPSIS = `send PATH... --to nats://HOST[:PORT]/INBOX --key-file FILE
             [--as NAME] [--creds FILE] [--ca FILE] [--dictionary]
             [--format ${FORMAT_WORDS.join('|')}]
             [--keep-paths] [--wait] [--json]`;

export const SHARED_SEND_HELP = `To a shared inbox:

  --to URL              nats://HOST[:PORT][,HOST[:PORT]...]/INBOX, or tls://...
  --key-file FILE       the key of the inbox
  --as NAME             name of the sender (default: the user of the
                        credentials, or of this machine)
${ACCESS_HELP}

If the inbox is full, the sender waits.`;

/** Whether `--to` names a shared inbox. */
export function hasInboxAddress(args: readonly string[]): boolean {
  return args.some((word, index) => {
    const value = word === '--to' ? (args[index + 1] ?? '') : word.startsWith('--to=') ? word.slice(5) : '';
    return isInboxAddress(value);
  });
}

/** `send --to nats://…` */
export async function sendToSharedInbox(args: readonly string[], context: Context): Promise<void> {
  const options = readOptions(args);
  const { output, interruption } = context;
  output.isJson = options.isJson;
  const { key } = await readInboxKey(options.values['key-file'], output);
  const access = await readAccess(options.to, options.values, usualSender(), output);
  const sources = new Sources(options, interruption);
  try {
    const items: OutgoingItem[] = [];
    for (const file of options.paths) items.push(...(await sources.open(file)));
    reportSources(sources, output);
    const identity = await senderIdentity();
    const target = { access, key, ...(identity && { identity }) };
    const patience: Patience = {
      waits: options.waits,
      signal: interruption,
      onWaiting: (waiting) => reportWaiting(waiting, output),
    };
    const to = formatInboxAddress(access.address);
    const reports: InboxSendReports = {
      onProgress: progressReport(output),
      onSent: (item, receipt) => report(item, receipt, to, output),
      onFailed: (item, error) => {
        if (items.length > 1) output.failure(error, error.message, describeItem(item));
      },
    };
    const { sendToInbox } = await import('../nats/sendToInbox');
    const send = (left: readonly OutgoingItem[], told: InboxSendReports): Promise<unknown> =>
      sendToInbox(left, target, patience, told);
    await sendAll(items, sources.failures, send, reports);
  } finally {
    await sources.dispose();
  }
}

function report(item: OutgoingItem, receipt: InboxReceipt, to: string, output: Output): void {
  const { size, sha256, sequence, sentAt, safety, sender, existed } = receipt;
  const { kind, format = null } = item;
  const about = { kind, ...describeItem(item), format, size, sha256, existed };
  output.event({ event: 'sent', ...about, to, sender, sequence, sentAt, confirmed: true, safety });
  const known = existed ? ', which had it already' : '';
  output.line(
    `Sent ${onOneLine(item.path ?? item.name)} (${formatSize(size)}) to ${to}${known}, SHA-256 ${sha256}.`,
  );
  output.line(
    `Receipt: number ${sequence} of the inbox, from ${sender}, at ${new Date(sentAt).toISOString()}. ${SAFETY[safety]}`,
  );
}

const SAFETY = {
  server: 'Stored by the server.',
  replicas: 'Durable there: most of its servers have it.',
} as const;

function readOptions(args: readonly string[]) {
  const { values, positionals } = parseArguments(args, {
    ...ACCESS_OPTIONS,
    to: { type: 'string' },
    dictionary: { type: 'boolean' },
    format: { type: 'string' },
    'key-file': { type: 'string' },
    'keep-paths': { type: 'boolean' },
    wait: { type: 'boolean' },
    json: { type: 'boolean' },
  });
  if (positionals.length === 0)
    throw new UsageError('PATH is missing: name a file, or - for standard input.');
  if (positionals.filter((file) => file === '-').length > 1)
    throw new UsageError('- can be given only once.');
  const format = parseFormat('--format', values.format);
  if (format !== undefined && !values.dictionary) throw new UsageError('--format is for --dictionary only.');
  return {
    values,
    to: values.to ?? '',
    paths: positionals,
    dictionaryFormat: values.dictionary ? (format ?? 'binary') : undefined,
    keepsPaths: values['keep-paths'] ?? false,
    carriesPaths: SHARED_INBOX.carriesPaths,
    bufferSize: BUFFER_SIZE,
    waits: values.wait ?? false,
    isJson: values.json ?? false,
  };
}
