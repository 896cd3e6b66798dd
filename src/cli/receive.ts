import type { NamedKey } from '../core/crypto/namedKey';
import { messageOf } from '../core/errors';
import { DEFAULT_LIMITS } from '../core/limits';
import { formatAddress, isLoopback } from '../core/wire/address';
import { DIALECT_NAMES } from '../core/wire/dialects';
import type { Inbox } from '../inbox/inbox';
import type { AcceptPolicy } from '../core/admission/rules';
import type { AdmissionControl } from '../core/admission/admissionControl';
import { withHooks } from '../core/item/storeHooks';
import { KEEPING_OPTIONS } from './keepingOptions';
import { canAsk, makeAdmissionControl, readAdmission } from './admission';
import { SenderPrompt } from './senderPrompt';
import { ReceiveServer, type ListenAddress } from '../net/receiveServer';
import { hasOption, noPositionals, parseArguments, parseChoices, parseNumber, UsageError } from './arguments';
import { announceServer, type Announced } from './announcing';
import { Arrivals, makePlainFolder } from './arrivals';
import type { Command, Context } from './command';
import { Health } from './health';
import { makeInbox } from './inbox';
import { readKeyFiles } from './keys';
import { reportFailures } from './peerFailures';
import { receiveFromSharedInbox, SHARED_RECEIVE_HELP, SHARED_RECEIVE_SYNOPSIS } from './receiveShared';
import { onReloadSignal } from './signals';
import { BUFFER_SIZE, DEFAULT_PORT } from './wire';

export const receiveCommand: Command = {
  synopsis: `receive [--host 127.0.0.1] [--port 6868] [--inbox DIR]
                [--key-file FILE]... [--require-encryption]
                [--dialects LIST] [--save-to DIR]
                [--allow-tool-folders]
                [--print] [--no-pickle] [--max-size BYTES] [--once]
                [--health SECONDS] [--json]
${SHARED_RECEIVE_SYNOPSIS}`,
  summary: 'run a receive server until it is interrupted',
  details: `
  --host HOST           address to listen on (default: 127.0.0.1); :: is every
                        address of this machine, 0.0.0.0 every IPv4 address
  --port PORT           port to listen on (default: 6868); 0 is any free port
  --inbox DIR           folder of the inbox, in which received items are kept,
                        encrypted (default: see "picklepost --help")
  --key-file FILE       a key that senders may use; repeat the option for more
                        keys. A key has the name of its file, without extension
  --accept WHOM         paired: only senders on this machine and those with one
                        of the keys; all: everyone; ask: ask at the terminal
                        about senders on other machines (default: ask, or paired
                        without a terminal)
  --ask-local           treat senders on this machine like all others
  --require-encryption  accept only senders with one of the keys, and only
                        Picklepost's own protocol, unless --dialects names
                        others
  --dialects LIST       protocols to accept, separated by commas:
                        ${DIALECT_NAMES.join(', ')}
  --save-to DIR         also save each item, unencrypted, in this folder before
                        its sender gets an answer
  --allow-tool-folders  with --save-to, keep the names of folders that programs
                        run commands from, such as .git and .vscode (default:
                        save them as _.git and _.vscode)
  --print               also print texts and dictionaries; with --json, on
                        standard error
  --no-pickle           refuse Python pickles
  --max-size BYTES      refuse larger items (default: ${DEFAULT_LIMITS.itemSize})
  --once                end after the first item
  --announce NAME       let others on the network find the server under this
                        name; needs --host, as nobody else reaches 127.0.0.1
  --health SECONDS      print connections, items and memory this often
  --json                print one JSON object per line, with its time

SIGTERM and SIGINT (Ctrl+C) end the server; senders resume unfinished items when
it runs again. SIGHUP reads the key files again, SIGUSR2 prints the health line.

${SHARED_RECEIVE_HELP}`,
  examples: [
    'receive',
    'receive --host 0.0.0.0 --key-file lab.key --save-to received',
    'receive --once --print',
    'receive --json --health 3600 >> received.log',
    'receive --from nats://nats.lab/bio --key-file bio.key',
  ],

  async run(args, context) {
    if (hasOption(args, 'from')) return receiveFromSharedInbox(args, context);
    const options = readOptions(args);
    context.output.isJson = options.isJson;
    context.output.isLog = true;
    const keys = await readKeyFiles(options.keyFiles, context.output);
    const { saveTo } = options.arrivals;
    if (saveTo !== undefined) await makePlainFolder(saveTo);
    const inbox = await makeInbox(options.inbox, context.output);
    try {
      await new Reception(options, keys, inbox, context).run();
    } finally {
      inbox.close();
    }
  },
};

type Options = Omit<ReturnType<typeof readOptions>, 'inbox' | 'isJson'>;

