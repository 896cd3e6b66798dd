import { DEFAULT_LIMITS } from '../core/limits';
import { FORMAT_WORDS } from '../core/codecs/formats';
import type { Dialect } from '../core/wire/dialect';
import { formatAddress, parseAddress } from '../core/wire/address';
import {
  DEFAULT_DIALECT,
  DIALECT_NAMES,
  dialects,
  findDialect,
  type DialectName,
} from '../core/wire/dialects';
import { MAXIMUM_MESSAGE, type OutgoingItem, type Receipt } from '../core/item/item';
import { onOneLine } from '../inbox/output/screenText';
import { sendWhenPossible, type WaitingReports } from '../net/persistentSend';
import { sendItems } from '../net/sendClient';
import { optionHelp, parseArguments, parseChoice, parseFormat, parseNumber, UsageError } from './arguments';
import type { Command } from './command';
import type { Output } from './output';
import { formatSize } from '../core/amounts';
import { senderIdentity } from './identity';
import { readKeyFile } from './keys';
import { sendAll } from './sendAll';
import { askedReport, describeItem, progressReport, reportSources, reportWaiting } from './sendReport';
import { hasInboxAddress, sendToSharedInbox, SHARED_SEND_HELP, SHARED_SEND_SYNOPSIS } from './sendShared';
import { Sources } from './sources';
import { BUFFER_SIZE, DEFAULT_PORT } from './wire';
import { inEnglish } from '../core/text';

export const sendCommand: Command = {
  synopsis: `send PATH... --to HOST[:PORT]
             [--dialect ${DIALECT_NAMES.join('|')}] [--dictionary]
             [--format ${FORMAT_WORDS.join('|')}] [--keep-paths]
             [--key-file FILE] [--message TEXT] [--wait]
             [--local-port N] [--buffer-size N] [--json]
${SHARED_SEND_SYNOPSIS}`,
  summary: 'send files, or the dictionaries in JSON files',
  details: `
  PATH               a file, or a folder with all its files (links to folders
                     are not followed); - is standard input
  --to HOST[:PORT]   the receive server (default port: 6868)
${optionHelp('--dialect DIALECT', 21, ['protocol of the server', ...dialects.map(describeDialect)])}
  --dictionary       each PATH is a JSON file, and its value is sent as a
                     dictionary
${optionHelp('--format FORMAT', 21, [`format of dictionaries: ${FORMAT_WORDS.join(', ')} (default: pickle)`])}
  --keep-paths       also send the path of each file in its folder, its
                     executable bits, and empty folders
  --key-file FILE    encrypt with this key
  --message TEXT     message to the person who receives, at most ${MAXIMUM_MESSAGE}
                     characters; only shown by Picklepost
  --wait             if the server cannot be reached, wait for it
  --local-port N     local port to send from (default: 0, any free port)
  --buffer-size N    chunk size in bytes (default: ${BUFFER_SIZE})
  --json             print one JSON object per line

${SHARED_SEND_HELP}`,
  examples: [
    'send report.txt --to 192.168.1.20',
    'send results/ --keep-paths --wait --key-file lab.key --to lab:6868',
    'send report.txt --message "as we said" --to 192.168.1.20',
    'send data.json --dictionary --format xml --dialect classic --to lab',
    'tar c results | picklepost send - --to lab',
    'send results.pkl --to nats://nats.lab/bio --key-file bio.key',
  ],

  async run(args, context) {
    if (hasInboxAddress(args)) return sendToSharedInbox(args, context);
    const options = readOptions(args);
    context.output.isJson = options.isJson;
    const { keyFile } = options;
    const key = keyFile === undefined ? undefined : await readKeyFile(keyFile, context.output);
    const sources = new Sources(options, context.interruption);
    try {
      const items: OutgoingItem[] = [];
      for (const file of options.paths) items.push(...(await sources.open(file)));
      const { message } = options;
      const said = message === undefined ? items : items.map((item) => ({ ...item, message }));
      reportSources(sources, context.output);
      const identity = await senderIdentity();
      const where = {
        ...options.address,
        dialect: options.dialect,
        ...(key && { key }),
        localPort: options.localPort,
        bufferSize: options.bufferSize,
        limits: DEFAULT_LIMITS,
        ...(identity && { identity }),
        signal: context.interruption,
        staysResumable: true,
      };
      const send = options.waits ? sendWhenPossible : sendItems;
      const told = reports(formatAddress(options.address), context.output, items.length);
      await sendAll(said, sources.failures, (left, all: WaitingReports) => send(left, where, all), told);
    } finally {
      await sources.dispose();
    }
  },
};

