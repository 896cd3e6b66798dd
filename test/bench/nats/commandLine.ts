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

interface Line {
  readonly event: string;
  readonly id?: string;
  readonly sha256?: string;
  readonly name?: string;
  readonly existed?: boolean;
}

/** The command line in a process of its own. */
export class CommandLine {
  readonly lines: { readonly line: Line; readonly at: number }[] = [];
  readonly errors: string[] = [];
  peak = 0;
  private readonly child: ChildProcess;
  private readonly sampling: NodeJS.Timeout;

  constructor(args: readonly string[], directory: string) {
    const env = { ...process.env, HOME: directory, XDG_DATA_HOME: directory };
    this.child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
    createInterface(this.child.stdout!).on('line', (text) =>
      this.lines.push({ line: JSON.parse(text) as Line, at: performance.now() }),
    );
    createInterface(this.child.stderr!).on('line', (text) => this.errors.push(text));
    this.sampling = setInterval(() => (this.peak = Math.max(this.peak, peakMemory(this.child.pid))), 250);
  }

  of(event: string): { readonly line: Line; readonly at: number }[] {
    return this.lines.filter(({ line }) => line.event === event);
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
}

export function progress(sender: CommandLine): number {
  const last = sender.lines.findLast(({ line }) => line.event === 'progress')?.line;
  return (last as { readonly bytes?: number } | undefined)?.bytes ?? 0;
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
