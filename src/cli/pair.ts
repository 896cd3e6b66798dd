import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { CancelledError, messageOf, PicklepostError, type ErrorCode } from '../core/errors';
import { DEFAULT_LIMITS } from '../core/limits';
import { completeCode, PairingCode } from '../core/pairing/code';
import { CODE_LIFETIME, readableName, ShownCode, type Paired } from '../core/pairing/pairing';
import { formatAddress, isLoopback, parseAddress, type Address } from '../core/wire/address';
import type { ItemStore } from '../core/item/itemStore';
import { orDiskError } from '../inbox/disk/diskError';
import { createFile, PRIVATE } from '../inbox/disk/durableFile';
import { isEveryNetwork, networkAddresses } from '../net/networks';
import { pairWith } from '../net/pairingClient';
import { ReceiveServer } from '../net/receiveServer';
import { askLine } from './askLine';
import { parseArguments, parseNumber, UsageError } from './arguments';
import type { Command, Context } from './command';
import type { Output } from './output';
import { BUFFER_SIZE, DEFAULT_PORT } from './wire';
import { say, type Text } from '../core/text';

/** Milliseconds that the other side has to end its side too. */
const PATIENCE = 2_000;
const MINUTES = CODE_LIFETIME / 60_000;

export const pairCommand: Command = {
  synopsis:
    'pair --key-file FILE [--host 127.0.0.1] [--port 6868]\n     [--name NAME]\npair HOST[:PORT] --key-file FILE [--name NAME]',
  summary: 'agree on a key with another Picklepost, by a short code',
  details: `
  Without HOST, shows a code and waits for the other side for ${String(MINUTES)} minutes. With
  HOST, reads the code that the other side shows from the terminal or standard
  input; the first three letters of each word are enough. Both sides then have
  the same key; use it with --key-file.

  --key-file FILE  where to write the key; a file that does not exist yet
  --name NAME      name to show on the other side (default: Picklepost)
  --host HOST      address to listen on (default: 127.0.0.1)
  --port PORT      port to listen on (default: ${String(DEFAULT_PORT)}); 0 is any free port
  --json           print one JSON object per line, without the key`,
  examples: ['pair --key-file lab.key --host 0.0.0.0', 'pair 192.168.1.20 --key-file lab.key'],

  async run(args, context) {
    const options = readOptions(args);
    context.output.isJson = options.isJson;
    await expectPlace(options);
    const paired =
      options.server === undefined ? await showCode(options, context) : await typeCode(options, context);
    reportPaired(paired, options, context);
  },
};

type Options = ReturnType<typeof readOptions>;

function readOptions(args: readonly string[]) {
  const { values, positionals } = parseArguments(args, {
    'key-file': { type: 'string' },
    name: { type: 'string' },
    host: { type: 'string' },
    port: { type: 'string' },
    json: { type: 'boolean' },
  });
  const [server, tooMany] = positionals;
  if (tooMany !== undefined) throw new UsageError(`Unexpected argument "${tooMany}".`);
  const keyFile = values['key-file'];
  if (keyFile === undefined) throw new UsageError('--key-file FILE is missing: the key needs a place.');
  const { name: wanted = 'Picklepost' } = values;
  if (wanted.length > 100) throw new UsageError('--name takes at most 100 characters.');
  const name = readableName(wanted);
  if (name === '') throw new UsageError('--name needs characters that can be seen.');
  if (server !== undefined && (values.host ?? values.port) !== undefined)
    throw new UsageError('--host and --port are for the side that shows the code.');
  return {
    server,
    keyFile: path.resolve(keyFile),
    name,
    host: values.host ?? '127.0.0.1',
    port: parseNumber('--port', values.port, { min: 0, max: 65535, otherwise: DEFAULT_PORT }),
    isJson: values.json ?? false,
  };
}

/** Listens until the other side has paired, somebody has tried the code, or it has expired. */
async function showCode(options: Options, { output, interruption }: Context): Promise<Paired> {
  const screen = new Screen(options, interruption);
  const server = pairingServer(options, screen.shown);
  server.onDidFailPeer(({ from, error }) => output.note(`picklepost: ${from}: ${messageOf(error)}`));
  try {
    reportCode(screen.code, await server.start(), output);
    return await screen.outcome;
  } finally {
    screen.shown.spend();
    await server.stop(interruption.aborted ? 0 : PATIENCE);
  }
}

/** A code, and its outcome. */
class Screen {
  readonly code = PairingCode.generate();
  readonly shown: ShownCode;
  readonly outcome: Promise<Paired>;
  private end: { resolve(paired: Paired): void; reject(error: Error): void } | undefined;