/** `native: Picklepost (default). Any file, ...` */
function describeDialect({ name, title, detail }: Dialect): string {
  return `${name}: ${inEnglish(title)}${name === DEFAULT_DIALECT ? ' (default)' : ''}. ${inEnglish(detail)}`;
}

/** Reports while items are sent. */
function reports(to: string, output: Output, count: number): WaitingReports {
  return {
    onProgress: progressReport(output),
    onAsked: askedReport(output),
    onSent: (item, receipt) => report(item, receipt, to, output),
    onFailed: (item, error) => {
      // If there is only one, the thrown error reports it.
      if (count > 1) output.failure(error, error.message, describeItem(item));
    },
    onWaiting: (waiting) => reportWaiting(waiting, output),
  };
}

function readOptions(args: readonly string[]) {
  const { values, positionals } = parseArguments(args, {
    to: { type: 'string' },
    dialect: { type: 'string' },
    dictionary: { type: 'boolean' },
    format: { type: 'string' },
    'key-file': { type: 'string' },
    'keep-paths': { type: 'boolean' },
    message: { type: 'string' },
    wait: { type: 'boolean' },
    'local-port': { type: 'string' },
    'buffer-size': { type: 'string' },
    json: { type: 'boolean' },
  });
  if (positionals.length === 0)
    throw new UsageError('PATH is missing: name a file, or - for standard input.');
  if (positionals.filter((file) => file === '-').length > 1)
    throw new UsageError('- can be given only once.');
  if (values.to === undefined) throw new UsageError('--to HOST[:PORT] is missing: name the receive server.');
  const address = parseAddress(values.to, DEFAULT_PORT);
  if (address === undefined)
    throw new UsageError(`Invalid value "${values.to}" for --to: expected HOST or HOST:PORT.`);
  const format = parseFormat('--format', values.format);
  if (format !== undefined && !values.dictionary) throw new UsageError('--format is for --dictionary only.');
  const dialect = parseChoice('--dialect', values.dialect, DIALECT_NAMES) ?? DEFAULT_DIALECT;
  return {
    paths: positionals,
    address,
    dialect,
    message: parseMessage(values.message, dialect),
    dictionaryFormat: values.dictionary ? (format ?? 'binary') : undefined,
    keyFile: values['key-file'],
    localPort: parseNumber('--local-port', values['local-port'], { min: 0, max: 65535, otherwise: 0 }),
    bufferSize: parseNumber('--buffer-size', values['buffer-size'], {
      min: 1,
      max: 2 ** 24,
      otherwise: BUFFER_SIZE,
    }),
    keepsPaths: values['keep-paths'] ?? false,
    carriesPaths: findDialect(dialect).carriesPaths,
    waits: values.wait ?? false,
    isJson: values.json ?? false,
  };
}

/** @throws UsageError if it is too long, or the receiver would not get it */
function parseMessage(message: string | undefined, dialect: DialectName): string | undefined {
  if (message === undefined) return undefined;
  if (!findDialect(dialect).carriesMessages)
    throw new UsageError(`--message is for Picklepost only: ${dialect} carries no message.`);
  if (message.length > MAXIMUM_MESSAGE)
    throw new UsageError(
      `--message has ${String(message.length)} characters, and at most ${String(MAXIMUM_MESSAGE)} can be sent.`,
    );
  return message.trim() === '' ? undefined : message;
}

function report(item: OutgoingItem, receipt: Receipt, to: string, output: Output): void {
  const { kind, format = null } = item;
  const { size, sha256, confirmed, verified = false, existed, keptAs, savedAs } = receipt;
  const about = {
    kind,
    ...describeItem(item),
    format,
    size,
    sha256,
    confirmed,
    verified,
    existed,
    keptAs,
    savedAs,
    to,
  };
  output.event({ event: 'sent', ...about });
  const doubt = confirmed ? '' : ' The receiver did not say whether it has it.';
  const proof = verified ? 'verified: ' : '';
  const known = existed ? ', which had it already' : '';
  output.line(
    `Sent ${onOneLine(item.path ?? item.name)} (${formatSize(size)}) to ${to}${known}, ${proof}SHA-256 ${sha256}.${doubt}`,
  );
  if (keptAs !== undefined)
    output.line(
      `The receiver cannot keep the name ${onOneLine(item.name)}. It keeps the item as ${onOneLine(keptAs)}.`,
    );
  if (savedAs !== undefined)
    output.line(`A name had to change there: the receiver saved it as ${onOneLine(savedAs)}.`);
}