function readOptions(args: readonly string[]) {
  const { values, positionals } = parseArguments(args, {
    host: { type: 'string' },
    port: { type: 'string' },
    ...KEEPING_OPTIONS,
    'key-file': { type: 'string', multiple: true },
    accept: { type: 'string' },
    'ask-local': { type: 'boolean' },
    'require-encryption': { type: 'boolean' },
    dialects: { type: 'string' },
    announce: { type: 'string' },
    health: { type: 'string' },
  });
  noPositionals(positionals);
  const keyFiles = values['key-file'] ?? [];
  const requireEncryption = values['require-encryption'] ?? false;
  if (requireEncryption && keyFiles.length === 0) {
    throw new UsageError(
      '--require-encryption needs --key-file FILE: without a key, every sender would be refused.',
    );
  }
  const sizes = { min: 0, max: Number.MAX_SAFE_INTEGER, otherwise: DEFAULT_LIMITS.itemSize };
  return {
    listen: {
      host: values.host ?? '127.0.0.1',
      port: parseNumber('--port', values.port, { min: 0, max: 65535, otherwise: DEFAULT_PORT }),
      announce: values.announce,
    },
    inbox: values.inbox,
    keyFiles,
    admission: readAdmission(values.accept, values['ask-local'] ?? false, canAsk()),
    terms: {
      requireEncryption,
      dialects: parseChoices('--dialects', values.dialects, DIALECT_NAMES),
      allowPickle: !(values['no-pickle'] ?? false),
      limits: { ...DEFAULT_LIMITS, itemSize: parseNumber('--max-size', values['max-size'], sizes) },
    },
    arrivals: {
      saveTo: values['save-to'],
      allowsToolFolders: values['allow-tool-folders'] ?? false,
      print: values.print ?? false,
      once: values.once ?? false,
    },
    health: parseNumber('--health', values.health, { min: 0, max: LONGEST_TIMER, otherwise: 0 }),
    isJson: values.json ?? false,
  };
}

/** One run of the receive server. */
class Reception {
  private readonly arrivals: Arrivals;

  constructor(
    private readonly options: Options,
    private keys: readonly NamedKey[],
    inbox: Inbox,
    private readonly context: Context,
  ) {
    this.arrivals = new Arrivals(options.arrivals, inbox, context);
  }

  /** Settles when the server was interrupted, or with `--once`, when it has received an item. */
  async run(): Promise<void> {
    const { host, port, announce } = this.options.listen;
    const admissionControl = makeAdmissionControl(this.options.admission);
    const store = withHooks(this.arrivals.store, { admit: (...item) => admissionControl.admit(...item) });
    const server = new ReceiveServer({
      host,
      port,
      bufferSize: BUFFER_SIZE,
      refuses: (host) => admissionControl.refusesAddress(host),
      connectionOptions: () => ({ ...this.options.terms, store, keys: this.keys }),
    });
    const health = new Health(this.context.output, () => server.connectionCount, this.options.health);
    const reloading = onReloadSignal(() => void this.reloadKeys(server));
    server.onDidReceive((item) => {
      health.noteReceived(item.size);
      this.arrivals.report(item);
    });
    const prompt = this.prompt(admissionControl);
    const failures = reportFailures(this.context.output);
    server.onDidFailPeer((failure) => {
      health.noteFailed();
      failures.note(failure);
    });
    let announced: Announced | undefined;
    try {
      const address = await server.start();
      const end = this.ended(server);
      this.reportListening(address);
      announced = await announceServer(announce, address, this.context.output);
      await end;
    } finally {
      prompt?.dispose();
      admissionControl.close();
      await announced?.stop();
      await server.stop(this.context.interruption.aborted ? 0 : PATIENCE);
      await this.arrivals.close();
      for (const one of [failures, health, reloading]) one.dispose();
    }
  }

  private ended(server: ReceiveServer): Promise<void> {
    return new Promise((resolve, reject) => {
      const { interruption, output } = this.context;
      const end = AbortSignal.any([interruption, output.closed]);
      if (end.aborted) resolve();
      end.addEventListener('abort', () => resolve());
      if (this.options.arrivals.once) server.onDidReceive(() => resolve());
      server.onDidFail(reject);
    });
  }

  /** Reads from the terminal only if there may be questions. */
  private prompt(admissionControl: AdmissionControl): SenderPrompt | undefined {
    const { admission, listen } = this.options;
    const asks = admission.accept === 'ask' && (admission.asksLocal || !isLoopback(listen.host));
    return asks ? new SenderPrompt(admissionControl, this.context.output, process.stdin) : undefined;
  }

  /** Ends connections with a key that is no longer among them. If a file cannot be read, nothing changes. Never rejects. */
  private async reloadKeys(server: ReceiveServer): Promise<void> {
    const { output } = this.context;
    try {
      this.keys = await readKeyFiles(this.options.keyFiles, output);
    } catch (error) {
      output.failure(error, `Still using the previous keys: ${messageOf(error)}`);
      return;
    }
    const keys = this.keys.map(({ name, key }) => ({ name, fingerprint: key.fingerprint }));
    output.event({ event: 'reloaded', keys });
    this.reportKeys();
    await server.endRetired();
  }

  private reportListening(address: ListenAddress): void {
    const { output } = this.context;
    output.event({ event: 'listening', host: address.host, port: address.port });
    output.line(`Listening at ${formatAddress(address)}.`);
    if (isLoopback(address.host))
      output.line('Only programs on this machine can reach it; with --host 0.0.0.0, others can too.');
    else output.line(ACCEPTS[this.options.admission.accept]);
    this.reportKeys();
  }

  private reportKeys(): void {
    for (const { name, key } of this.keys)
      this.context.output.line(`Accepts the key ${name} (${key.fingerprint}).`);
  }
}

/** Which senders on other machines are accepted. */
const ACCEPTS: Readonly<Record<AcceptPolicy, string>> = {
  ask: 'Asks here about each sender on another machine.',
  paired: 'Accepts senders on other machines only with one of the keys; --accept all accepts everyone.',
  all: 'Accepts everyone who can reach it, without asking.',
};

/** Milliseconds that senders have to read the last answer, unless the server must end at once. */
const PATIENCE = 2_000;
/** Most seconds that a timer of Node.js can wait. */
const LONGEST_TIMER = Math.floor((2 ** 31 - 1) / 1000);
