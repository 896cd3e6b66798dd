import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from '../harness/setup';

/** Figures of an extension host. */
export interface HostFigures {
  /** Bytes that JavaScript holds. */
  readonly heap: number;
  /** Bytes of the whole process. */
  readonly resident: number;
  /** By how much its event loop was late since the figures before. */
  readonly late: Delay;
  /** The same without the time in which other processes had the processor, where the system counts that. */
  readonly busy: Delay;
}

/** Milliseconds. */
export interface Delay {
  /** 99 times out of 100 it was less. */
  readonly p99: number;
  readonly longest: number;
}

/** The folder of an extension that measures the extension host from within. */
export const PROBE = path.join(projectRoot, 'test/bench/probe');

/** Asks the {@link PROBE}. VS Code must be started after this has been made. */
export class HostProbe {
  private readonly file: string;

  constructor(directory: string) {
    this.file = path.join(directory, 'probe-port');
    process.env.PICKLEPOST_PROBE = this.file;
  }

  /** Waits for the extension host that has been started, in place of one before. */
  async restarted(): Promise<void> {
    while (!existsSync(this.file)) await sleep(20);
  }

  forget(): void {
    rmSync(this.file, { force: true });
  }

  /** Figures since the last ones. */
  async figures(): Promise<HostFigures> {
    return (await (await this.ask('')).json()) as HostFigures;
  }

  /** The key of the inbox, which has been opened since the extension host was started. */
  async inboxKey(): Promise<Buffer> {
    return Buffer.from(await (await this.ask('key')).text(), 'hex');
  }

  /** Milliseconds that it took to load the extension and to activate it. Waits until that has happened. */
  async activation(): Promise<number> {
    for (;;) {
      const time = Number(await (await this.ask('activation')).text());
      if (time > 0) return time;
      await sleep(50);
    }
  }

  /** Milliseconds until a command has done its work. */
  async run(command: string): Promise<number> {
    return Number(await (await this.ask(`run/${command}`)).text());
  }

  private async ask(what: string): Promise<Response> {
    await this.restarted();
    return fetch(`http://127.0.0.1:${readFileSync(this.file, 'utf8')}/${what}`);
  }
}
