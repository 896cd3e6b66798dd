import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from '../../harness/setup';
import { key } from '../../unit/nats/inboxFixture';
import type { Section } from '../main';

const PROGRAM = path.join(projectRoot, 'dist/cli.js');

/** Where nothing can be measured. */
export const NONE: Section = {
  title: 'Shared inboxes',
  method: 'Not measured: nats-server is not installed here.',
  columns: ['what'],
  rows: [],
};

/** The part of a printed line that is kept. */
interface Line {
  readonly event: string;
  readonly id?: string;
  readonly sha256?: string;
  readonly name?: string;
  readonly bytes?: number;
}

/** A line, and when it came, by the clock of `performance`. */
interface Said {
  readonly line: Line;
  readonly at: number;
}

/** The command line in a process of its own. */
export class CommandLine {
  readonly errors: string[] = [];
  private readonly lines = new Map<string, Said[]>();
  peak = 0;
  private readonly child: ChildProcess;
  private readonly sampling: NodeJS.Timeout;

  constructor(args: readonly string[], directory: string) {
    const env = { ...process.env, HOME: directory, XDG_DATA_HOME: directory };
    this.child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
    createInterface(this.child.stdout!).on('line', (text) => this.keep(text));
    createInterface(this.child.stderr!).on('line', (text) => this.errors.push(text));
    this.sampling = setInterval(() => (this.peak = Math.max(this.peak, peakMemory(this.child.pid))), 250);
  }

  of(event: string): readonly Said[] {
    return this.lines.get(event) ?? [];
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.child.exitCode !== null) throw new Error(`the program has ended: ${this.errors.join('\n')}`);
      await sleep(50);
    }
  }

  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    clearInterval(this.sampling);
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
  }

  async ended(): Promise<void> {
    if (this.child.exitCode === null) await once(this.child, 'exit');
    clearInterval(this.sampling);
  }

  /** There may be hundreds of thousands, so most of each is forgotten. */
  private keep(text: string): void {
    const { event, id, sha256, name, bytes } = JSON.parse(text) as Line;
    const line = {
      event,
      ...(id !== undefined && { id }),
      ...(sha256 !== undefined && { sha256 }),
      ...(name !== undefined && { name }),
      ...(bytes !== undefined && { bytes }),
    };
    const said = this.lines.get(event) ?? [];
    said.push({ line, at: performance.now() });
    this.lines.set(event, said);
  }
}

export function progress(sender: CommandLine): number {
  return sender.of('progress').at(-1)?.line.bytes ?? 0;
}

export function fetchArguments(address: string, directory: string): string[] {
  writeKey(directory);
  const places = ['--key-file', path.join(directory, 'bio.key'), '--inbox', path.join(directory, 'inbox')];
  return ['receive', '--from', `nats://${address}/bio`, '--as', 'reader', '--json', ...places];
}

export function writeKey(directory: string): void {
  writeFileSync(path.join(directory, 'bio.key'), key.toText(), { mode: 0o600 });
}

/** Bytes; 0 where the system does not tell. */
export function peakMemory(pid: number | undefined): number {
  try {
    return 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid ?? 0}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

export async function inDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(path.join(tmpdir(), 'picklepost-bench-nats-'));
  try {
    return await work(directory);
  } finally {
    // Hundreds of thousands of files take minutes, for which no result is to wait.
    spawn('rm', ['-rf', directory], { detached: true, stdio: 'ignore' }).unref();
  }
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
