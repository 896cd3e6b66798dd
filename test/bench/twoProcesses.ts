import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from '../harness/setup';
import type { PeerResult, PeerTask } from './transferPeer';

/** What both sides of a transfer between two processes say of it. */
export interface Transfer {
  readonly seconds: number;
  readonly sender: PeerResult;
  readonly receiver: PeerResult;
}

/** Sends a file from one new process to another, over loopback. What arrives at `to` is removed again, unless it is kept. */
export async function transferBetween(
  file: string,
  to: string,
  task: Omit<PeerTask, 'path'>,
  { keeps = false } = {},
): Promise<Transfer> {
  const receiving = new Peer('receive', { ...task, path: to });
  const { port } = await receiving.line<{ port: number }>();
  const sending = new Peer('send', { ...task, path: file, port });
  const [sender, receiver] = await Promise.all([sending.line<PeerResult>(), receiving.line<PeerResult>()]);
  await Promise.all([sending.end(), receiving.end()]);
  if (!keeps) rmSync(to, { recursive: true });
  return { seconds: sender.seconds, sender, receiver };
}

/** Sends to a server that runs already. */
export async function sendFromProcess(task: PeerTask): Promise<PeerResult> {
  const sending = new Peer('send', task);
  const result = await sending.line<PeerResult>();
  await sending.end();
  return result;
}

/** A process that prints lines of JSON. */
class Peer {
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;
  private readonly lines: AsyncIterator<string>;

  constructor(role: 'send' | 'receive', task: PeerTask) {
    const script = path.join(projectRoot, 'out/test/bench/transferPeer.js');
    this.child = spawn(process.execPath, [script, role, JSON.stringify(task)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.ended = once(this.child, 'close');
    const { stdout } = this.child;
    if (!stdout) throw new Error('no output');
    this.lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  async line<T>(): Promise<T> {
    const next = await this.lines.next();
    if (next.done) throw new Error('A side of the transfer has ended too early.');
    return JSON.parse(next.value) as T;
  }

  async end(): Promise<void> {
    await this.ended;
  }
}