  constructor(options: Options, interruption: AbortSignal) {
    this.outcome = new Promise((resolve, reject) => (this.end = { resolve, reject }));
    // It may fail before anybody waits for it, while the server starts.
    this.outcome.catch(() => undefined);
    interruption.addEventListener('abort', () => this.end?.reject(new CancelledError()));
    this.shown = new ShownCode(this.code, options.name, {
      onPaired: async (paired) => {
        await keepKey(options, paired);
        this.end?.resolve(paired);
      },
      onFailed: (error) => this.end?.reject(error instanceof Error ? error : new Error(messageOf(error))),
      onWrongCode: (from) =>
        this.fail('wrong-code', `Somebody at ${from} tried a wrong code. Begin again with a new one.`),
      onExpired: () => this.fail('timeout', `Nobody typed the code within ${String(MINUTES)} minutes.`),
    });
  }

  private fail(code: ErrorCode, message: string): void {
    this.end?.reject(new PicklepostError(code, message));
  }
}

function reportCode(code: PairingCode, address: Address, output: Output): void {
  const { host, port } = address;
  output.event({ event: 'pairing', code: code.text, host, port });
  output.line(`The code is: ${code.spoken}`);
  const [first = host, ...others] = isEveryNetwork(host) ? ownHosts() : [host];
  const there = formatAddress({ host: first, port });
  output.line(`Type it on the other side: picklepost pair ${there} --key-file FILE`);
  if (others.length > 0) output.line(`This machine also has the addresses ${others.join(', ')}.`);
  if (isLoopback(host))
    output.line('Only programs on this machine can reach it; with --host 0.0.0.0, others can too.');
}

/** Addresses at which other machines may reach this one, except those that are valid only within one link. */
function ownHosts(): string[] {
  return networkAddresses().flatMap(({ host, isLinkLocal }) => (isLinkLocal ? [] : host));
}

/** Takes pairings and nothing else. */
function pairingServer({ host, port }: Options, shown: ShownCode): ReceiveServer {
  const refuse = (): Promise<never> =>
    Promise.reject(new PicklepostError('refused', 'This side only pairs, and takes no items.'));
  const store: ItemStore = { begin: refuse, offer: refuse };
  return new ReceiveServer({
    host,
    port,
    bufferSize: BUFFER_SIZE,
    connectionOptions: () => ({
      store,
      keys: [],
      pairing: shown,
      requireEncryption: true,
      allowPickle: false,
      limits: DEFAULT_LIMITS,
    }),
  });
}

async function typeCode(options: Options, { interruption }: Context): Promise<Paired> {
  const server = serverOf(options.server ?? '');
  const code = readCode(await askLine('Code: ', interruption));
  return pairWith(server, {
    code,
    name: options.name,
    limits: DEFAULT_LIMITS,
    signal: interruption,
    keep: (paired) => keepKey(options, paired),
  });
}

/** Words may be shortened if only one begins so. @throws PicklepostError `wrong-code` */
function readCode(typed: string): PairingCode {
  const [meant, ...others] = completeCode(typed);
  const isSure = meant?.isWhole === true && !meant.isGuess && others.length === 0;
  return PairingCode.parse(isSure ? meant.text : typed);
}

/** @throws UsageError */
function serverOf(text: string): { readonly host: string; readonly port: number } {
  const address = parseAddress(text, DEFAULT_PORT);
  if (!address) throw new UsageError(`"${text}" is not HOST or HOST:PORT.`);
  return address;
}

/** Checks that the key can be stored, before a code is used up. @throws PicklepostError `disk` */
async function expectPlace({ keyFile }: Options): Promise<void> {
  const isThere = await access(keyFile).then(
    () => true,
    () => false,
  );
  if (isThere) throw fileExists(keyFile);
  await orDiskError(cannotWrite(keyFile), () => access(path.dirname(keyFile), constants.W_OK));
}

function cannotWrite(keyFile: string): Text {
  return say`Cannot write the key file ${keyFile}`;
}

function fileExists(keyFile: string): PicklepostError {
  return new PicklepostError('disk', `${keyFile} exists already. Name a file that does not exist yet.`);
}

async function keepKey({ keyFile }: Options, { key }: Paired): Promise<void> {
  const create = (): Promise<boolean> => createFile(keyFile, `${key.toText()}\n`, PRIVATE);
  const isCreated = await orDiskError(cannotWrite(keyFile), create);
  if (!isCreated) throw fileExists(keyFile);
}

function reportPaired({ name: sent, key, digits }: Paired, { keyFile }: Options, { output }: Context): void {
  const name = readableName(sent) || 'a peer without a readable name';
  output.event({ event: 'paired', name, fingerprint: key.fingerprint, digits, keyFile });
  output.line(`Paired with ${name}. Both sides show ${digits.slice(0, 3)} ${digits.slice(3)}; compare them.`);
  output.line(`Wrote the key to ${keyFile}. Its fingerprint is ${key.fingerprint}.`);
}
