import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { projectRoot } from '../harness/setup';

/** A script of this folder in a process of its own, which ends with this one. */
export class SoakProcess {
  /** Settles when it has reported something, or has ended. */
  readonly started: Promise<unknown>;

  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
  ) {
    this.started = Promise.race([once(child, 'message'), once(child, 'exit')]);
  }

  /** @param onMessage what it reports */
  static start(script: string, args: readonly string[], onMessage?: (message: unknown) => void): SoakProcess {
    const child = fork(path.join(projectRoot, `out/test/soak/${script}.js`), args, { silent: false });
    if (onMessage) child.on('message', onMessage);
    return new SoakProcess([script, ...args.slice(0, 1)].join(' '), child);
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Asks it to end, and waits until it has. */
  async end(): Promise<void> {
    if (!this.isRunning) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const killing = setTimeout(() => this.child.kill('SIGKILL'), PATIENCE);
    await exited;
    clearTimeout(killing);
  }
}

/** Milliseconds that it has to end in good order. */
const PATIENCE = 30_000;
