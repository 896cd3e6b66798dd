import { DEFAULT_LIMITS } from '../core/limits';
import { messageOf } from '../core/errors';
import { isInboxName, formatInboxAddress } from '../nats/inboxAddress';
import type { FetchedItem, FetchReports } from '../nats/receiveFromInbox';
import { KEEPING_OPTIONS } from './keepingOptions';
import { noPositionals, parseArguments, parseNumber, UsageError } from './arguments';
import { Arrivals, makePlainFolder } from './arrivals';
import type { Context } from './command';
import { makeInbox } from './inbox';
import { errorCode, type Output } from './output';
import { ACCESS_HELP, ACCESS_OPTIONS, readAccess, readInboxKey, usualReader } from './sharedAccess';

export const SHARED_RECEIVE_SYNOPSIS = `receive --from nats://HOST[:PORT]/INBOX --key-file FILE
                [--as NAME | --group NAME] [--creds FILE] [--ca FILE]
                [--remove-fetched] [--inbox DIR] [--save-to DIR] ...`;

export const SHARED_RECEIVE_HELP = `With --from, fetch the items of a shared inbox instead of running a server. The
options above that say where a server listens and what it accepts do not apply.

  --from URL            nats://HOST[:PORT][,HOST[:PORT]...]/INBOX, or tls://...
  --key-file FILE       the key of the inbox
  --as NAME             name of this reader; each reader gets every item
                        (default: a name for each inbox of each machine)
  --group NAME          share the items with the other readers of this group:
                        each item goes to one of them
${ACCESS_HELP}
  --remove-fetched      delete items from the shared inbox once every reader has
                        them`;

/** `receive --from`: settles when it is interrupted, or with `--once`, when it has fetched an item. */
export async function receiveFromSharedInbox(args: readonly string[], context: Context): Promise<void> {
  const { from, values, ...options } = readOptions(args);
  const { output } = context;
  output.isJson = options.isJson;
  const key = await readInboxKey(values['key-file'], output);
  const named = { ...values, as: values.group ?? values.as };
  const access = await readAccess(from, named, await usualReader(values.inbox), output);
  if (options.saveTo !== undefined) await makePlainFolder(options.saveTo);
  const inbox = await makeInbox(values.inbox, output);
  const arrivals = new Arrivals(options, inbox, context);
  try {
    const { receiveFromInbox } = await import('../nats/receiveFromInbox');
    const { removesFetched, once, allowPickle, limits } = options;
    await receiveFromInbox(
      { access, key, removesFetched, once },
      { store: arrivals.store, allowPickle, limits },
      {
        ...reports(output, formatInboxAddress(access.address), access.name),
        onReceived: (fetched) => tell(arrivals, fetched),
      },
      AbortSignal.any([context.interruption, output.closed]),
    );
  } finally {
    await arrivals.close();
    inbox.close();
  }
}

function tell(arrivals: Arrivals, { item, sender, sequence, storedAt, sentAt }: FetchedItem): void {
  const sent = new Date(storedAt).toISOString();
  arrivals.report(item, { sender, sequence, storedAt, sentAt, receivedAt: item.receivedAt }, [
    `Handed in by ${sender} (the name that the NATS server let it use) at ${sent}, as number ${sequence} of the inbox.`,
  ]);
}

function reports(output: Output, url: string, reader: string): Pick<FetchReports, 'onFailed' | 'onState'> {
  return {
    onFailed: (error, sender) => {
      const message = `${sender}: ${messageOf(error)}`;
      output.event({ event: 'failed', code: errorCode(error), message, sender });
      output.note(`picklepost: ${message}`);
    },
    onState: (state, waiting) => {
      output.event({ event: state, from: url, reader, waiting });
      if (state === 'offline') output.note(`picklepost: ${url} is not reachable. Waiting for it.`);
      else output.line(`Fetching from ${url} as ${reader}. Items that wait: ${waiting}.`);
    },
  };
}

function readOptions(args: readonly string[]) {
  const { values, positionals } = parseArguments(args, {
    ...ACCESS_OPTIONS,
    from: { type: 'string' },
    'key-file': { type: 'string' },
    group: { type: 'string' },
    'remove-fetched': { type: 'boolean' },
    ...KEEPING_OPTIONS,
  });
  noPositionals(positionals);
  const { from, group, as } = values;
  if (from === undefined) throw new UsageError('--from needs the address of a shared inbox.');
  if (group !== undefined && as !== undefined) throw new UsageError('Choose one of --as and --group.');
  if (group !== undefined && !isInboxName(group))
    throw new UsageError(`Invalid value "${group}" for --group: expected 1 to 64 letters, digits, - and _.`);
  const sizes = { min: 0, max: Number.MAX_SAFE_INTEGER, otherwise: DEFAULT_LIMITS.itemSize };
  return {
    from,
    values,
    removesFetched: values['remove-fetched'] ?? false,
    saveTo: values['save-to'],
    allowsToolFolders: values['allow-tool-folders'] ?? false,
    print: values.print ?? false,
    allowPickle: !(values['no-pickle'] ?? false),
    limits: { itemSize: parseNumber('--max-size', values['max-size'], sizes) },
    once: values.once ?? false,
    isJson: values.json ?? false,
  };
}
