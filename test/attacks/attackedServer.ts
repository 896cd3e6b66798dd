import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { FernetKey } from '../../src/core/crypto/keys';
import { ownHome } from '../harness/homeFolder';
import { projectRoot } from '../harness/setup';

/** The resources that a server process holds or has used; undefined if the system does not tell. */
export interface Gauges {
  /** Bytes; the most that were resident. */
  readonly memory: number | undefined;
  readonly descriptors: number | undefined;
  /** Time of the processor. */
  readonly cpuSeconds: number | undefined;
  /** Bytes of unfinished items. */
  readonly unfinished: number;
}

/** An item of which the server has said that it has received it. */
interface ReceivedLine {
  readonly event: string;
  readonly port?: number;
  readonly sha256?: string;
}

/** The command line's receive server in a process of its own, with an inbox of its own. */
export class AttackedServer {
  private static readonly running = new Set<AttackedServer>();
  /** Hashes of items that it has received. */
  readonly received = new Set<string>();
  /** How many lines it has printed that say what a peer did wrong. */
  complaints = 0;
  port = 0;
  readonly key = FernetKey.generate();
  private readonly directory = mkdtempSync(path.join(tmpdir(), 'picklepost-attacked-'));
  private readonly child: ChildProcess;
  private readonly listening: Promise<void>;
  private readonly waiting = new Set<() => void>();

  private constructor(args: readonly string[], descriptors: number | undefined) {
    const keyFile = path.join(this.directory, 'key');
    writeFileSync(keyFile, this.key.toText(), { mode: 0o600 });
    const command = [
      ...[process.execPath, path.join(projectRoot, 'dist/cli.js'), 'receive', '--json', '--port', '0'],
      ...[
        '--inbox',
        this.inbox,
        '--key-file',
        keyFile,
        '--save-to',
        path.join(this.directory, 'saved'),
        ...args,
      ],
    ];
    const limited = ['/bin/sh', '-c', `ulimit -n ${String(descriptors)}; exec "$@"`, 'sh', ...command];
    const [program = '', ...rest] = descriptors === undefined ? command : limited;
    this.child = spawn(program, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...ownHome() },
    });
    this.child.stderr?.on('data', () => this.complaints++);
    this.listening = this.readLines();
    AttackedServer.running.add(this);
  }

  /**
   * @param args further options
   * @param descriptors how many it may have open, where that is not to be as usual
   */
  static async start(args: readonly string[] = [], descriptors?: number): Promise<AttackedServer> {
    const server = new AttackedServer(args, descriptors);
    await server.listening;
    return server;
  }

  static async stopAll(): Promise<void> {
    await Promise.all([...AttackedServer.running].map((server) => server.stop()));
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  get inbox(): string {
    return path.join(this.directory, 'inbox');
  }

  gauges(): Gauges {
    return {
      memory: this.kilobytes('VmHWM'),
      descriptors: this.count('fd'),
      cpuSeconds: this.cpuSeconds(),
      unfinished: bytesIn(path.join(this.inbox, 'incoming')) + bytesIn(path.join(this.inbox, 'partial')),
    };
  }

  /** Bytes on the disk of all that is in the inbox. */
  get diskBytes(): number {
    return bytesIn(this.inbox);
  }

  /** How many descriptors it may have; undefined where the system does not tell. */
  get descriptorLimit(): number | undefined {
    const [, limit] = /^Max open files\s+(\d+)/m.exec(this.file('limits')) ?? [];
    return limit === undefined ? undefined : Number(limit);
  }

  /** Settles when the server has said that it has an item, or has ended. */
  async untilReceived(sha256: string): Promise<boolean> {
    while (!this.received.has(sha256) && this.isRunning)
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    return this.received.has(sha256);
  }

  async stop(): Promise<void> {
    AttackedServer.running.delete(this);
    if (this.isRunning) {
      const exited = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await exited;
    }
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async readLines(): Promise<void> {
    const { stdout } = this.child;
    if (!stdout) throw new Error('no output');
    const lines = createInterface(stdout);
    const wake = (): void => {
      for (const resolve of this.waiting) resolve();
      this.waiting.clear();
    };
    this.child.once('exit', wake);
    await new Promise<void>((resolve, reject) => {
      this.child.once('exit', () => reject(new Error('The server has ended before it listened.')));
      lines.on('line', (line) => {
        const { event, port = 0, sha256 = '' } = JSON.parse(line) as ReceivedLine;
        if (event === 'received') this.received.add(sha256);
        wake();
        if (event !== 'listening') return;
        this.port = port;
        resolve();
      });
    });
  }

  private kilobytes(what: string): number | undefined {
    const [, kilobytes] = new RegExp(`^${what}:\\s*(\\d+) kB`, 'm').exec(this.file('status')) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  }

  private cpuSeconds(): number | undefined {
    const fields = this.file('stat')
      .replace(/^.*\) /s, '')
      .split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return Number.isNaN(ticks) ? undefined : ticks / TICKS;
  }

  private count(folder: string): number | undefined {
    try {
      return readdirSync(`/proc/${String(this.child.pid)}/${folder}`).length;
    } catch {
      return undefined;
    }
  }

  private file(name: string): string {
    try {
      return readFileSync(`/proc/${String(this.child.pid)}/${name}`, 'latin1');
    } catch {
      return '';
    }
  }
}

/** Ticks of the clock of /proc in a second. */
const TICKS = 100;

function bytesIn(directory: string): number {
  let sum = 0;
  for (const entry of entriesOf(directory)) {
    const file = path.join(directory, entry.name);
    if (entry.isDirectory()) sum += bytesIn(file);
    // Files come and go meanwhile.
    else sum += 512 * (lstatSync(file, { throwIfNoEntry: false })?.blocks ?? 0);
  }
  return sum;
}

function entriesOf(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}
